"""`lantai-node access-log`: who looked at a citizen's records; release of a withheld inquiry."""

import argparse
import json
import stat
from pathlib import Path

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.domain.access_log import ASKER_WORDS, WHAT_WORDS, VerifiedCitizen
from node.domain.reasons import LOGIN_FILE
from node.services.access_log import ReleaseInquiryCommand
from records.deadlines import BEIJING
from records.refusal import Refusal

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def add_commands(commands: Commands) -> None:
    """`access-log` and its steps are sub-commands."""
    group = commands.add_parser("access-log", help="who looked at a citizen's own records here")
    steps = group.add_subparsers(dest="step", required=True, metavar="STEP")
    own = steps.add_parser("own", help="the list, for a citizen who stands at the window")
    own.add_argument(
        "--citizen", type=Path, required=True, metavar="FILE",
        help="JSON, mode 0600: name, id_no, identity_assurance as the reader gave them",
    )  # fmt: skip
    own.set_defaults(run=_own)
    release = steps.add_parser("release-inquiry", help="a court lets its inquiry be told (leader)")
    release.add_argument("case", metavar="CASE")
    release.add_argument("--letter", required=True, metavar="NUMBER")
    release.set_defaults(run=_release)
    for parser in (own, release):
        add_shared(parser)
        add_login_options(parser)


def _own(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    report = office.rights.access_log.own(_read_citizen(chosen.citizen), actor)
    lines = [
        f"{line.at.astimezone(BEIJING):%Y-%m-%d %H:%M}  {line.archive_name}  "
        f"{line.category_label}  {WHAT_WORDS[line.what]}  {ASKER_WORDS[line.who]}  {line.case_no}"
        for line in report.lines
    ]
    words = "\n".join([*(lines or ["没有可以告知的查阅"]), report.sentence])
    say({"report": report}, words, as_json=chosen.json)
    return 0


def _release(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    command = ReleaseInquiryCommand(
        case_no=chosen.case, holder_archive=actor.archive_code, letter_no=chosen.letter
    )
    told = office.rights.access_log.release_inquiry(command, actor)
    say({"released": told}, f"{chosen.case} 已可告知 {told} 条", as_json=chosen.json)
    return 0


def _read_citizen(path: Path) -> VerifiedCitizen:
    """From a file, because a name on a command line is seen by every user of the machine.

    Raises:
        Refusal: LOGIN_FILE.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise Refusal(LOGIN_FILE, "mode must be 0600")
        content = json.loads(path.read_text("utf-8"))
        return VerifiedCitizen(
            name=str(content["name"]),
            id_no=str(content["id_no"]),
            identity_assurance=str(content["identity_assurance"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(LOGIN_FILE, path.name) from error
