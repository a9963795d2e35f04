"""Office papers and letters of the fake office."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from fake_parts import JIAXING, Clock

from node.domain.exchange_reasons import ANSWER_UNEXPECTED, NO_SUCH_PAPER, PAPER_NOT_DRAWN
from node.domain.office_papers import CasePaper, PaperAnswer, Posting
from node.domain.officers import Actor
from node.domain.paper_commands import (
    EnterAnswerCommand,
    LetterCommand,
    PaperCommand,
    PostCommand,
)
from node.domain.reasons import CASE_NOT_FOUND
from records.refusal import Refusal
from trust.envelope.dsse import Envelope

_EMPTY = Envelope(payload_type="x", payload=b"{}", signatures=())


class FakePapers:
    """Papers by id; drawn at once unless told otherwise."""

    def __init__(self, clock: Clock, pdf: bytes) -> None:
        self.clock, self.pdf = clock, pdf
        self.kept: dict[str, CasePaper] = {}
        self.numbers = itertools.count(1)
        self.drawn = True
        self.refused: set[str] = set()

    def order(self, template: str, title: str, case_no: str, actor: Actor, addressee: str = ""):
        if template in self.refused:
            raise Refusal(NO_SUCH_PAPER, "nobody refused")
        number = next(self.numbers)
        paper = CasePaper(
            paper_id=f"00000000-0000-4000-8000-{number:012}",
            case_no=case_no,
            archive_code=JIAXING,
            template=template,
            title=title,
            symbol=f"嘉兴市档协查〔2026〕第{number}号" if addressee else f"受理号 {case_no}",
            envelope=_EMPTY,
            envelope_id="e" * 64,
            ordered_by=actor.officer_id,
            ordered_at=self.clock(),
            file_sha256="f" * 64 if self.drawn else "",
            addressee=addressee,
        )
        self.kept[paper.paper_id] = paper
        return paper

    def refusal(self, command: PaperCommand, actor: Actor) -> CasePaper:
        return self.order("T5", "不予提供告知书", command.case_no, actor)

    def referral(self, command: PaperCommand, actor: Actor) -> CasePaper:
        return self.order("T6", "转介告知书", command.case_no, actor)

    def cover(self, command: PaperCommand, actor: Actor) -> CasePaper:
        return self.order("T7", "查档结果汇总", command.case_no, actor)

    def list(self, case_no: str, actor: Actor) -> Sequence[CasePaper]:
        return [one for one in self.kept.values() if one.case_no == case_no]

    def open(self, paper_id: str, actor: Actor) -> bytes:
        if paper_id not in self.kept:
            raise Refusal(CASE_NOT_FOUND)
        if not self.kept[paper_id].file_sha256:
            raise Refusal(PAPER_NOT_DRAWN)
        return self.pdf

    def get(self, paper_id: str) -> CasePaper:
        if paper_id not in self.kept:
            raise Refusal(CASE_NOT_FOUND)
        return self.kept[paper_id]

    def write(self, command: LetterCommand, actor: Actor) -> CasePaper:
        return self.order("LETTER", "协查函", command.case_no, actor, command.addressee)

    def post(self, command: PostCommand, actor: Actor) -> CasePaper:
        paper = self.get(command.paper_id)
        if paper.posting:
            raise Refusal(ANSWER_UNEXPECTED, "posted already")
        posting = Posting(
            entry=f"2026-{len(self.kept):06}",
            at=self.clock(),
            addressee=paper.addressee,
            carrier=command.carrier,
            tracking=command.tracking,
            pages=command.pages,
            posted_by=actor.officer_id,
        )
        self.kept[paper.paper_id] = replace(paper, posting=posting)
        return self.kept[paper.paper_id]

    def enter_answer(self, command: EnterAnswerCommand, actor: Actor) -> CasePaper:
        paper = self.get(command.paper_id)
        if paper.answer:
            raise Refusal(ANSWER_UNEXPECTED)
        answer = PaperAnswer(
            at=self.clock(),
            outcome=command.outcome,
            pages=command.pages,
            reference=command.reference,
            note=command.note,
            entered_by=actor.officer_id,
        )
        self.kept[paper.paper_id] = replace(paper, answer=answer)
        return self.kept[paper.paper_id]

    def register(self, actor: Actor, limit: int = 100) -> Sequence[CasePaper]:
        return [one for one in self.kept.values() if one.posting][::-1]
