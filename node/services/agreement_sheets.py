"""合作协议 as a leader or supervisor reads them: terms, signatures, use, effect of a change."""

import base64
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from node.domain.agreement_pages import AgreementEffect, AgreementSheet, Signatory
from node.domain.cases import HolderCase, WindowCase
from node.ports import Clues
from node.services.agreeing import Agreeing, AgreementView
from node.services.answering import request_of
from node.services.house import House
from records.agreement_rules import AgreementQuestion, evaluate_agreements
from records.agreements import Agreement
from records.deadlines import BEIJING
from records.exchange import AssistRequest
from records.refusal import Refusal
from trust.envelope.dsse import pae
from trust.envelope.statement import decode
from trust.envelope.suites import PublicKey

_MOST_CASES = 1000
_MOST_SUBJECT = 40
_SHOWN = 200
"""Newest requests that a change is tried on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One request under an agreement, from either side's copy of the case."""

    request: AssistRequest
    nodes: tuple[str, str]
    """Who asks, who answers."""
    is_today: bool
    is_ours: bool
    """Our window asked; False = we were asked."""

    @property
    def agreement_id(self) -> str:
        """Under which it was sent."""
        return self.request.header.agreement_id


class AgreementSheets:
    """Reads agreements of one node."""

    def __init__(self, house: House, agreeing: Agreeing, clues: Clues) -> None:
        """Of this house; `clues` reads the years of requests."""
        self._house, self._agreeing, self._clues = house, agreeing, clues

    def list(self, archive_code: str) -> tuple[AgreementSheet, ...]:
        """Every version that counts, with its signatures and today's use, by id and version."""
        asked = list(self._asked(archive_code))
        return tuple(self._sheet(view, asked, archive_code) for view in self._agreeing.list())

    def effect(self, proposed: Agreement, archive_code: str) -> AgreementEffect:
        """What the newest requests under the agreement would have met under the proposed text."""
        tried = [
            one for one in self._asked(archive_code) if one.agreement_id == proposed.agreement_id
        ]
        refused: Counter[str] = Counter()
        cases: list[str] = []
        today = max(proposed.valid_from, min(self._house.today(), proposed.valid_to))
        for one in tried[:_SHOWN]:
            decision = evaluate_agreements([proposed], self._question(one), today)
            if decision.reason is not None:
                refused[decision.rule] += 1
                cases.append(one.request.header.case_no)
        return AgreementEffect(
            tried=len(tried[:_SHOWN]),
            refused=tuple(sorted(refused.items(), key=lambda pair: (-pair[1], pair[0]))),
            cases=tuple(dict.fromkeys(cases)),
        )

    def _sheet(
        self, view: AgreementView, asked: Sequence[_Asked], archive_code: str
    ) -> AgreementSheet:
        said = view.agreement
        today = [one for one in asked if one.agreement_id == said.agreement_id and one.is_today]
        return AgreementSheet(
            agreement=said,
            standing=view.standing,
            last_day=view.last_day,
            days_left=(view.last_day - self._house.today()).days,
            signed_by=view.signed_by,
            waits_for_us=view.waits_for_us,
            officers=tuple(self._officers(said, archive_code)),
            asked_today=sum(one.is_ours for one in today),
            answered_today=sum(not one.is_ours for one in today),
        )

    def _officers(self, said: Agreement, archive_code: str) -> Iterator[Signatory]:
        """Our own officers who signed this text, each signature verified by its appointment."""
        directory = self._house.directory.current()
        appointed = {part.statement.kid: part.statement for part in directory.appointments.values()}
        subject = subject_of(f"{said.agreement_id}-{said.version}")
        with self._house.book.read() as book:
            kept = book.list_statements(archive_code, subject)
        for one in kept:
            envelope = one.envelope
            if envelope is None or decode(envelope.payload, Agreement) != said:
                continue
            message = pae(envelope.payload_type, envelope.payload)
            for signature in envelope.signatures:
                officer = appointed.get(signature.kid)
                if officer is None:
                    continue
                key = PublicKey.from_raw(base64.b64decode(officer.public_key), signature.suite)
                try:
                    key.verify(signature.value, message)
                except Refusal:
                    continue
                name = directory.view.get_archive(officer.archive_code)[1].name
                yield Signatory(
                    archive_name=name, officer_id=officer.officer_id, posts=tuple(officer.posts)
                )

    def _asked(self, archive_code: str) -> Iterator[_Asked]:
        with self._house.book.read() as book:
            cases = book.list_cases(archive_code, (), _MOST_CASES)
            works = book.list_work(archive_code, (), _MOST_CASES)
        yield from self._as_window(cases)
        yield from self._as_holder(works)

    def _as_window(self, cases: Sequence[WindowCase]) -> Iterator[_Asked]:
        for case in cases:
            for leg in case.legs:
                if leg.request is None or not leg.agreement_id:
                    continue
                asked = decode(leg.request.payload, AssistRequest)
                yield self._read(asked, (self._house.node_id, leg.node_id), is_ours=True)

    def _as_holder(self, works: Sequence[HolderCase]) -> Iterator[_Asked]:
        for work in works:
            asked = request_of(work)
            if asked.header.agreement_id:
                yield self._read(asked, (work.window_node, self._house.node_id), is_ours=False)

    def _read(self, asked: AssistRequest, nodes: tuple[str, str], *, is_ours: bool) -> _Asked:
        day = asked.header.created_at.astimezone(BEIJING).date()
        return _Asked(
            request=asked, nodes=nodes, is_today=day == self._house.today(), is_ours=is_ours
        )

    def _question(self, one: _Asked) -> AgreementQuestion:
        asked = one.request
        years = self._clues.years(asked.query)
        return AgreementQuestion(
            asking_node=one.nodes[0],
            holding_node=one.nodes[1],
            category=asked.query.category,
            requester=asked.applicant.relation,
            purpose=asked.purpose,
            year=years[0],
            year_to=years[1],
            granularity="image" if asked.output == "copy" else "extract",
            delivery=asked.delivery or "window",
        )


def subject_of(name: str) -> str:
    """Under which an archive keeps what its officers signed about an agreement: 40 characters."""
    return name[:_MOST_SUBJECT]
