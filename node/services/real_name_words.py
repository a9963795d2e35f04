"""The archive's belief in who a citizen is: the real-name provider's signature, nothing less."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from node.domain.citizen_reasons import CITIZEN_IDENTITY_UNPROVEN
from node.domain.citizens import ProvenPerson
from node.domain.real_name import LEVELS_BY_PHONE, UNPROVEN, RealNameWord
from records.exchange import Applicant
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.envelope.statement import open_statement, sign_statement
from trust.envelope.suites import PublicKey, Signer

LIFE = timedelta(days=7)
"""As long as a letter may lie in the box while the node is away."""
SKEW = timedelta(minutes=5)


def sign_word(person: ProvenPerson, audience: str, at: datetime, signer: Signer) -> ProvenPerson:
    """The person with the provider's signed word of it. Raises Refusal: STATEMENT_MALFORMED."""
    word = RealNameWord(
        audience=audience,
        name=person.name,
        id_type=person.id_type,
        id_no=person.id_no,
        mobile=person.mobile,
        assurance=person.assurance,
        proven_at=at,
    )
    return replace(person, word=envelope_to_json(sign_statement(word, signer)))


class RealNameWords:
    """What one letter box believes."""

    def __init__(self, keys: Mapping[str, PublicKey], audience: str) -> None:
        """`keys` are the provider's, pinned in the node's settings, by kid; none = no provider."""
        self._keys, self._audience = keys, audience

    def verify_word(self, person: ProvenPerson, now: datetime) -> ProvenPerson:
        """The person as the provider signed it; only asserted where no provider is pinned.

        Raises:
            Refusal: CITIZEN_IDENTITY_UNPROVEN.
        """
        if not self._keys:
            return replace(person, assurance=UNPROVEN)
        try:
            envelope = envelope_from_json(person.word)
            word = open_statement(envelope, RealNameWord, self._keys).statement
        except Refusal as refusal:
            raise Refusal(CITIZEN_IDENTITY_UNPROVEN, refusal.code) from refusal
        if word.audience != self._audience:
            raise Refusal(CITIZEN_IDENTITY_UNPROVEN, "audience")
        if not -SKEW <= now - word.proven_at <= LIFE:
            raise Refusal(CITIZEN_IDENTITY_UNPROVEN, "time")
        if word.assurance not in LEVELS_BY_PHONE:
            raise Refusal(CITIZEN_IDENTITY_UNPROVEN, "level")
        signed = (word.name, word.id_type, word.id_no, word.mobile, word.assurance)
        if signed != (person.name, person.id_type, person.id_no, person.mobile, person.assurance):
            raise Refusal(CITIZEN_IDENTITY_UNPROVEN, "another person")
        return person


def applicant_as_proven(applicant: Applicant, person: ProvenPerson) -> Applicant:
    """The applicant of a form, known as well as the person is.

    Raises:
        Refusal: CITIZEN_IDENTITY_UNPROVEN where the form names somebody else.
    """
    named = (applicant.name, applicant.id_type, applicant.id_no)
    if named != (person.name, person.id_type, person.id_no):
        raise Refusal(CITIZEN_IDENTITY_UNPROVEN, "applicant")
    return replace(applicant, identity_assurance=person.assurance)
