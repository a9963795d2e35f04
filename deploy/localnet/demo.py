"""`lantai demo`: scenario E01 from the Jiaxing window to a verified certificate."""

import secrets
import time
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.localnet.applications import e01_application
from deploy.localnet.checking import check_offline, check_online
from deploy.localnet.counter import Counter
from deploy.localnet.document import CaseEntry, Federation, write_federation
from deploy.localnet.federation import LocalFederation, system_clock
from deploy.localnet.progress import Progress

WINDOW, HOLDER = ("jiaxing", "330400"), ("shangrao", "361100")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """How the demo runs."""

    kill_registry: bool = False
    """Kill the registry once the federation is up: the request must still arrive."""
    keep: bool = False
    """Leave the federation running."""


def run_demo(folder: Path, progress: Progress, options: DemoOptions) -> Federation:
    """A new federation carried one request through; its document names case and certificate.

    Raises:
        Refusal: of whichever step failed; everything was stopped then.
    """
    local = LocalFederation(folder, progress)
    federation = local.start(anew=True)
    try:
        if options.kill_registry:
            local.supervisor.stop(["registry"], kill=True)
            progress.say("登记处已被杀死，业务照常 · the registry is dead, work goes on")
        case = carry_e01(local, federation, progress)
        federation = replace(federation, case=case)
        write_federation(local.layout.root, federation)
        pdf = Path(case.certificate)
        with progress.step("离线查验 · verified offline"):
            progress.say(f"  {check_offline(federation, pdf)}")
        with progress.step("在线查验 · verified online"):
            progress.say(f"  {check_online(federation, pdf)}")
    finally:
        if not options.keep:
            stopped = local.stop()
    if not options.keep:
        progress.say(f"已停止 {stopped} 个进程 · stopped")
    progress.say(f"证明 · certificate: {pdf}")
    progress.say("verified")
    return federation


def carry_e01(local: LocalFederation, federation: Federation, progress: Progress) -> CaseEntry:
    """周金水's extract, from filing at Jiaxing to the PDF sealed by Shangrao.

    Raises:
        Refusal: of whichever step failed.
    """
    window, holder = (
        Counter(local.office(node_id), federation, archive, system_clock)
        for node_id, archive in (WINDOW, HOLDER)
    )
    with progress.step("窗口受理员、登记审核员、调用分发员、用印员登录 · four officers sign in"):
        for counter, users in ((window, ("clerk", "reviewer")), (holder, ("dispatcher", "sealer"))):
            for user in users:
                counter.officer(user)
    began = time.monotonic()
    with progress.step("提交申请（嘉兴）· filed at Jiaxing"):
        case_no = window.file(e01_application(), secrets.token_urlsafe(16))
    with progress.step("登记审核，协查函发往上饶 · reviewed, sent to Shangrao"):
        window.review(case_no)
    with progress.step("上饶检索到并领取 · found and claimed at Shangrao"):
        detail = holder.claim(case_no)
    with progress.step("逐项与影像比对 · compared with the page image"):
        holder.compare(detail)
    with progress.step("签发出证指令，另一人用印 · ordered, and sealed by another officer"):
        holder.release(case_no)
        holder.seal(case_no)
    with progress.step("出证并送达窗口 · issued and delivered to the window"):
        pdf = window.save_certificate(case_no, local.layout.root / "certificates-issued")
    seconds = round(time.monotonic() - began, 2)
    window.hand_over(case_no)
    progress.say(f"受理号 {case_no}，从提交到盖章证明 {seconds} 秒 · request to sealed extract")
    return CaseEntry(case_no=case_no, certificate=str(pdf), seconds=seconds)
