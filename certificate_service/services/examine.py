"""Gathers the findings about one file or one QR text; what they mean is judged elsewhere.

Each step is looked at only when what it rests on holds, and by code that raises: a refusal becomes
a failed step with the verdict that it leads to, never an exception to the asker.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from certificate_service.document.pdf_check import SealedFile, open_sealed
from certificate_service.document.seal_check import SealEvidence, check_seal, require_trusted
from certificate_service.domain.digits import from_digits
from certificate_service.domain.order_reasons import LOG_LEAF
from certificate_service.domain.reasons import FILE_ALTERED, FILE_NOT_OURS, SEAL_FORGED
from certificate_service.domain.site_paths import KEYS_PATH
from certificate_service.domain.token import Token, parse_token
from certificate_service.domain.verdict import (
    PASSED,
    SKIPPED,
    Finding,
    Gathered,
    Shown,
    Step,
    Verdict,
    failure,
    judge,
)
from certificate_service.ports import EvidenceSource
from certificate_service.services.age_evidence import Known, require_age, require_token_age
from certificate_service.services.examine_parts import (
    Question,
    Statements,
    check_pages,
    check_seal_key,
    find_token_key,
    look_at_content,
    look_at_log,
    notice,
    read_statements,
)
from certificate_service.services.status_evidence import find_status
from records.refusal import Refusal
from trust.identity.past_lists import TrustHistory
from trust.identity.trust_view import TrustView

EXTRACT, TOKEN, PROOF, KEYS = (
    "extract.json",
    "evidence.cose",
    "evidence.tlog-proof",
    "evidence.keys.json",
)


class Examiner:
    """Verifies against the trust lists known and whatever is published."""

    def __init__(self, trust: TrustView | TrustHistory, source: EvidenceSource) -> None:
        """Keep the trust lists and where to look for status and log."""
        self._history = trust if isinstance(trust, TrustHistory) else TrustHistory(trust)
        self._source = source

    def examine_file(self, pdf: bytes, question: Question) -> Verdict:
        """The verdict on a PDF."""
        return judge(_FileExamination(self._history, self._source, question).run(pdf))

    def examine_text(self, text: str, question: Question) -> Verdict:
        """The verdict on what a QR code says: a URL with digits behind "#", or bare digits."""
        return judge(_TokenExamination(self._history, self._source, question).run(text))


class _Examination:
    """The steps that file and QR text share."""

    def __init__(self, history: TrustHistory, source: EvidenceSource, question: Question) -> None:
        self.history = history
        self.view = history.current
        self.broken = {**history.broken, **question.broken}
        self.source = source
        self.question = question
        self.findings: dict[Step, Finding] = {}
        self.status = "not checked"
        self.facts: tuple[str, ...] = ()

    def take(self, step: Step, finding: Finding) -> bool:
        """Note the finding; True when the next steps can rest on it."""
        self.findings[step] = finding
        return finding.ok is True

    def refuse(self, step: Step, verdict: str, refusal: Refusal) -> None:
        """Note a failed step."""
        self.findings[step] = failure(verdict, refusal.reason, refusal.detail)

    def skip(self, *steps: Step) -> None:
        """Note steps that could not be looked at because an earlier one failed."""
        for step in steps:
            self.findings.setdefault(step, SKIPPED)

    def shown(self, token: Token, *, sample: bool, verify_url: str = "") -> Shown:
        """What may be shown of a genuine token."""
        _member, archive = self.view.get_archive(token.number.archive_code)
        return Shown(
            number=str(token.number),
            holder=archive.name,
            template=token.template,
            issued_at=_instant(token).isoformat().replace("+00:00", "Z"),
            masked_names=token.masked_names,
            pages=token.pages,
            sample=sample or self.view.trust_domain.endswith(".invalid"),
            verify_url=verify_url,
            facts=self.facts,
        )

    @property
    def views(self) -> tuple[TrustView, ...]:
        """The trust list of the time of issue, and today's."""
        return (self.view, self.history.current)

    def look_up_status(self, token: Token, statements: Statements) -> None:
        """Step 8."""
        finding, self.status = find_status(
            token, self.source, self.history.current, statements, self.question.now
        )
        self.take(Step.STATUS, finding)


class _TokenExamination(_Examination):
    def run(self, text: str) -> Gathered:
        """All findings about a QR text."""
        # 1. Form.
        try:
            token, signed = parse_token(from_digits(text.rpartition("#")[2].strip()))
        except Refusal as refusal:
            self.refuse(Step.FORM, "V08", refusal)
            self.skip(Step.TOKEN, Step.LOG, Step.STATUS, Step.CONTENT)
            return Gathered(findings=self.findings)
        self.take(Step.FORM, PASSED)
        # 5. The key that the archive's authority stated, then the signature.
        self.view = self.history.at(_instant(token))
        statements = Statements(published=self.source.get_all(KEYS_PATH))
        finding = find_token_key(token, signed, self.view, statements, _instant(token))
        if not self.take(Step.TOKEN, finding):
            self.skip(Step.LOG, Step.STATUS, Step.CONTENT)
            return Gathered(findings=self.findings)
        # 7. to 9. Log and status as published, content with the code.
        logged = look_at_log(token, signed, self.source, self.views)
        self.take(Step.LOG, logged)
        try:
            require_token_age(token, self.broken, self.question.now, logged=logged.ok is True)
        except Refusal as refusal:
            self.refuse(Step.TOKEN, "V02", refusal)
        self.look_up_status(token, statements)
        finding, self.facts = look_at_content(token, self.question.code)
        self.take(Step.CONTENT, finding)
        notice(self.findings, self.question, _instant(token), "")
        return Gathered(
            findings=self.findings, status=self.status, shown=self.shown(token, sample=False)
        )


class _FileExamination(_Examination):
    _level = ""
    _evidence: SealEvidence | None = None

    def run(self, pdf: bytes) -> Gathered:
        """All findings about a PDF."""
        gathered = self._run(pdf)
        self.skip(*(step for step in Step if step is not Step.NOTICE))
        return gathered

    def _run(self, pdf: bytes) -> Gathered:
        file = self._open(pdf)
        if file is None:
            return Gathered(findings=self.findings)
        # The token says when; nothing it says is believed before step 5.
        try:
            token, signed = parse_token(file.attachments.get(TOKEN, b""))
            extract = _read_extract(file.attachments.get(EXTRACT, b""))
            statements = read_statements(file.attachments.get(KEYS, b""))
        except Refusal as refusal:
            self.refuse(Step.TOKEN, "V02", refusal)
            return Gathered(findings=self.findings)
        moment = _instant(token)
        self.view = self.history.at(moment)
        if not self._believe_seal(file, token, statements, moment):
            return Gathered(findings=self.findings, level=self._level)
        if not self.take(Step.TOKEN, find_token_key(token, signed, self.view, statements, moment)):
            return Gathered(findings=self.findings, level=self._level)
        # 6. Token and file speak of the same certificate, page by page.
        self.take(Step.AGREEMENT, check_pages(token, file.attachments[TOKEN], extract))
        # 7. The proof is in the file.
        proof = file.attachments.get(PROOF, b"").decode("utf-8", "replace")
        inside = statements.leaf_proof(proof)
        if inside is None:
            self.take(Step.LOG, failure("V13", LOG_LEAF, "absent"))
        else:
            self.take(Step.LOG, look_at_log(token, signed, self.source, self.views, inside))
        if not self._believe_age(file, token):
            return Gathered(findings=self.findings, level=self._level)
        # 8. Status as published; 9. the file contains what it says.
        published = Statements(
            envelopes=statements.envelopes, published=self.source.get_all(KEYS_PATH)
        )
        self.look_up_status(token, published)
        self.take(Step.CONTENT, PASSED)
        notice(self.findings, self.question, moment, str(extract.get("purpose_text", "")))
        sample = extract.get("sample") is not False
        return Gathered(
            findings=self.findings,
            level=self._level,
            status=self.status,
            shown=self.shown(token, sample=sample, verify_url=str(extract.get("verify_url", ""))),
        )

    def _open(self, pdf: bytes) -> SealedFile | None:
        """Steps 1 and 2, as far as they need no key."""
        try:
            file = open_sealed(pdf)
        except Refusal as refusal:
            if refusal.reason is FILE_NOT_OURS:
                self.refuse(Step.FORM, "V08", refusal)
            else:
                self.take(Step.FORM, PASSED)
                self.refuse(Step.WHOLE_FILE, "V06", refusal)
            return None
        self.take(Step.FORM, PASSED)
        return file

    def _believe_seal(
        self, file: SealedFile, token: Token, statements: Statements, moment: datetime
    ) -> bool:
        """Steps 2 to 4: whole file, signature, and whose seal it is."""
        try:
            evidence = check_seal(file, self.history.roots_at, moment)
        except Refusal as refusal:
            altered = refusal.reason is FILE_ALTERED
            self.refuse(
                Step.WHOLE_FILE if altered else Step.SEAL_SIGNATURE,
                "V06" if altered else "V02",
                refusal,
            )
            return False
        self._level, self._evidence = evidence.level, evidence
        self.take(Step.WHOLE_FILE, PASSED)
        self.take(Step.SEAL_SIGNATURE, PASSED)
        try:
            require_trusted(evidence)
            check_seal_key(file.certificate, token, statements, self.view, moment)
        except Refusal as refusal:
            self.refuse(Step.SEAL_CERTIFICATE, "V03", refusal)
            return False
        return self.take(Step.SEAL_CERTIFICATE, PASSED)

    def _believe_age(self, file: SealedFile, token: Token) -> bool:
        """Step 3 again: what is known to be older than the end of its algorithms still counts."""
        if self._evidence is None:
            return False
        known = Known(view=self.view, source=self.source, broken=self.broken)
        try:
            since = require_age(file, self._evidence, token, known, self.question.now)
        except Refusal as refusal:
            self.refuse(Step.SEAL_SIGNATURE, "V02", refusal)
            return False
        if since < self.question.now:
            self.take(Step.SEAL_SIGNATURE, Finding(True, "", f"{since:%Y-%m-%d} 已存在"))
        return True


def _instant(token: Token) -> datetime:
    return datetime.fromtimestamp(token.issued_at, UTC)


def _read_extract(data: bytes) -> Mapping[str, object]:
    try:
        extract = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refusal(SEAL_FORGED, EXTRACT) from error
    if not isinstance(extract, dict):
        raise Refusal(SEAL_FORGED, EXTRACT)
    return extract
