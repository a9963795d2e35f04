"""T5, T6, T7 and the 协查函 from the window's desk to a page that can be looked at."""

import secrets
import time
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from deploy.holdings.scenario_people import P4, P5, P8
from deploy.localnet.applications import as_subject, e01_application, own_application
from deploy.localnet.plan import node_of
from node.domain.application import Application
from node.domain.office_papers import CasePaper
from node.domain.paper_commands import (
    ConfirmWithdrawalCommand,
    EnterAnswerCommand,
    LetterCommand,
    PaperCommand,
    PostCommand,
    WithdrawCommand,
)
from node.services.office import Office
from records.exchange import Proof
from records.queries import Period, RecordQuery
from records.refusal import Refusal
from tests.e2e.desks import World, verify
from tests.e2e.test_e2e_scenarios import run_system

MARRIAGE = "marriage_registration"
REPLY_TO = "嘉兴市档案馆查阅窗口，嘉兴市样本路2号，0573-00000000"


def office(world: World) -> Office:
    return world.local.office("jiaxing")


def drawn(world: World, paper: CasePaper, archive: str = "330400") -> tuple[Path, str]:
    """The paper in var/documents with a picture of each page, and its text."""
    clerk, end = world.counter(archive).officer("clerk"), time.monotonic() + 60
    node = world.local.office(node_of(archive).node_id)
    while True:
        try:
            pdf = node.papers.open(paper.paper_id, clerk)
            break
        except Refusal as refusal:
            assert refusal.code == "PAPER_NOT_DRAWN" and time.monotonic() < end
            time.sleep(0.1)
    path = world.documents / f"paper-{paper.template}.pdf"
    path.write_bytes(pdf)
    run_system("pdftoppm", "-r", "150", "-png", str(path), str(path.with_suffix("")))
    text = run_system("pdftotext", "-raw", str(path), "-")
    return path, "".join(text.split())


def uncovered() -> Application:
    """E08: married 2023, which the archive does not keep."""
    query = RecordQuery(
        category=MARRIAGE, subject=as_subject(P8), place="南湖区",
        period=Period(start="2023", end="2023"),
    )  # fmt: skip
    return own_application(P8, "330400", query)


def test_e08_the_citizen_leaves_with_a_referral_and_not_with_a_no(world: World) -> None:
    window = world.counter("330400")
    case_no = window.file(uncovered(), secrets.token_urlsafe(16))
    with pytest.raises(Refusal):
        window.review(case_no)
    paper = office(world).papers.referral(PaperCommand(case_no=case_no), window.officer("reviewer"))
    path, text = drawn(world, paper)
    assert "转办告知书" in text and "民政局" in text and case_no in text
    assert "未查见" not in text and P8.id_no not in text
    assert len(pypdfium2.PdfDocument(path)) == 1


def test_e14_a_lawyer_without_a_court_paper_gets_a_notice_of_what_to_bring(world: World) -> None:
    query = RecordQuery(
        category=MARRIAGE, subject=as_subject(P4), place="上饶县",
        period=Period(start="1985", end="1985"),
    )  # fmt: skip
    form = own_application(P5, "330400", query, purpose="litigation")
    form = replace(
        form,
        applicant=replace(form.applicant, relation="lawyer"),
        proofs=(
            *form.proofs,
            Proof(kind="lawyer_licence", sha256="0" * 63 + "2", media_type="image/jpeg"),
            Proof(kind="firm_letter", sha256="0" * 63 + "3", media_type="image/jpeg"),
        ),
    )
    window = world.counter("330400")
    case_no = window.file(form, secrets.token_urlsafe(16))
    with pytest.raises(Refusal):
        window.review(case_no)
    paper = office(world).papers.refusal(PaperCommand(case_no=case_no), window.officer("reviewer"))
    _, text = drawn(world, paper)
    assert "NO_COURT_PAPER" in text and "请补充" in text and "第二十八条" in text
    assert P4.name not in text, "the other party's name is not told to a lawyer"


def test_a_letter_by_post_keeps_the_case_alive_until_its_answer_is_entered(world: World) -> None:
    window = world.counter("330400")
    case_no = window.file(uncovered(), secrets.token_urlsafe(16))
    reviewer, clerk = window.officer("reviewer"), window.officer("clerk")
    said = LetterCommand(case_no=case_no, addressee="德清县档案馆", reply_to=REPLY_TO)
    with pytest.raises(Refusal) as refused:
        office(world).letters.write(said, clerk)
    assert refused.value.code == "DUTY_NOT_HELD"
    letter = office(world).letters.write(said, reviewer)
    path, text = drawn(world, letter)
    assert "协查函" in text and "德清县档案馆：" in text and "协查回执" in text
    assert "□查到" in text and P8.name in text and P8.id_no not in text
    assert len(pypdfium2.PdfDocument(path)) == 2
    progress = window.progress(case_no)
    assert progress.summary.state == "manual_search"
    assert progress.summary.clock.deadline is not None and not progress.summary.clock.stopped

    early = EnterAnswerCommand(paper_id=letter.paper_id, outcome="NO_RECORD_COVERED", pages=1)
    with pytest.raises(Refusal) as refused:
        office(world).letters.enter_answer(early, clerk)
    assert refused.value.code == "ANSWER_UNEXPECTED", "what was not posted has no answer"
    posting = PostCommand(
        paper_id=letter.paper_id, carrier="registered_post", tracking="XA00000000033", pages=2
    )
    posted = office(world).letters.post(posting, clerk)
    assert posted.posting is not None
    assert posted.posting.entry.endswith("000001")
    assert office(world).letters.register(clerk)[0].paper_id == letter.paper_id
    with pytest.raises(Refusal):
        office(world).letters.post(posting, clerk)

    answered = replace(early, outcome="HIT_UNIQUE", pages=3, reference="德档协复〔2026〕5号")
    office(world).letters.enter_answer(answered, clerk)
    cover = office(world).papers.cover(PaperCommand(case_no=case_no), clerk)
    _, text = drawn(world, cover)
    assert "综合反馈单" in text and "德档协复〔2026〕5号" in text and "各馆均已答复" in text
    window.hand_over(case_no)
    assert window.progress(case_no).summary.state == "delivered"


def test_e11_the_cover_sheet_lists_two_archives_and_joins_nothing(world: World) -> None:
    query = RecordQuery(
        category="educated_youth", subject=as_subject(P5), place="川沙县",
        period=Period(start="1969", end="1978"), free={"destination_place": "江西省波阳县"},
    )  # fmt: skip
    case_no = world.file_and_review(own_application(P5, "330400", query, purpose="seniority"))
    window = world.counter("330400")
    legs = window.progress(case_no).legs
    world.fulfil(case_no, legs[0].holder_archive)
    progress = window.wait_for(case_no, lambda case: len(case.certificates) == 1)
    cover = office(world).papers.cover(PaperCommand(case_no=case_no), window.officer("clerk"))
    _, text = drawn(world, cover)
    assert progress.certificates[0].number in text
    assert "未答复" in text or "待人工" in text
    assert "本单不作证明使用" in text


def test_e17_the_wrong_certificate_is_superseded_by_two_people_and_leads_to_the_new_one(
    world: World,
) -> None:
    holder, shangrao = world.counter("361100"), world.local.office("shangrao")
    wrong = "1962年11月15日"
    case_no = world.file_and_review(e01_application())
    world.fulfil(case_no, "361100", {"a_birth": wrong})
    old = world.counter("330400").save_certificate(case_no, world.documents)
    _, new = world.extract(e01_application(), "361100")
    command = WithdrawCommand(
        case_no=case_no,
        holder_archive="361100",
        number=old.stem,
        reason_class="error_in_extract",
        replaced_by=new.stem,
        seal_keeper=holder.officer("sealer").officer_id,
        password=holder.login("dispatcher").password,
    )
    shangrao.withdrawals.order(command, holder.officer("dispatcher"))
    confirm = ConfirmWithdrawalCommand(
        case_no=case_no, holder_archive="361100", password=holder.login("sealer").password
    )
    with pytest.raises(Refusal) as refused:
        shangrao.withdrawals.confirm(confirm, holder.officer("dispatcher"))
    assert refused.value.code == "DUTY_NOT_HELD"
    site = world.federation.certificate_service["verify"]
    assert verify(world, old, "--site", site)[1]["verdict"] == "V00", "one signature is not enough"
    paper = shangrao.withdrawals.confirm(confirm, holder.officer("sealer"))
    _, text = drawn(world, paper, "361100")
    assert "更正公告" in text and old.stem in text and new.stem in text
    assert "出证文字有误" in text and wrong not in text, "the notice names the class, not the error"
    code, verdict = verify(world, old, "--site", site)
    assert (code, verdict["verdict"]) == (3, "V05")
    assert verify(world, new, "--site", site)[1]["verdict"] == "V00"
    assert wrong in "".join(run_system("pdftotext", "-raw", str(old), "-").split())
