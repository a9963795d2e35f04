"""Which officer runs a command: sign-in with password and one-time code, and the post for the act.

No command has a way round it. Passwords are typed or read from a file, never given as arguments,
which other users of the machine could see.
"""

import argparse
import getpass
import sys
from pathlib import Path

from node.domain.catalogue_reasons import OFFICER_NEEDED
from node.domain.commands import SignInCommand
from node.domain.officers import Actor
from node.services.sign_in import SignInService
from records.duties import Act, verify_may
from records.refusal import Refusal


def add_officer_options(parser: argparse.ArgumentParser, prefix: str = "", who: str = "") -> None:
    """`--user`, `--password-file` and `--totp`, each with the prefix."""
    said = f" of the {who}" if who else ""
    parser.add_argument(f"--{prefix}user", default="", help=f"sign-in name{said}")
    parser.add_argument(
        f"--{prefix}password-file", type=Path, metavar="FILE", help="first line = password"
    )
    parser.add_argument(f"--{prefix}totp", default="", metavar="CODE", help="six digits")


def sign_in(
    service: SignInService,
    archive_code: str,
    chosen: argparse.Namespace,
    act: Act,
    prefix: str = "",
) -> Actor:
    """The officer who runs the command, holding a post that may do the act.

    Raises:
        Refusal: OFFICER_NEEDED, SIGN_IN_REFUSED, SIGN_IN_LOCKED, DUTY_NOT_HELD.
    """
    user = getattr(chosen, f"{prefix}user")
    if not user:
        raise Refusal(OFFICER_NEEDED, f"--{prefix.replace('_', '-')}user")
    command = SignInCommand(
        archive_code=archive_code,
        user=user,
        password=_password(getattr(chosen, f"{prefix}password_file")),
        totp=getattr(chosen, f"{prefix}totp") or _typed("动态口令: "),
    )
    session = service.sign_in(command)
    service.sign_out(session.token)
    verify_may(session.actor.posts, act)
    return session.actor


def _password(file: Path | None) -> str:
    if file is None:
        return _typed("密码: ")
    try:
        return file.read_text("utf-8").split("\n", 1)[0].strip()
    except OSError:
        raise Refusal(OFFICER_NEEDED, "password file") from None


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise Refusal(OFFICER_NEEDED, "no terminal to ask at")
    return getpass.getpass(prompt)
