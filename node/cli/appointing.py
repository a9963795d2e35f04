"""`lantai-node staff sign`: the archive's leader appoints an officer with the authority key.

Needs no data directory: it runs where the authority key is, on the paper that `staff add` printed.
"""

import argparse
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from node.cli.frame import say
from node.domain.reasons import APPOINTMENT_MISMATCH
from records.refusal import Refusal
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.keys import read_signer
from trust.identity.statements import Appointment

_LIFE = timedelta(days=365)
_BACKDATE = timedelta(minutes=5)
"""For clocks that are a little behind."""


def add_step(steps: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`staff sign` is a step."""
    signed = steps.add_parser("sign", help="appoint an officer with the archive's authority key")
    signed.add_argument("file", type=Path, metavar="OFFICER.json", help="what staff add printed")
    signed.add_argument("--key", type=Path, required=True, help="the archive's authority key")
    signed.add_argument("--passphrase-file", type=Path, metavar="FILE")
    signed.add_argument(
        "--pledged", type=date.fromisoformat, required=True, help="day of the pledge, YYYY-MM-DD"
    )
    signed.add_argument("--sequence", type=int, default=1, help="higher than the one before")
    signed.add_argument("-o", dest="out", type=Path, required=True, metavar="APPOINTMENT.json")
    signed.add_argument("--json", action="store_true", help="machine-readable answer")
    signed.set_defaults(run=_sign)


def _sign(chosen: argparse.Namespace) -> int:
    secret, now = chosen.passphrase_file, datetime.now(UTC)
    signer = read_signer(chosen.key, secret.read_bytes().strip() if secret else None)
    try:
        officer = json.loads(chosen.file.read_text("utf-8"))
        appointment = Appointment(
            officer_id=officer["officer_id"],
            person_id=officer["person_id"],
            archive_code=officer["archive_code"],
            sequence=chosen.sequence,
            posts=tuple(officer["posts"]),
            kid=officer["kid"],
            public_key=officer["public_key"],
            pledge_signed_on=chosen.pledged,
            pledge_expires_on=chosen.pledged + _LIFE,
            not_before=now - _BACKDATE,
            not_after=now + _LIFE,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(APPOINTMENT_MISMATCH, chosen.file.name) from error
    chosen.out.write_bytes(envelope_to_json(sign_statement(appointment, signer)))
    say({"appointment": str(chosen.out)}, f"任命书 {chosen.out}", as_json=chosen.json)
    return 0
