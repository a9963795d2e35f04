"""`lantai-node staff`: officers are taken on here and appointed by the archive's authority key.

The first officer of an archive is added by whoever holds the machine; the appointment, without
which nothing is released or sealed, is signed elsewhere, with a key that this machine never sees.
"""

import argparse
import getpass
import sys
from pathlib import Path

from node.bootstrap import open_office
from node.cli import appointing
from node.cli.frame import Commands, add_shared, say
from node.domain.catalogue_reasons import OFFICER_NEEDED
from node.domain.commands import AddOfficerCommand
from node.domain.officers import Officer
from node.domain.reasons import APPOINTMENT_MISMATCH
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json


def add_commands(commands: Commands) -> None:
    """`staff add|list|appoint|sign` are sub-commands."""
    staff = commands.add_parser("staff", help="officers of the node")
    steps = staff.add_subparsers(dest="step", required=True, metavar="STEP")
    added = steps.add_parser("add", help="take an officer on; prints the TOTP address once")
    add_shared(added)
    added.add_argument("--archive", required=True, metavar="CODE")
    added.add_argument("--user", required=True)
    added.add_argument("--name", required=True, help="as printed on extracts")
    added.add_argument("--post", action="append", required=True, help="code of records/duties.py")
    added.add_argument("--person", required=True, help="staff number; only its hash is kept")
    added.add_argument("--password-file", type=Path, metavar="FILE")
    added.set_defaults(run=_add)
    listed = steps.add_parser("list", help="officers by archive")
    add_shared(listed)
    listed.add_argument("--archive", default="", metavar="CODE")
    listed.set_defaults(run=_list)
    appoint = steps.add_parser(
        "appoint", help="keep what the authority key signed: an appointment or its revocation"
    )
    add_shared(appoint)
    appoint.add_argument("file", type=Path, metavar="APPOINTMENT.json")
    appoint.set_defaults(run=_appoint)
    appointing.add_step(steps)


def _add(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    command = AddOfficerCommand(
        archive_code=chosen.archive,
        user=chosen.user,
        display_name=chosen.name,
        posts=tuple(chosen.post),
        password=_password(chosen.password_file),
        person=chosen.person,
    )
    officer, uri = office.staff.add_officer(command)
    content = {**_describe(officer), "person_id": officer.person_id, "totp_uri": uri}
    content["public_key"] = officer.public_key
    say(content, f"{officer.officer_id}\n{uri}", as_json=chosen.json)
    return 0


def _list(chosen: argparse.Namespace) -> int:
    found = open_office(chosen.data).staff.list_officers(chosen.archive)
    lines = [f"{one.archive_code} {one.user:16} {','.join(one.posts)}" for one in found]
    say({"officers": [_describe(one) for one in found]}, "\n".join(lines), as_json=chosen.json)
    return 0


def _appoint(chosen: argparse.Namespace) -> int:
    try:
        data = chosen.file.read_bytes()
    except OSError as error:
        raise Refusal(APPOINTMENT_MISMATCH, chosen.file.name) from error
    officer = open_office(chosen.data).staff.store_appointment(envelope_from_json(data))
    said = "已任命" if officer.active else "任命已撤销"
    say(_describe(officer), f"{officer.officer_id} {said}", as_json=chosen.json)
    return 0


def _describe(officer: Officer) -> dict[str, object]:
    return {
        "officer_id": officer.officer_id,
        "archive_code": officer.archive_code,
        "user": officer.user,
        "name": officer.display_name,
        "posts": list(officer.posts),
        "kid": officer.kid,
        "active": officer.active,
        "appointed": officer.appointment is not None,
    }


def _password(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text("utf-8").split("\n", 1)[0].strip()
        except OSError as error:
            raise Refusal(OFFICER_NEEDED, "password file") from error
    if not sys.stdin.isatty():
        raise Refusal(OFFICER_NEEDED, "--password-file")
    return getpass.getpass("密码: ")
