"""签订协议 by page: the leader signs with their own key what the node publishes with its.

The node's signature is what the federation counts (records/agreement_rules.py); the leader's,
whose key the node cannot open, says which person answered for it. It stays with the archive, in an
envelope over the same bytes, and a leaf commits to it: what is published carries the parties'
signatures alone, as every member expects. Leaf and publication belong to one transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import msgspec

from node.domain.agreement_pages import (
    AgreementEffect,
    AgreementSheet,
    ProposeAgreementCommand,
    RetireAgreementCommand,
    SignAgreementCommand,
)
from node.domain.kept_statements import AGREEMENT, new_statement
from node.domain.officers import Actor
from node.domain.reasons import LEADER_KEY_MISSING
from node.ports import Clues, OfficerKeys, StaffBook
from node.services.agreeing import Agreeing
from node.services.agreement_sheets import AgreementSheets, subject_of
from node.services.house import House
from records.agreements import Agreement
from records.duties import Act, Post, verify_may
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, add_signature
from trust.envelope.suites import Signer

_READERS = frozenset({Post.LEADER, Post.SUPERVISOR, Post.AUDITOR})
Declare = Callable[[str, Envelope], None]


class SignAgreements:
    """Agreements as pages use them."""

    def __init__(
        self,
        house: House,
        staff: StaffBook,
        keys: OfficerKeys,
        clues: Clues,
        declare: Declare,
    ) -> None:
        """`declare` lays a named statement out for the directory."""
        self._house, self._staff, self._keys, self._declare = house, staff, keys, declare
        self._sheets = AgreementSheets(house, Agreeing(house, declare), clues)

    def list(self, actor: Actor) -> tuple[AgreementSheet, ...]:
        """Agreements and open proposals of the node. Raises Refusal: DUTY_NOT_HELD."""
        self._require_reader(actor)
        return self._sheets.list(actor.archive_code)

    def effect(self, terms: Agreement, actor: Actor) -> AgreementEffect:
        """What the newest requests would have met under these terms. Raises: DUTY_NOT_HELD."""
        self._require_reader(actor)
        return self._sheets.effect(terms, actor.archive_code)

    def propose(self, command: ProposeAgreementCommand, actor: Actor) -> Agreement:
        """The text is signed by leader and node, and will be published as a proposal.

        Raises:
            Refusal: DUTY_NOT_HELD, PASSWORD_WRONG, LEADER_KEY_MISSING, AGREEMENT_TERMS,
                AGREEMENT_NOT_OURS.
        """
        with self._signing(actor, command.password, "agreement_proposed") as agreeing:
            return agreeing.propose(msgspec.json.encode(command.terms), actor)

    def sign(self, command: SignAgreementCommand, actor: Actor) -> Agreement:
        """Our two signatures stand under the text that the other side proposed.

        Raises:
            Refusal: DUTY_NOT_HELD, PASSWORD_WRONG, LEADER_KEY_MISSING, AGREEMENT_UNKNOWN.
        """
        with self._signing(actor, command.password, "agreement_signed") as agreeing:
            return agreeing.sign(command.agreement_id, command.version, actor)

    def retire(self, command: RetireAgreementCommand, actor: Actor) -> date:
        """The end is announced; the last day that counts.

        Raises:
            Refusal: DUTY_NOT_HELD, PASSWORD_WRONG, LEADER_KEY_MISSING, AGREEMENT_UNKNOWN,
                AGREEMENT_TERMS.
        """
        with self._signing(actor, command.password, "agreement_retired") as agreeing:
            end, reason = command.last_day, command.reason
            return agreeing.retire(command.agreement_id, end, reason, actor)

    @contextmanager
    def _signing(self, actor: Actor, password: str, kind: str) -> Iterator[Agreeing]:
        """A hand that signs with the leader's key and the node's, and leaves a leaf."""
        verify_may(actor.posts, Act.APPROVE_BY_LEADER)
        signer = self._unlock(actor, password)

        def declare(name: str, envelope: Envelope) -> None:
            both = add_signature(envelope, signer)
            with self._house.book.write() as book:
                now = self._house.clock()
                about = subject_of(name.removeprefix("agreement-").removeprefix("retire-"))
                book.note(actor.archive_code, about, kind, actor.officer_id, now)
                said = new_statement(about, AGREEMENT, both, now, in_log=True)
                book.keep(actor.archive_code, said)
                self._declare(name, envelope)

        yield Agreeing(self._house, declare)

    def _unlock(self, actor: Actor, password: str) -> Signer:
        if not self._staff.get(actor.officer_id).officer.kid:
            raise Refusal(LEADER_KEY_MISSING)
        return self._keys.unlock(actor.archive_code, actor.user, password)

    def _require_reader(self, actor: Actor) -> None:
        if not _READERS & set(actor.posts):
            raise Refusal(DUTY_NOT_HELD)
