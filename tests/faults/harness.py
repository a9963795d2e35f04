"""Kills processes of a running federation in the middle of a request, and counts what survives.

Every request must end with exactly one certificate, whatever was killed when; nobody without a
certificate may be answered meanwhile; no log may name a person.
"""

import secrets
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from deploy.holdings.scenario_people import P3, P4
from deploy.localnet.applications import e01_application
from deploy.localnet.counter import Counter
from deploy.localnet.document import Federation
from deploy.localnet.federation import LocalFederation, system_clock
from records.refusal import Refusal

SECONDS = 90.0
WINDOW, HOLDER = "330400", "361100"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is killed, and after which step of the request."""

    id: str
    what: str
    victims: tuple[str, ...]
    after: str
    """reviewed, released or sealed."""
    returns: bool = True
    """Whether the victims are started again."""


FAULTS = (
    Fault(id="F00", what="no fault: the control", victims=(), after="reviewed"),
    Fault(id="F02", what="requester killed after review", victims=("jiaxing",), after="reviewed"),
    Fault(id="F03", what="holder killed after review", victims=("shangrao",), after="reviewed"),
    Fault(id="F04", what="holder killed after sealing", victims=("shangrao",), after="sealed"),
    Fault(id="F05", what="requester killed after sealing", victims=("jiaxing",), after="sealed"),
    Fault(id="FC1", what="issuer killed after sealing", victims=("certificates",), after="sealed"),
    Fault(
        id="F06",
        what="requester, holder and issuer killed at once",
        victims=("jiaxing", "shangrao", "certificates"),
        after="sealed",
    ),
    Fault(
        id="F13",
        what="registry killed and never back",
        victims=("registry",),
        after="reviewed",
        returns=False,
    ),
)
"""Numbers of the fault matrix where it has them; the registry dies last and stays dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one request."""

    fault: Fault
    seed: int
    outcome: str
    """completed, lost or duplicated."""
    seconds: float
    intruders: int
    """Unauthorised calls that were answered while the fault was on."""


class Harness:
    """One federation and the desks at it."""

    def __init__(self, local: LocalFederation, federation: Federation, seed: int) -> None:
        """Draw the moments of the kills from `seed`."""
        self._local = local
        self._federation = federation
        self._seed = seed
        self._window = Counter(local.office("jiaxing"), federation, WINDOW, system_clock)
        self._holder = Counter(local.office("shangrao"), federation, HOLDER, system_clock)

    def run(self, fault: Fault) -> Outcome:
        """One request under one fault."""
        rng = Random(f"{self._seed}/{fault.id}")
        began = time.monotonic()
        intruders = 0

        def strike(step: str) -> None:
            nonlocal intruders
            if step == fault.after and fault.victims:
                time.sleep(rng.uniform(0.0, 0.4))
                self._local.supervisor.stop(fault.victims, kill=True)
                intruders += self._intrude()
                if fault.returns:
                    self._local.restart(*fault.victims)

        try:
            case_no = self._carry(strike)
            files = self._window.wait_for(case_no, lambda c: bool(c.certificates), SECONDS)
            time.sleep(0.5)
            numbers = {file.number for file in self._window.progress(case_no).certificates}
            outcome = "completed" if len(files.certificates) == len(numbers) == 1 else "duplicated"
        except Refusal as refusal:
            outcome = f"lost: {refusal.code} {refusal.detail}"
        return Outcome(
            fault=fault,
            seed=self._seed,
            outcome=outcome,
            seconds=round(time.monotonic() - began, 1),
            intruders=intruders,
        )

    def _carry(self, strike: Callable[[str], None]) -> str:
        case_no = self._window.file(e01_application(), secrets.token_urlsafe(16))
        self._window.review(case_no)
        strike("reviewed")
        self._holder.compare(self._holder.claim(case_no, SECONDS))
        self._holder.release(case_no)
        strike("released")
        self._holder.seal(case_no)
        strike("sealed")
        return case_no

    def _intrude(self) -> int:
        """How many listeners answered an HTTP/2 preface without a client certificate."""
        addresses = [node.grpc for node in self._federation.nodes]
        addresses += [
            self._federation.registry["grpc"],
            self._federation.certificate_service["grpc"],
        ]
        return sum(map(_is_answered, addresses))


def _is_answered(address: str) -> bool:
    host, port = address.rsplit(":", 1)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    try:
        with (
            socket.create_connection((host, int(port)), timeout=2) as plain,
            context.wrap_socket(plain) as secured,
        ):
            secured.sendall(
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
            )
            return bool(secured.recv(64))
    except OSError:
        return False


def count_leaks(folder: Path) -> int:
    """How many log files name one of the people whose request was carried."""
    canaries = [P3.name, P3.id_no, P4.name, P4.id_no]
    texts = [path.read_text("utf-8", "replace") for path in (folder / "logs").iterdir()]
    return sum(any(canary in text for canary in canaries) for text in texts)
