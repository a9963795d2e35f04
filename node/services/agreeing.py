"""合作协议的签订: a leader proposes, signs, amends and ends agreements in the node's name.

One side signs a text and publishes it as a proposal; the other adds its signature to the same
bytes, and from then on it is an agreement. Either side ends it alone, after the agreed notice.
Nothing here decides what an agreement allows: that is `records.agreement_rules`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import msgspec

from node.domain.officers import Actor
from node.domain.reasons import AGREEMENT_NOT_OURS, AGREEMENT_TERMS, AGREEMENT_UNKNOWN
from node.services.house import House
from records.agreement_rules import DELIVERIES, GRANULARITY, REDACTIONS, SEAL_MODES
from records.agreement_rules import is_named_after_parties as is_named
from records.agreement_standing import endings, last_day, standing
from records.agreements import Agreement, AgreementRetirement
from records.duties import Act, verify_may
from records.kinds import KINDS
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, add_signature
from trust.envelope.statement import decode, sign_statement
from trust.identity.agreed import parties_of
from trust.identity.directory import Declared

_MOST_DAYS = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementView:
    """One agreement as a leader sees it."""

    agreement: Agreement
    standing: str
    """A word of `agreement_standing.STANDINGS`."""
    last_day: date
    signed_by: tuple[str, ...]
    """Nodes that have signed this version."""
    waits_for_us: bool
    """A proposal that our signature would make an agreement, or bring nearer to one."""


class Agreeing:
    """The node's hand under agreements."""

    def __init__(self, house: House, declare: Callable[[str, Envelope], None]) -> None:
        """`declare` keeps a statement that the directory follower publishes."""
        self._house = house
        self._declare = declare

    def list(self) -> tuple[AgreementView, ...]:
        """Agreements and open proposals of this node, by id and version."""
        directory, today = self._house.directory.current(), self._house.today()
        found = [
            self._view(part, standing(part.statement, today, directory.ended))
            for part in directory.agreements.values()
            if self._is_ours(part.statement)
        ]
        found += [
            self._view(part, "proposed")
            for part in directory.proposals
            if self._is_ours(part.statement)
        ]
        ordered = sorted(found, key=lambda one: (one.agreement.agreement_id, one.agreement.version))
        return tuple(ordered)

    def propose(self, terms: bytes, actor: Actor) -> Agreement:
        """The text is signed by this node and will be published as a proposal.

        `terms` is the agreement as JSON; a higher version of a known id amends it.

        Raises:
            Refusal: DUTY_NOT_HELD, AGREEMENT_TERMS with the field, AGREEMENT_NOT_OURS.
        """
        self._require_leader(actor)
        try:
            agreement = decode(msgspec.json.encode(msgspec.json.decode(terms)), Agreement)
        except (msgspec.MsgspecError, UnicodeDecodeError, Refusal) as error:
            raise Refusal(AGREEMENT_TERMS, "form") from error
        self._verify_terms(agreement)
        known = self._house.directory.current().agreements.get(agreement.agreement_id)
        if known is not None and agreement.version <= known.sequence:
            raise Refusal(AGREEMENT_TERMS, "version")
        self._keep(sign_statement(agreement, self._house.signer), agreement)
        return agreement

    def sign(self, agreement_id: str, version: int, actor: Actor) -> Agreement:
        """Our signature stands beside the others' under the text that they proposed.

        Raises:
            Refusal: DUTY_NOT_HELD, AGREEMENT_UNKNOWN, AGREEMENT_TERMS.
        """
        self._require_leader(actor)
        for part in self._house.directory.current().proposals:
            said = part.statement
            if (said.agreement_id, said.version) != (agreement_id, version):
                continue
            self._verify_terms(said)
            if self._house.signer.kid not in {one.kid for one in part.envelope.signatures}:
                self._keep(add_signature(part.envelope, self._house.signer), said)
                return said
        raise Refusal(AGREEMENT_UNKNOWN, agreement_id[:64])

    def retire(self, agreement_id: str, end: date, reason: str, actor: Actor) -> date:
        """The end is announced; the last day that counts, never before the agreed notice.

        Raises:
            Refusal: DUTY_NOT_HELD, AGREEMENT_UNKNOWN, AGREEMENT_TERMS.
        """
        self._require_leader(actor)
        directory, today = self._house.directory.current(), self._house.today()
        part = directory.agreements.get(agreement_id)
        if part is None or not self._is_ours(part.statement):
            raise Refusal(AGREEMENT_UNKNOWN, agreement_id[:64])
        if not 0 <= (end - today).days <= 365 or not reason or len(reason) > 200:
            raise Refusal(AGREEMENT_TERMS, "last day or reason")
        ours = [
            one.sequence
            for one in directory.retirements
            if one.subject == f"{agreement_id}/{self._house.node_id}"
        ]
        said = AgreementRetirement(
            agreement_id=agreement_id,
            version=part.sequence,
            parties=parties_of(part.statement),
            retired_by=self._house.node_id,
            sequence=max(ours, default=0) + 1,
            announced_on=today,
            last_day=end,
            reason=reason,
        )
        self._declare(f"retire-{agreement_id}", sign_statement(said, self._house.signer))
        return last_day(part.statement, endings([said]))

    def _keep(self, envelope: Envelope, agreement: Agreement) -> None:
        self._declare(f"agreement-{agreement.agreement_id}-{agreement.version}", envelope)

    def _view(self, part: Declared[Agreement], stands: str) -> AgreementView:
        directory = self._house.directory.current()
        owners = (directory.view.find_owner(kid) for kid in part.keys)
        signed = {owner.participant_id for owner in owners if owner is not None}
        return AgreementView(
            agreement=part.statement,
            standing=stands,
            last_day=last_day(part.statement, directory.ended),
            signed_by=tuple(sorted(signed)),
            waits_for_us=stands == "proposed" and self._house.node_id not in signed,
        )

    def _is_ours(self, agreement: Agreement) -> bool:
        return self._house.node_id in parties_of(agreement)

    def _require_leader(self, actor: Actor) -> None:
        verify_may(actor.posts, Act.APPROVE_BY_LEADER)

    def _verify_terms(self, agreement: Agreement) -> None:
        """Return only if the text can be kept by this program: every word of it is known."""
        if not self._is_ours(agreement) or not is_named(agreement):
            raise Refusal(AGREEMENT_NOT_OURS, agreement.agreement_id[:64])
        span = (agreement.valid_to - agreement.valid_from).days
        wrong = {
            "version": agreement.version < 1,
            "categories": not agreement.categories or not set(agreement.categories) <= set(KINDS),
            "requester_types": not agreement.requester_types,
            "years": agreement.year_from > agreement.year_to,
            "granularity": agreement.granularity not in GRANULARITY,
            "seal_mode": agreement.seal_mode not in SEAL_MODES,
            "minutes": not 1 <= agreement.minutes <= 1440,
            "delivery": not agreement.delivery or not DELIVERIES >= set(agreement.delivery),
            "redactions": not REDACTIONS.keys() >= set(agreement.redactions),
            "validity": not 0 <= span <= _MOST_DAYS,
            "daily_quota": not 1 <= agreement.daily_quota <= 100_000,
            "notice_days": not 1 <= agreement.notice_days <= 365,
        }
        found = next((field for field, is_wrong in wrong.items() if is_wrong), None)
        if found is not None:
            raise Refusal(AGREEMENT_TERMS, found)
