"""The officer behind a command: a session of the node, opened once and kept for the next command.

A one-time code is good once, so a session that was opened is kept in DATA/run, mode 0600, until it
ends; `--login FILE` names a JSON file with user, password and totp_uri (mode 0600), without it the
terminal asks. There is no way round it.
"""

import argparse
import base64
import getpass
import hashlib
import json
import os
import stat
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from node.adapters.node_folder import NodeFolder
from node.cli.frame import Commands, add_shared
from node.domain.catalogue_reasons import OFFICER_NEEDED
from node.domain.commands import SignInCommand
from node.domain.officers import Actor
from node.domain.reasons import LOGIN_FILE
from node.services.office import Office
from node.services.sign_in import totp_at
from records.refusal import Refusal

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What proves an officer; never printed."""

    archive_code: str
    user: str
    password: str
    code: str


def add_login_options(parser: argparse.ArgumentParser, prefix: str = "") -> None:
    """`--login FILE`, `--user` and `--archive`, the first two with the prefix."""
    parser.add_argument(
        f"--{prefix}login", type=Path, metavar="FILE", help="JSON: user, password, totp_uri"
    )
    parser.add_argument(f"--{prefix}user", default="", help="sign-in name; the rest is asked")
    if not prefix:
        parser.add_argument("--archive", default="", metavar="CODE", help="six-digit archive code")


def add_officer_step(steps: Commands, name: str, words: str) -> argparse.ArgumentParser:
    """A sub-command that an officer runs, with the options of every command and of signing in."""
    parser = steps.add_parser(name, help=words)
    add_shared(parser)
    add_login_options(parser)
    return parser


def open_actor(
    office: Office, chosen: argparse.Namespace, now: datetime, prefix: str = ""
) -> tuple[Actor, str]:
    """The officer who runs the command, and the password that a signing step needs.

    Raises:
        Refusal: LOGIN_FILE, OFFICER_NEEDED, SIGN_IN_REFUSED, SIGN_IN_LOCKED.
    """
    login = _read_login(chosen, prefix, now)
    kept = _kept_path(chosen.data, login)
    actor = _resume(office, kept)
    if actor is None:
        command = SignInCommand(
            archive_code=login.archive_code,
            user=login.user,
            password=login.password,
            totp=login.code or getpass.getpass("动态口令: "),
        )
        session = office.sign_in.sign_in(command)
        _keep(kept, session.token)
        actor = session.actor
    return actor, login.password


def _read_login(chosen: argparse.Namespace, prefix: str, now: datetime) -> Login:
    path: Path | None = getattr(chosen, f"{prefix}login")
    archive = chosen.archive
    if path is not None:
        return _parse_login(path, archive, now)
    user = getattr(chosen, f"{prefix}user")
    if not user or not sys.stdin.isatty():
        raise Refusal(OFFICER_NEEDED, f"--{prefix}login FILE")
    return Login(archive_code=archive, user=user, password=getpass.getpass("密码: "), code="")


def _parse_login(path: Path, archive: str, now: datetime) -> Login:
    try:
        if path.stat().st_mode & _OTHERS:
            raise Refusal(LOGIN_FILE, "mode must be 0600")
        content = json.loads(path.read_text("utf-8"))
        secret = parse_qs(urlsplit(content["totp_uri"]).query)["secret"][0]
        padded = secret + "=" * (-len(secret) % 8)
        return Login(
            archive_code=archive or str(content.get("archive_code", "")),
            user=str(content["user"]),
            password=str(content["password"]),
            code=totp_at(base64.b32decode(padded), now),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(LOGIN_FILE, path.name) from error


def _kept_path(data: Path, login: Login) -> Path:
    # The password is part of the name: whoever does not know it does not find the session. Whoever
    # reads the name tests no guess of it: the node's secret is part of it too, and tries are dear.
    said = f"{login.archive_code}\n{login.user}\n{login.password}".encode()
    salt = b"session file\n" + NodeFolder(data, None).secret()
    name = hashlib.scrypt(said, salt=salt, n=2**14, r=8, p=1, dklen=16).hex()
    return data / "run" / f"session-{name}"


def _resume(office: Office, kept: Path) -> Actor | None:
    try:
        return office.sign_in.open_session(kept.read_text("ascii"))
    except (OSError, ValueError, Refusal):
        return None


def _keep(kept: Path, token: str) -> None:
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
