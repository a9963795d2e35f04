"""The outbox: what was signed is sent until it arrives, or until its business deadline passes.

Source: trust.md §7. Rows are leased, sent outside of any transaction, and removed on a receipt
that was verified. An unknown outcome is tried again with full jitter; a decided one is not. A peer
that fails five times in a row is left alone for ten seconds; the first message that gets through
to it again takes all others for it along. After the deadline the message goes to the dead letters,
the case shows it, and a person decides: nothing is dropped silently.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from node.case_ports import CaseWriter
from node.domain.cases import OutboxMessage
from node.domain.exchange_reasons import ANSWER_UNEXPECTED, DEADLINE_PASSED
from node.domain.identifiers import verify_reason_code
from node.domain.kept_statements import RECEIPT, new_statement
from node.ports import EventLog, Partner
from node.services.arrivals import DELIVER, FETCH, NOTICE, REFUSED
from node.services.breaker import Breaker
from node.services.collect_files import CollectFiles
from node.services.house import House
from node.services.lanes import Lanes
from node.services.settle_delivery import SettleDelivery
from node.services.worker import guard
from records.exchange import Receipt
from records.refusal import Kind, Refusal
from trust.channel.reasons import CLOCK_SKEW
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, open_statement

LEASE = timedelta(seconds=30)
_FIRST_WAIT_MS = 500
_LONGEST_WAIT_MS = 10_000
"""A partner that comes back is served within half a minute (trust.md C6); the breaker, not this
wait, is what spares one that stays away."""
_MOST_HURRIED = 1000
_PATIENCE_SECONDS = 0.2
"""How long a round waits for its lanes; quick partners are done by then."""
_DECIDED = frozenset({Kind.USAGE, Kind.REFUSED, Kind.CONFLICT, Kind.NOT_FOUND})


class DeliverMessages:
    """Sends what waits, and fetches what was promised."""

    def __init__(
        self,
        house: House,
        partner: Callable[[str], Partner],
        settle: SettleDelivery,
        collect: CollectFiles,
        log: EventLog,
    ) -> None:
        """Send through `partner`, given the recipient's node id."""
        self._house = house
        self._partner = partner
        self._settle = settle
        self._collect = collect
        self._log = log
        self._breaker = Breaker()
        self._lanes = Lanes(self._send_leased)
        self._begun = False

    def run(self, limit: int = 40) -> int:
        """How many messages were leased and how many partners still hold some from before.

        One lane per partner; a slow one is left behind after a moment and delays no other.
        """
        now = self._house.clock()
        if self._begun and not self._is_due(now):
            return self._lanes.wait(_PATIENCE_SECONDS)
        with self._house.book.write() as book:
            if not self._begun:
                # One process sends for a node (decision 0501): older leases are of one that died.
                book.free_leases()
            leased = book.lease_messages(now, now + LEASE, limit)
        self._begun = True
        self._lanes.put(leased)
        return len(leased) + self._lanes.wait(_PATIENCE_SECONDS)

    def _is_due(self, now: datetime) -> bool:
        """Whether a look with the writers' lock is worth it."""
        with self._house.book.read() as book:
            first = book.list_messages("waiting", 1)
        return bool(first) and first[0].due_at <= now

    def _send_leased(self, message: OutboxMessage) -> None:
        # What waited in a slow lane for longer than its lease is somebody else's by now.
        if message.lease_until is None or self._house.clock() < message.lease_until:
            guard(partial(self.send, message), self._log, "deliver")

    def send(self, message: OutboxMessage) -> None:
        """The message is delivered, postponed, or dead; the case says which."""
        now = self._house.clock()
        if now >= message.deadline:
            self._give_up(message, DEADLINE_PASSED.code)
            return
        if not self._breaker.may_try(message.recipient, now):
            self._rest(message, now)
            return
        try:
            if message.kind == FETCH:
                self._collect.collect(message)
            else:
                receipt = self._partner(message.recipient).send(message)
                self._arrived(message, receipt, self._open(message, receipt))
        except Refusal as refusal:
            self._failed(message, refusal)
            if refusal.reason.kind not in _DECIDED:
                return
        # A refusal is an answer too: the peer is awake.
        if self._breaker.succeeded(message.recipient):
            self._hurry(message.recipient)

    def _open(self, message: OutboxMessage, receipt: Envelope) -> Opened[Receipt]:
        """The receipt, signed by the recipient, for exactly this envelope.

        Raises:
            Refusal: the trust reasons, WRONG_SENDER, WRONG_RECIPIENT, ANSWER_UNEXPECTED,
                TEXT_MALFORMED.
        """
        view = self._house.directory.current().view
        keys = view.sign_keys(message.recipient, self._house.clock())
        opened = open_statement(receipt, Receipt, keys, suites=view.suites)
        self._house.verify_header(opened.statement.header, message.recipient)
        if opened.statement.header.in_reply_to != message.envelope_id:
            raise Refusal(ANSWER_UNEXPECTED, message.case_no)
        verify_reason_code(opened.statement.reason_code)
        return opened

    def _arrived(self, message: OutboxMessage, envelope: Envelope, opened: Opened[Receipt]) -> None:
        receipt, now = opened.statement, self._house.clock()
        with self._house.book.write() as book:
            if not book.remove_message(message.message_id):
                return
            book.keep(
                _keeper_of(book, message), new_statement(message.case_no, RECEIPT, envelope, now)
            )
            if receipt.verdict == REFUSED:
                self._settle.refused(book, message, receipt.reason_code)
            elif message.kind != NOTICE:
                self._settle.delivered(book, message, opened.envelope_id)
        self._log.note("delivered", case_no=message.case_no, peer=message.recipient)

    def _failed(self, message: OutboxMessage, refusal: Refusal) -> None:
        now = self._house.clock()
        kind = refusal.reason.kind
        self._log.note(
            "not_delivered", case_no=message.case_no, code=refusal.code, peer=message.recipient
        )
        # A wrong clock is put right by an operator; everything else that was decided stays so.
        decided = kind in _DECIDED and message.kind != FETCH
        if decided and refusal.reason is not CLOCK_SKEW:
            with self._house.book.write() as book:
                if message.kind == NOTICE:
                    book.remove_message(message.message_id)
                elif message.kind == DELIVER:
                    self._bury(book, message, refusal.code)
                elif book.remove_message(message.message_id):
                    self._settle.refused(book, message, refusal.code)
            return
        if kind is Kind.UNAVAILABLE:
            self._breaker.failed(message.recipient, now)
        self._postpone(message, refusal.code)

    def _rest(self, message: OutboxMessage, now: datetime) -> None:
        """Not tried and not counted: due again when the peer may be called."""
        due_at = now + self._breaker.rest_of(message.recipient, now) + self._jitter(0)
        with self._house.book.write() as book:
            book.save_message(replace(message, due_at=due_at, lease_until=None))

    def _hurry(self, recipient: str) -> None:
        """Whatever waits for a peer that is back is due now."""
        now = self._house.clock()
        with self._house.book.write() as book:
            for message in book.list_messages("waiting", _MOST_HURRIED):
                if message.recipient == recipient and message.due_at > now:
                    book.save_message(replace(message, due_at=now))

    def _postpone(self, message: OutboxMessage, code: str) -> None:
        attempts = message.attempts + 1
        with self._house.book.write() as book:
            book.save_message(
                replace(
                    message,
                    attempts=attempts,
                    due_at=self._house.clock() + self._jitter(attempts),
                    lease_until=None,
                    last_code=code,
                )
            )
            self._settle.silent(book, message, code)

    def _give_up(self, message: OutboxMessage, code: str) -> None:
        with self._house.book.write() as book:
            if message.kind == NOTICE:
                # It decided nothing, and is no longer true: nobody need act on it.
                book.remove_message(message.message_id)
                return
            self._bury(book, message, code)

    def _bury(self, book: CaseWriter, message: OutboxMessage, code: str) -> None:
        book.save_message(replace(message, state="dead", lease_until=None, last_code=code))
        self._settle.undeliverable(book, message, code)

    def _jitter(self, attempts: int) -> timedelta:
        """Full jitter: anything up to 0.5 s · 2ⁿ, at most 10 s."""
        most = min(_FIRST_WAIT_MS * 2 ** min(attempts, 10), _LONGEST_WAIT_MS)
        drawn = int.from_bytes(self._house.random(4), "big") % (most + 1)
        return timedelta(milliseconds=max(drawn, 50))


def _keeper_of(book: CaseWriter, message: OutboxMessage) -> str:
    """The archive of ours that sent it: the window's for a question, the holder's for an answer."""
    if message.kind in (DELIVER, NOTICE):
        return message.holder_archive
    return book.get_case(message.case_no).archive_code
