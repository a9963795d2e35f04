"""The attack list: every way in that trust.md §1-3 closes, tried on the running world.

The attackers are a stranger with nothing, a stranger with an authority of its own, pudong (a member
without an agreement), jiaxing (a member with one, whose machine was stolen) and shangrao (a holder
that lies). An attack that returns has been let in; the names of the tests in tests/attacks that try
the same on single parts are in docs/faults.md.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc

from protos.lantai.v1 import desk_pb2, enrolment_pb2
from records.exchange import AssistAnswer, LocateQuestion
from tests.faults.insider import (
    Insider,
    Metadata,
    pages_of,
    status_of,
    strange_digest,
    to_wire,
    wall_clock,
)
from tests.faults.strangers import foreign_identity
from tests.faults.world import ARCHIVES, HOLDER, WINDOW, WITNESS, World
from trust.channel.call import ACT_KEY
from trust.channel.conditions import NOW_KEY
from trust.channel.peer_proof import STATEMENT_KEY
from trust.channel.status import CODE_KEY
from trust.envelope.act_token import issue_act_token
from trust.envelope.statement import sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519

Attack = Callable[[], object]
MEMBERS_DOOR = "enrol at the members' door"
"""The one attack on the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the attackers know of a real case; empty strings while there is none."""

    case_no: str = "LT-330400-20200101-0001"
    request_id: str = "0" * 64
    file_sha256: str = ""
    agreement: tuple[str, int] = ("jiaxing-shangrao", 1)
    """Under which that case went; attackers quote it."""


class LetIn(Exception):
    """A stranger was answered."""


class AttackList:
    """All attacks, by name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.aim = Aim()
        self.pudong = Insider(world, WITNESS)
        self.jiaxing = Insider(world, WINDOW)
        self.shangrao = Insider(world, HOLDER)
        self._nobody = Ed25519Signer(new_ed25519())

    def set_aim(self, aim: Aim) -> None:
        """The attackers know of that case."""
        self.aim = aim
        for one in (self.pudong, self.jiaxing, self.shangrao):
            one.agreement = aim.agreement

    def close(self) -> None:
        """No channel is open."""
        for one in (self.pudong, self.jiaxing, self.shangrao):
            one.close()

    def all(self) -> Mapping[str, Attack]:
        """Name and attack, in a fixed order."""
        return {
            **{f"no certificate: {name}": self._stranger(name) for name in self.world.names},
            "plain HTTP": self._plain,
            "TLS 1.2 with a member's certificate": self._old_tls,
            "certificate of a foreign authority": self._foreign,
            "no key statement": lambda: self._status({STATEMENT_KEY: b""}),
            "key statement of another": lambda: self._status(
                {STATEMENT_KEY: self.pudong.statement}
            ),
            "clock ten minutes ahead": lambda: self._status({NOW_KEY: self._now(600)}),
            "clock ten minutes behind": lambda: self._status({NOW_KEY: self._now(-600)}),
            "no clock": lambda: self._status({NOW_KEY: ""}),
            "another's desk": lambda: self.pudong.call(
                HOLDER, "Desk/GetCase", desk_pb2.GetCaseRequest(case_no=self.aim.case_no)
            ),
            "unknown method": lambda: self.pudong.call(HOLDER, "Exchange/Everything", b""),
            "publish at a node": lambda: self.pudong.call(HOLDER, "Directory/Publish", b""),
            "seal without an order": lambda: self.pudong.call(
                "certificates", "Certificates/Revoke", b""
            ),
            MEMBERS_DOOR: lambda: self.pudong.call(
                "registry", "Enrolment/Enrol", enrolment_pb2.EnrolRequest()
            ),
            **self._tokens(),
            **self._statements(),
            **self._cases(),
        }

    def _tokens(self) -> dict[str, Attack]:
        """Steps 7: the act token."""
        thief = self.jiaxing
        now = wall_clock()
        past = {"issued_at": now - timedelta(minutes=9), "expires_at": now - timedelta(minutes=6)}
        changes: dict[str, dict[str, Any]] = {
            "token for another node": {"audience": "pudong"},
            "token of another issuer": {"issuer": "pudong"},
            "token of another case": {"case_no": "LT-330400-20200101-0009"},
            "token out of time": past,
            "token of another envelope": {"envelope_id": "1" * 64},
            "token of another connection": {"certificate_sha256": "2" * 64},
            "token of another agreement": {"agreement_id": "pudong-shangrao"},
            "token of another purpose": {"purpose": "study"},
            "token of another category": {"category": "educated_youth"},
        }
        forged = issue_act_token(self._nobody, thief.claims(HOLDER, self.aim.case_no, None))
        unsigned = forged.rpartition(".")[0] + "."
        return {
            **{name: lambda it=it: self._submit(thief, **it) for name, it in changes.items()},  # type: ignore[misc]
            "no token": lambda: self._submit(thief, token={ACT_KEY: ""}),
            "token by an unlisted key": lambda: self._submit(thief, token={ACT_KEY: forged}),
            "token without signature": lambda: self._submit(thief, token={ACT_KEY: unsigned}),
            "token used twice": self._replay,
        }

    def _statements(self) -> dict[str, Attack]:
        """Step 8 and the agreement: the envelope."""
        mine, theirs, case_no = self.pudong, self.jiaxing, self.aim.case_no
        own_case = f"LT-{ARCHIVES[WITNESS]}-20200101-0001"
        old = mine.header(HOLDER, own_case, expires_at=wall_clock() - timedelta(hours=1))
        return {
            "request without an agreement": lambda: self._send(mine, mine.request(own_case)),
            "request in another's name": lambda: self._send(
                mine, mine.request(case_no, theirs.header(HOLDER, case_no))
            ),
            "request of an unlisted key": lambda: self._send(
                theirs, theirs.request(case_no), signer=self._nobody
            ),
            "request for another node": lambda: self._send(
                theirs, theirs.request(case_no, theirs.header("pudong", case_no))
            ),
            "request out of time": lambda: self._send(mine, mine.request(own_case, old)),
            "request altered by one bit": self._altered,
            "another request for a known case": lambda: self._send(theirs, theirs.request(case_no)),
            "question without an agreement": lambda: self._locate(mine, own_case),
            "oversize message": lambda: mine.call(HOLDER, "Exchange/Submit", b"\0" * 5_000_000),
        }

    def _cases(self) -> dict[str, Attack]:
        """Data of a case that is another's, and answers that nobody asked for."""
        mine, case_no, file = self.pudong, self.aim.case_no, self.aim.file_sha256
        return {
            "standing of another's case": lambda: mine.call(
                HOLDER, "Exchange/Status", status_of(case_no), mine.act(HOLDER, case_no)
            ),
            "file of another's case": lambda: mine.call(
                HOLDER,
                "Exchange/FetchPages",
                pages_of(case_no, file or strange_digest()),
                mine.act(HOLDER, case_no),
            ),
            "answer of a node that was not asked": lambda: self._deliver(mine, self.aim.request_id),
            "answer to another request": lambda: self._deliver(self.shangrao, "3" * 64),
        }

    def _stranger(self, name: str) -> Attack:
        def attack() -> None:
            with self._tls(name, None) as connection:
                # HTTP/2's preface and empty settings: a server that likes us answers with its own.
                connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
                if not connection.recv(64):
                    raise ConnectionResetError
            raise LetIn

        return lambda: _answered(attack)

    def _plain(self) -> None:
        host, _, port = self.world.listens[HOLDER].rpartition(":")
        with socket.create_connection((host, int(port)), 3) as connection:
            connection.settimeout(3)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            said = connection.recv(64)
        if not said.startswith(b"HTTP/1.1 2"):
            raise ConnectionResetError

    def _old_tls(self) -> None:
        with self._tls(HOLDER, ssl.TLSVersion.TLSv1_2):
            return

    def _tls(self, name: str, most: ssl.TLSVersion | None) -> ssl.SSLSocket:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        if most is not None:
            context.maximum_version = most
            keys = self.world.data(WITNESS) / "keys"
            context.load_cert_chain(keys / "tls.pem", keys / "tls.key")
        host, _, port = self.world.listens[name].rpartition(":")
        plain = socket.create_connection((host, int(port)), timeout=3)
        return context.wrap_socket(plain)

    def _foreign(self) -> object:
        channel = self.jiaxing.channel(HOLDER, foreign_identity(self.jiaxing.identity))
        try:
            return self.jiaxing.call(HOLDER, "Exchange/Status", status_of("x"), {}, channel)
        finally:
            channel.close()

    def _status(self, metadata: Metadata) -> object:
        """The window's own question about its own case, right in everything else."""
        one, case_no = self.jiaxing, self.aim.case_no
        carried = {**one.act(HOLDER, case_no), **metadata}
        return one.call(HOLDER, "Exchange/Status", status_of(case_no), carried)

    def _now(self, ahead: int) -> str:
        return str(round(wall_clock().timestamp() * 1000) + ahead * 1000)

    def _submit(self, one: Insider, token: Metadata | None = None, **claims: Any) -> object:
        """A new request whose token is about something else."""
        case_no = f"LT-{ARCHIVES[one.slug]}-20200102-0001"
        envelope = one.sign(one.request(case_no))
        metadata = one.act(HOLDER, case_no, envelope, **claims) if token is None else token
        return one.send("Submit", envelope, HOLDER, metadata)

    def _replay(self) -> object:
        """The second use of a token whose first use was right or at least seen."""
        one, case_no = self.jiaxing, self.aim.case_no
        metadata = one.act(HOLDER, case_no)
        try:
            one.call(HOLDER, "Exchange/Status", status_of(case_no), metadata)
        except grpc.RpcError as fault:
            # The first use is not the attack; where nobody heard it, there was none.
            if CODE_KEY not in dict(fault.trailing_metadata() or ()):
                raise
        return one.call(HOLDER, "Exchange/Status", status_of(case_no), metadata)

    def _send(self, one: Insider, statement: Any, signer: Any = None) -> object:
        header = statement.header
        envelope = one.sign(statement) if signer is None else sign_statement(statement, signer)
        return one.send("Submit", envelope, HOLDER, one.act(HOLDER, header.case_no, envelope))

    def _altered(self) -> object:
        one, case_no = self.jiaxing, self.aim.case_no
        envelope = one.sign(one.request(case_no))
        wire = to_wire(envelope)
        place = wire.payload.index(b'"purpose"') + 12
        turned = bytes((wire.payload[place] ^ 1,))
        wire.payload = wire.payload[:place] + turned + wire.payload[place + 1 :]
        return one.call(HOLDER, "Exchange/Submit", wire, one.act(HOLDER, case_no, envelope))

    def _locate(self, one: Insider, case_no: str) -> object:
        request = one.request(case_no)
        question = LocateQuestion(
            header=request.header,
            window_archive=request.window_archive,
            holder_archive=request.holder_archive,
            query=request.query,
            purpose=request.purpose,
            eligibility_rule=request.eligibility_rule,
        )
        envelope = one.sign(question)
        return one.send("Locate", envelope, HOLDER, one.act(HOLDER, case_no, envelope))

    def _deliver(self, one: Insider, in_reply_to: str) -> object:
        case_no = self.aim.case_no
        header = one.header(WINDOW, case_no, in_reply_to=in_reply_to)
        answer = AssistAnswer(
            header=header, holder_archive=ARCHIVES[one.slug], outcome="NO_RECORD_COVERED"
        )
        envelope = one.sign(answer)
        return one.send("Deliver", envelope, WINDOW, one.act(WINDOW, case_no, envelope))


def _answered(attack: Callable[[], None]) -> None:
    """Returns where the stranger was let in."""
    try:
        attack()
    except LetIn:
        return
