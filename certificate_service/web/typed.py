"""Typed number and code: the only way in which a certificate's identity reaches this process.

Every failure takes the same slow hash and gives the same answer: whether the number exists, the
code is another's, or the form is wrong, cannot be told apart.
"""

from certificate_service.domain.digits import to_digits
from certificate_service.domain.lookup import lookup_key, open_row
from certificate_service.domain.numbering import parse_number
from certificate_service.domain.reasons import CERTIFICATE_UNKNOWN
from certificate_service.domain.verdict import Finding, Gathered, Step, Verdict, failure, judge
from certificate_service.domain.verification_code import parse_code
from certificate_service.ports import Clock, EvidenceSource, TrustSource
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.web.tries import TryCounter
from records.refusal import Refusal

_NO_CODE = "0" * 10
_LONGEST = 24


class TypedLookup:
    """Answers typed numbers."""

    def __init__(
        self, source: EvidenceSource, trust: TrustSource, tries: TryCounter, clock: Clock
    ) -> None:
        """`source` is the folder of pushed files."""
        self._source = source
        self._trust = trust
        self._tries = tries
        self._clock = clock

    def ask(self, number_text: str, code_text: str) -> Verdict:
        """The verdict on the certificate with that number and code; V01 or V11 otherwise."""
        number, code = _number(number_text), _code(code_text)
        if not self._tries.take(number, self._clock()):
            finding = Finding(None, "V11", "同一编号一小时内最多查询五次")
            return judge(Gathered(findings={Step.FORM: finding, Step.CONTENT: finding}))
        key = lookup_key(number, code)
        row = self._source.get(key.path)
        try:
            token = open_row(key, row or b"")
        except Refusal:
            unknown = failure("V01", CERTIFICATE_UNKNOWN, "编号或核验码不符")
            return judge(Gathered(findings={Step.FORM: unknown}))
        examiner = Examiner(self._trust.current(), self._source)
        return examiner.examine_text(to_digits(token), Question(now=self._clock(), code=code))


def _number(text: str) -> str:
    try:
        return str(parse_number(text))
    except Refusal:
        return text.strip()[:_LONGEST]


def _code(text: str) -> str:
    """A malformed code is looked up like any other: the answer must not come sooner."""
    try:
        return parse_code(text)
    except Refusal:
        return _NO_CODE
