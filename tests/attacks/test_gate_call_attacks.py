"""Steps 7 and 8 of the gate: a token and an envelope that do not belong together make no call."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from channel_world import EchoExchange, Someone, World

from protos.lantai.v1 import envelope_pb2, exchange_pb2, exchange_pb2_grpc
from records.exchange import Header, Receipt
from records.refusal import Refusal
from trust.channel.call import ACT_KEY, Call, open_bare_call, open_call
from trust.channel.client import PartnerChannel, act_metadata
from trust.envelope.act_token import ActClaims, issue_act_token
from trust.envelope.dsse import Envelope, add_signature, envelope_id
from trust.envelope.reasons import ACT_TOKEN_REPLAYED
from trust.envelope.statement import sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.wire import envelope_to_proto


@dataclass
class Desk(EchoExchange):
    """Opens every call; what it opened is kept."""

    world: World
    opened: list[Call[Receipt]] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def note(self, claims: ActClaims) -> None:
        key = (claims.issuer, claims.token_id)
        if key in self.seen:
            raise Refusal(ACT_TOKEN_REPLAYED)
        self.seen.add(key)

    def Submit(self, request: Any, context: Any) -> Any:
        view = self.world.current_view()
        call = open_call(context, request, Receipt, view, self.world.clock, self.note)
        self.opened.append(call)
        return request

    def Status(self, request: Any, context: Any) -> Any:
        open_bare_call(context, self.world.current_view(), self.world.clock, self.note)
        return exchange_pb2.StatusReply(state="ok")


@dataclass
class Scene:
    world: World
    jiaxing: Someone
    shangrao: Someone
    desk: Desk
    partner: PartnerChannel
    stub: exchange_pb2_grpc.ExchangeStub

    def statement(self, **changes: Any) -> Receipt:
        now = self.world.clock()
        header = Header(
            message_id=str(uuid.uuid4()),
            case_no="LT-330400-20261121-0042",
            sender="jiaxing",
            recipient="shangrao",
            created_at=now,
            expires_at=now + timedelta(minutes=10),
        )
        header = replace(header, **changes)
        return Receipt(header=header, received_at=now, inbox_seq=1, verdict="ACCEPTED")

    def claims(self, envelope: Envelope | None, **changes: Any) -> ActClaims:
        now = self.world.clock()
        claims = ActClaims(
            issuer="jiaxing",
            officer="330400/0123456789abcdef",
            role="window_clerk",
            audience="shangrao",
            issued_at=now,
            expires_at=now + timedelta(seconds=120),
            token_id=str(uuid.uuid4()),
            case_no="LT-330400-20261121-0042",
            purpose="pension",
            legal_basis="D01",
            agreement_id="a",
            agreement_version=1,
            category="marriage_registration",
            envelope_id=envelope_id(envelope) if envelope else "",
            certificate_sha256=self.jiaxing.holder.current.certificate_sha256,
            trust_version=1,
        )
        return replace(claims, **changes)

    def submit(self, envelope: Envelope, token: str) -> str:
        try:
            self.stub.Submit(envelope_to_proto(envelope), metadata=act_metadata(token))
        except Refusal as refusal:
            return refusal.code
        return "OK"

    def try_with(self, envelope: Envelope, **changes: Any) -> str:
        token = issue_act_token(self.jiaxing.signer, self.claims(envelope, **changes))
        return self.submit(envelope, token)


@pytest.fixture
def scene() -> Iterator[Scene]:
    world = World()
    jiaxing, shangrao = world.join("jiaxing"), world.join("shangrao")
    world.join("pudong")
    desk = Desk(world=world)
    server, target = world.serve(shangrao, desk)
    partner = world.call(jiaxing, target, shangrao)
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    yield Scene(world, jiaxing, shangrao, desk, partner, stub)
    partner.close()
    server.stop(0)


def test_a_call_whose_parts_belong_together_is_opened(scene: Scene) -> None:
    statement = scene.statement()
    envelope = sign_statement(statement, scene.jiaxing.signer)
    assert scene.try_with(envelope) == "OK"
    (call,) = scene.desk.opened
    assert call.opened.statement == statement
    assert call.envelope == envelope
    assert call.claims.purpose == "pension"
    assert call.caller.participant_id == "jiaxing"


def test_a_token_of_another_envelope_connection_node_or_case_is_refused(scene: Scene) -> None:
    envelope = sign_statement(scene.statement(), scene.jiaxing.signer)
    other = sign_statement(scene.statement(), scene.jiaxing.signer)
    pudong = scene.world.people["pudong"].holder.current.certificate_sha256
    tries = [
        {"envelope_id": envelope_id(other)},
        {"envelope_id": ""},
        {"certificate_sha256": pudong},
        {"case_no": "LT-330400-20261121-0043"},
    ]
    assert [scene.try_with(envelope, **wrong) for wrong in tries] == ["ACT_TOKEN_MISBOUND"] * 4
    for wrong in [{"audience": "pudong"}, {"issuer": "pudong"}]:
        assert scene.try_with(envelope, **wrong).startswith("ACT_TOKEN_")
    assert scene.desk.opened == []


def test_a_token_by_another_key_is_refused(scene: Scene) -> None:
    envelope = sign_statement(scene.statement(), scene.jiaxing.signer)
    claims = scene.claims(envelope)
    stranger = Ed25519Signer.from_private(new_ed25519())
    for signer in [stranger, scene.shangrao.signer, scene.world.people["pudong"].signer]:
        assert scene.submit(envelope, issue_act_token(signer, claims)) == "ACT_TOKEN_REFUSED"
    assert scene.desk.opened == []


def test_a_token_is_used_once(scene: Scene) -> None:
    envelope = sign_statement(scene.statement(), scene.jiaxing.signer)
    token = issue_act_token(scene.jiaxing.signer, scene.claims(envelope))
    assert scene.submit(envelope, token) == "OK"
    assert scene.submit(envelope, token) == "ACT_TOKEN_REPLAYED"
    assert len(scene.desk.opened) == 1


def test_a_call_without_or_with_two_tokens_is_refused(scene: Scene) -> None:
    envelope = sign_statement(scene.statement(), scene.jiaxing.signer)
    message = envelope_to_proto(envelope)
    token = issue_act_token(scene.jiaxing.signer, scene.claims(envelope))
    with pytest.raises(Refusal, match="ACT_TOKEN_MISSING"):
        scene.stub.Submit(message)
    with pytest.raises(Refusal, match="ACT_TOKEN_MISSING"):
        scene.stub.Submit(message, metadata=((ACT_KEY, token), (ACT_KEY, token)))
    for garbage in ["", "a.b.c", "x" * 5000]:
        with pytest.raises(Refusal, match="ACT_TOKEN_"):
            scene.stub.Submit(message, metadata=((ACT_KEY, garbage),))


def test_an_envelope_of_another_or_a_broken_one_is_refused(scene: Scene) -> None:
    statement = scene.statement()
    good = sign_statement(statement, scene.jiaxing.signer)
    signature = good.signatures[0]
    broken = replace(signature, value=bytes(64))
    by_pudong = sign_statement(statement, scene.world.people["pudong"].signer)
    tries = [
        by_pudong,
        replace(good, signatures=(broken,)),
        replace(good, payload=good.payload.replace(b"0042", b"0043")),
        replace(good, payload_type="application/vnd.lantai.assist-request.v1+json"),
        replace(good, signatures=(replace(signature, suite="LT-0"),)),
        replace(good, signatures=()),
    ]
    codes = {scene.try_with(envelope) for envelope in tries}
    assert codes <= {
        "SIGNER_UNKNOWN",
        "SIGNATURE_INVALID",
        "SIGNATURES_TOO_FEW",
        "PAYLOAD_TYPE_WRONG",
        "SUITE_FORBIDDEN",
        "ENVELOPE_MALFORMED",
    }
    assert scene.desk.opened == []


def test_a_signature_added_by_another_does_not_carry_the_call(scene: Scene) -> None:
    by_pudong = sign_statement(scene.statement(), scene.world.people["pudong"].signer)
    both = add_signature(by_pudong, scene.jiaxing.signer)
    # The caller's own key is among the signers, so the statement is the caller's.
    assert scene.try_with(both) == "OK"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sender": "pudong"}, "STATEMENT_MISADDRESSED"),
        ({"recipient": "pudong"}, "STATEMENT_MISADDRESSED"),
        ({"recipient": ""}, "STATEMENT_MISADDRESSED"),
    ],
)
def test_a_statement_of_or_for_another_is_refused(
    scene: Scene, changes: dict[str, str], code: str
) -> None:
    envelope = sign_statement(scene.statement(**changes), scene.jiaxing.signer)
    assert scene.try_with(envelope) == code
    assert scene.desk.opened == []


def test_a_statement_out_of_time_is_refused(scene: Scene) -> None:
    now = scene.world.clock()
    hour = timedelta(hours=1)
    for created, expires in [(now - 2 * hour, now - hour), (now + hour, now + 2 * hour)]:
        statement = scene.statement(created_at=created, expires_at=expires)
        envelope = sign_statement(statement, scene.jiaxing.signer)
        assert scene.try_with(envelope) == "STATEMENT_EXPIRED"
    assert scene.desk.opened == []


def test_a_call_without_an_envelope_needs_a_token_that_says_so(scene: Scene) -> None:
    envelope = sign_statement(scene.statement(), scene.jiaxing.signer)
    request = exchange_pb2.StatusRequest(case_no="LT-330400-20261121-0042")
    bare = issue_act_token(scene.jiaxing.signer, scene.claims(None))
    assert scene.stub.Status(request, metadata=act_metadata(bare)).state == "ok"
    with pytest.raises(Refusal, match="ACT_TOKEN_REPLAYED"):
        scene.stub.Status(request, metadata=act_metadata(bare))
    bound = issue_act_token(scene.jiaxing.signer, scene.claims(envelope))
    with pytest.raises(Refusal, match="ACT_TOKEN_MISBOUND"):
        scene.stub.Status(request, metadata=act_metadata(bound))


def test_a_token_is_not_carried_over_to_a_new_certificate(scene: Scene) -> None:
    envelope = sign_statement(scene.statement(), scene.jiaxing.signer)
    token = issue_act_token(scene.jiaxing.signer, scene.claims(envelope))
    scene.world.rotate(scene.jiaxing)
    assert scene.submit(envelope, token) == "ACT_TOKEN_MISBOUND"
    assert scene.try_with(envelope) == "OK"


def test_an_envelope_without_fields_is_refused_before_anything_is_parsed(scene: Scene) -> None:
    token = issue_act_token(scene.jiaxing.signer, scene.claims(None))
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        scene.stub.Submit(envelope_pb2.Envelope(), metadata=act_metadata(token))
