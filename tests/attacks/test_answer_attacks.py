"""Late, repeated or talkative answers: the window keeps what it knows, the log learns no name."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from node_acts import file_and_review, progress, zhou
from node_world import build_node_world
from sqlalchemy import text

from node.bootstrap import make_desks, open_base
from node.domain.cases import OutboxMessage
from node.services.arrivals import Arrival
from node.services.deliver_messages import DeliverMessages
from node.services.settle_delivery import SettleDelivery
from records.exchange import AssistAnswer, DeliveredFile, Receipt
from records.refusal import Refusal
from trust.envelope.statement import open_statement, sign_statement

HOLDER = "361100"
FILE = DeliveredFile(
    number="361100-2026-000001", template="T1", sha256="a" * 64, size_bytes=9, pages=1
)


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


@pytest.fixture(scope="module")
def window(world):
    return open_base(world.nodes["jiaxing"].data)


@pytest.fixture(scope="module")
def holder(world):
    return open_base(world.nodes["shangrao"].data)


class Thief:
    """Signs with shangrao's own key whatever it likes."""

    def __init__(self, world, window, holder):
        self.world, self.window, self.holder = world, window, holder
        self.desk = make_desks(window).answers

    def answer(self, case_no, header=None, **said):
        leg = progress(self.world, case_no).legs[0]
        own = self.holder.house
        made = own.header(case_no, "jiaxing", own.clock(), in_reply_to=leg.request_id)
        statement = AssistAnswer(
            header=replace(made, **(header or {})), holder_archive=HOLDER, **said
        )
        envelope = sign_statement(statement, own.signer)
        keys = self.window.kept.current().view.sign_keys("shangrao", own.clock())
        arrival = Arrival(
            sender="shangrao",
            envelope=envelope,
            issuer="shangrao",
            token_id=secrets.token_hex(8),
            token_expires_at=own.clock() + timedelta(minutes=2),
        )
        return self.desk.receive(arrival, open_statement(envelope, AssistAnswer, keys))


@pytest.fixture(scope="module")
def thief(world, window, holder):
    return Thief(world, window, holder)


def leaves(base) -> bytes:
    """Every byte of the log's leaves and of the events."""
    with base.engine.connect() as connection:
        names = [
            row[0]
            for row in connection.execute(text("select name from sqlite_master where type='table'"))
        ]
        found = [
            connection.execute(text(f"select * from {name}")).all()
            for name in names
            if name.startswith(("log_", "events"))
        ]
    return repr(found).encode()


@pytest.mark.parametrize("late", [{}, {"question": "配偶姓氏？"}])
def test_what_comes_after_the_answer_changes_nothing(world, thief, late):
    case_no = file_and_review(world, zhou(), key="key-late-" + secrets.token_hex(4))
    thief.answer(case_no, outcome="HIT_UNIQUE", files=(FILE,))
    receipt = thief.answer(case_no, outcome="PENDING_MANUAL", **late)
    assert receipt.payload_type == Receipt.PAYLOAD_TYPE
    seen = progress(world, case_no)
    assert seen.legs[0].files == (FILE,)
    assert seen.legs[0].outcome == "HIT_UNIQUE"
    assert seen.summary.state not in ("manual_search", "supplement_required")


def test_a_notice_after_the_question_leaves_the_question(world, thief):
    case_no = file_and_review(world, zhou(), key="key-late-question")
    thief.answer(case_no, outcome="PENDING_MANUAL", question="配偶姓氏？")
    thief.answer(case_no, outcome="PENDING_MANUAL")
    seen = progress(world, case_no)
    assert seen.legs[0].question == "配偶姓氏？"
    assert seen.summary.state == "supplement_required"


def test_an_answer_after_a_notice_counts(world, thief):
    case_no = file_and_review(world, zhou(), key="key-after-notice")
    thief.answer(case_no, outcome="PENDING_MANUAL")
    thief.answer(case_no, outcome="REFUSED", reason_code="NOT_PARTY")
    assert progress(world, case_no).summary.state == "refused"


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": "周金水 361199196211050313"},
        {"outcome": "refused"},
        {"outcome": "REFUSED", "reason_code": "周金水"},
        {"outcome": "REFUSED", "reason_code": "A" * 41},
        {"outcome": "REFUSED", "reason_code": "361199196211050313"},
        {"outcome": "REFUSED", "header": {"case_no": "LT-周金水"}},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, number="周金水 361199196211050313"),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, number="../../../tmp/zhou"),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, number='1"; filename="x.exe'),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, number="310115-2026-000001"),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, template="周金水"),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, sha256="../x"),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, size_bytes=1 << 40),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, size_bytes=-1),)},
        {"outcome": "HIT_UNIQUE", "files": (replace(FILE, pages=1 << 40),)},
        {"outcome": "HIT_UNIQUE", "files": (FILE, FILE)},
        {
            "outcome": "HIT_UNIQUE",
            "files": tuple(replace(FILE, sha256=f"{n:064x}") for n in range(21)),
        },
        {"outcome": "PENDING_MANUAL", "question": "？" * 501},
        {"outcome": "REFUSED", "note": "很长" * 300},
        {"outcome": "REFERRED", "referral": "x" * 501},
        {"outcome": "REFUSED", "extra": {f"k{n}": "" for n in range(21)}},
        {"outcome": "REFUSED", "extra": {"text": "x" * 200_000}},
        {"outcome": "REFUSED", "header": {"case_no": "LT-330400-20261121-0001 周金水"}},
    ],
)
def test_words_where_codes_belong_are_not_logged(world, window, thief, said):
    case_no = file_and_review(world, zhou(), key="key-words-" + secrets.token_hex(4))
    before = leaves(window)
    with pytest.raises(Refusal, match="TEXT_MALFORMED"):
        thief.answer(case_no, **said)
    assert leaves(window) == before
    assert progress(world, case_no).legs[0].outcome == ""


@pytest.mark.parametrize("words", ["问\u202e题", "问\x00题", "问\u200b题"])
def test_words_that_nobody_can_read_are_not_shown(world, thief, words):
    case_no = file_and_review(world, zhou(), key="key-signs-" + secrets.token_hex(4))
    with pytest.raises(Refusal, match="CODE_POINT_FORBIDDEN"):
        thief.answer(case_no, outcome="PENDING_MANUAL", question=words)
    assert progress(world, case_no).legs[0].question == ""


def test_words_in_a_receipt_are_not_logged(world, window, holder):
    case_no = file_and_review(world, zhou(), key="key-receipt-words")

    class Talkative:
        def send(self, message: OutboxMessage):
            own = holder.house
            header = own.header(
                message.case_no, "jiaxing", own.clock(), in_reply_to=message.envelope_id
            )
            said = Receipt(
                header=header,
                received_at=own.clock(),
                inbox_seq=0,
                verdict="REFUSED",
                reason_code="周金水 361199196211050313",
            )
            return sign_statement(said, own.signer)

    house = window.house
    deliver = DeliverMessages(
        house, lambda _node: Talkative(), SettleDelivery(house), None, window.log
    )
    while deliver.run():
        pass  # A slow machine is still sending.
    assert "周金水" not in leaves(window).decode()
    leg = progress(world, case_no).legs[0]
    assert (leg.outcome, leg.reason_code) == ("REFUSED", "TEXT_MALFORMED")
