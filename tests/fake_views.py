"""What the fake office shows of a case."""

from dataclasses import replace
from datetime import timedelta

from fake_parts import JIAXING, NAMES, SHANGRAO, STAFF, Case, Clock

from node.domain.cases import Leg
from node.domain.officers import Actor
from node.domain.reasons import CASE_NOT_FOUND
from node.domain.views import (
    CandidateView,
    CaseClock,
    CaseProgress,
    CaseSummary,
    RelatedRecord,
    Step,
    WorkDetail,
    WorkSummary,
)
from records.entries import CatalogueEntry, MatchReason
from records.exchange import AssistRequest, Header, SearchedScope
from records.kinds import KINDS
from records.person_names import mask_name
from records.refusal import Refusal

RELATED = tuple(
    RelatedRecord(
        reference_code=f"J107-9-01{number}-00{number % 7}",
        event_type=event,
        event_date=date,
        title=f"周金水、吴桂兰{title}",
    )
    for number, event, date, title in (
        (33, "divorce", "1996-03-11", "离婚登记"),
        (41, "remarriage", "1999-08-02", "复婚登记"),
        (52, "reissue", "2008-01-16", "补发婚姻登记证"),
    )
)


class Views:
    """Views of the cases of a world."""

    clock: Clock
    entry: CatalogueEntry
    pdf: bytes

    def get(self, case_no: str) -> Case:
        raise Refusal(CASE_NOT_FOUND)

    def progress(self, case_no: str, actor: Actor) -> CaseProgress:
        case = self.get(case_no)
        order = ["submitted", "registered", "assisting", "delivered"]
        here = {"submitted": 1, "sealed": 4, "delivered": 4, "closed": 4}.get(case.state, 2)
        labels = ["提交申请", "登记审核", "馆际协办", "材料反馈"]
        steps = tuple(
            Step(
                code=code,
                label=label,
                done=n < here,
                current=n == here,
                at=case.submitted_at if n == 0 else case.registered_at if n < here else None,
                who=(case.filed_by, case.reviewed_by, NAMES[SHANGRAO], "")[n] if n < here else "",
            )
            for n, (code, label) in enumerate(zip(order, labels, strict=True))
        )
        return CaseProgress(
            summary=self.summary(case),
            version=1,
            applicant_name=case.application.applicant.name,
            steps=steps,
            legs=(self.leg(case),) if case.work_state else (),
            refused_routes=(),
            question="",
            choices=(),
            referrals=(),
            review_note=case.review_note,
            filed_by=case.filed_by,
            reviewed_by=case.reviewed_by,
            certificates=case.files,
            events=(),
            application=case.application,
        )

    def clock_of(self, case: Case) -> CaseClock:
        stopped = case.state in ("delivered", "closed", "withdrawn", "not_found_confirmed")
        paused = case.question if case.state == "supplement_required" else ""
        return CaseClock(
            now=self.clock(), deadline=case.deadline, paused_reason=paused, stopped=stopped
        )

    def summary(self, case: Case) -> CaseSummary:
        return CaseSummary(
            case_no=case.case_no,
            archive_code=JIAXING,
            state=case.state,
            category=case.application.query.category,
            purpose=case.application.purpose,
            applicant_masked=mask_name(case.application.applicant.name),
            holders=(NAMES[SHANGRAO],) if case.work_state else (),
            submitted_at=case.submitted_at,
            clock=self.clock_of(case),
        )

    def leg(self, case: Case) -> Leg:
        return Leg(
            holder_archive=SHANGRAO,
            holder_name=NAMES[SHANGRAO],
            node_id="shangrao",
            why="登记机关：上饶县（今 上饶市广信区），1985 年在馆藏范围内",
            state="fetched" if case.files else "received",
            outcome=case.outcome or ("HIT_UNIQUE" if case.files else ""),
            files=case.files,
            question=case.question,
            note=case.note,
        )

    def work_summary(self, case: Case, actor: Actor) -> WorkSummary:
        claimant = next((o.display_name for o in STAFF if o.officer_id == case.claimed_by), "")
        return WorkSummary(
            case_no=case.case_no,
            holder_archive=SHANGRAO,
            window_name=NAMES[JIAXING],
            category=case.application.query.category,
            purpose=case.application.purpose,
            subject_masked=mask_name(case.application.query.subject.name),
            state=case.work_state,
            outcome="HIT_UNIQUE",
            claimed_by=claimant,
            mine=case.claimed_by == actor.officer_id,
            clock=self.clock_of(case),
            needs_leader=case.needs_leader,
            leader_said=case.leader_said,
            leader_note=case.leader_note,
            handed_by=case.handed_by,
            idle=case.idle,
            claim_note=case.claim_note,
            reminders=case.reminders,
            reminded_at=case.reminded_at,
        )

    def work_detail(self, case: Case, actor: Actor) -> WorkDetail:
        query, entry = case.application.query, case.entry or self.entry
        kind = KINDS[entry.category]
        reasons = (
            MatchReason(field="a_name", queried=query.subject.name, recorded="周金水", how="equal"),
            MatchReason(
                field="b_name", queried=query.other_party.name, recorded="吴桂兰", how="equal"
            ),
            MatchReason(
                field="event_date",
                queried=query.period.start,
                recorded="1985-05-20",
                how="within",
            ),
            MatchReason(
                field="registration_office",
                queried=query.place,
                recorded="上饶县皂头乡人民政府",
                how="contains",
            ),
        )
        view = CandidateView(
            entry=entry,
            tier="exact",
            score=0.97,
            reasons=reasons,
            releasable=True,
            printable=tuple(
                (spec.code, spec.label, entry.values.get(spec.code, ""))
                for spec in kind.extract_fields
                if spec.code in entry.values or spec.code == "certificate_no"
            ),
        )
        other = replace(entry, reference_code="J107-9-0133-017", images=())
        candidates = (view, replace(view, entry=other, tier="variant", score=0.61))
        return WorkDetail(
            summary=self.work_summary(case, actor),
            version=1,
            request=self.request(case),
            candidates=candidates,
            scope=SearchedScope(
                archive_code=SHANGRAO,
                category=entry.category,
                covered_from=1950,
                covered_to=2013,
            ),
            ask="",
            comparison=case.comparison,
            order_json=self.order(case) if case.work_state == "released" else "",
            release_id="",
            dispatcher=case.dispatcher,
            seal_keeper=case.keeper,
            files=case.files,
            events=(),
            related=RELATED,
        )

    def request(self, case: Case) -> AssistRequest:
        application, now = case.application, self.clock()
        return AssistRequest(
            header=Header(
                message_id="m",
                case_no=case.case_no,
                sender="jiaxing",
                recipient="shangrao",
                created_at=now,
                expires_at=now + timedelta(hours=1),
            ),
            window_archive=JIAXING,
            holder_archive=SHANGRAO,
            applicant=application.applicant,
            query=application.query,
            purpose=application.purpose,
            purpose_text=application.purpose_text,
            eligibility_rule="D01",
            output=application.output,
            proofs=application.proofs,
            filed_by="x",
            reviewed_by="y",
            deadline=case.deadline or now,
        )

    def order(self, case: Case) -> str:
        import json

        done = case.comparison
        assert done is not None
        return json.dumps(
            {
                "release_id": "0198-fake",
                "case_no": case.case_no,
                "template": "T1",
                "title": "档案证明（摘录）",
                "window_name": NAMES[JIAXING],
                "seal_mode": "HOLDER_ELECTRONIC",
                "opening": f"{case.application.applicant.name}：您提出的查档申请已办结。"
                "本馆保管的婚姻登记档案原文记载：",
                "rows": [
                    {"label": f.label, "value": f.value, "compared": f.compared}
                    for f in done.fields
                ],
                "closing": ["上列文字按档案原文摘录，并经与原件核对无误。"],
                "notes": [],
                "reference_code": done.reference_code,
                "pages": case.pages,
                "handler_line": "经办人：王敏　审核人：周国梁",
            },
            ensure_ascii=False,
        )
