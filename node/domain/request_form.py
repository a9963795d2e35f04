"""The form of another archive's request, beyond what a form of our own window must have.

What it says is printed on certificates, shown to officers, and partly carried back in tokens of
our own: codes are codes, pseudonyms are pseudonyms, and nothing is there that nobody can read.
"""

import re

from node.domain.reasons import APPLICATION_MALFORMED
from records.characters import check_characters
from records.exchange import AssistRequest, Proof
from records.refusal import Refusal

_MOST_FIELDS = 60
_LONGEST_MOBILE = 40
_OFFICER = re.compile(r"(?:[0-9]{6}/[a-z0-9-]{1,48})?")
_RULE = re.compile(r"(?:[A-Z][A-Z0-9_-]{0,19})?")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHA256 = re.compile(r"(?:[0-9a-f]{64})?")
_MEDIA_TYPES = ("", "image/jpeg", "image/png", "application/pdf")


def verify_request_form(request: AssistRequest) -> None:
    """Return only if every part of the request has the form of what it is.

    Raises:
        Refusal: APPLICATION_MALFORMED with the member's name, CODE_POINT_FORBIDDEN.
    """
    applicant = request.applicant
    checks = (
        ("filed_by", _OFFICER.fullmatch(request.filed_by) is not None),
        ("reviewed_by", _OFFICER.fullmatch(request.reviewed_by) is not None),
        ("eligibility_rule", _RULE.fullmatch(request.eligibility_rule) is not None),
        ("requested_fields", len(request.requested_fields) <= _MOST_FIELDS),
        ("applicant.mobile", len(applicant.mobile) <= _LONGEST_MOBILE),
        ("proofs", all(_is_proof(one) for one in request.proofs)),
    )
    wrong = next((name for name, right in checks if not right), "")
    if wrong:
        raise Refusal(APPLICATION_MALFORMED, wrong)
    for words in (request.purpose_text.replace("\n", " "), applicant.id_no, applicant.mobile):
        check_characters(words)


def _is_proof(proof: Proof) -> bool:
    return (
        _KIND.fullmatch(proof.kind) is not None
        and _SHA256.fullmatch(proof.sha256) is not None
        and proof.media_type in _MEDIA_TYPES
    )
