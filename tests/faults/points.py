"""Crash points: a process dies by SIGKILL at a named moment, once, where a file arms the point.

Nothing of the product knows about this. `arm_process` wraps the acts below in the process that is
under test (tests/faults/child.py), so that a moment has a name: `receive:commit` is just before
the transaction of `receive` commits, `receive:committed` just after it, `receive:start` and
`receive:end` surround the whole act. A point is armed by a file of its name and dies once: the
file is renamed before the kill, so that the next process of the same name lives on.
"""

import functools
import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

ACTS = {
    # The window.
    "file": "node.services.file_request:FileRequestService.file",
    "review": "node.services.review_request:ReviewRequestService.review",
    "lease": "node.services.deliver_messages:DeliverMessages.run",
    "send": "node.adapters.partner_client:GrpcPartner.send",
    "arrived": "node.services.deliver_messages:DeliverMessages._arrived",
    "answer": "node.services.receive_answer:ReceiveAnswer.receive",
    "deliver_reply": "node.servicers.exchange:ExchangeServicer.Deliver",
    "collect": "node.services.collect_files:CollectFiles.collect",
    "hand_over": "node.services.hand_over:HandOverService.hand_over",
    # The holder.
    "receive": "node.services.receive_request:ReceiveRequest.receive",
    "submit_reply": "node.servicers.exchange:ExchangeServicer.Submit",
    "search": "node.services.search_holdings:SearchHoldings.search",
    "claim": "node.services.work_desk:WorkDeskService.claim",
    "compare": "node.services.work_desk:WorkDeskService.confirm",
    "no_record": "node.services.answer_request:AnswerDeskService.no_record",
    "release": "node.services.release_extract:ReleaseDeskService.release",
    "seal": "node.services.release_extract:ReleaseDeskService.seal",
    "prepare": "node.services.issue_extract:IssueExtract._prepare",
    "enter": "node.services.issue_extract:IssueExtract._enter",
    "issue": "node.services.issue_extract:IssueExtract._issue",
    "enter_file": "node.services.issue_extract:IssueExtract._file",
    "fulfil": "node.services.issue_extract:IssueExtract._confirm",
    # The certificate service.
    "certify_prepare": "certificate_service.services.issue_certificate:IssueCertificate.prepare",
    "certify_issue": "certificate_service.services.issue_certificate:IssueCertificate.issue",
    "certify_confirm": "certificate_service.services.issue_certificate:IssueCertificate.confirm",
}
"""Name of an act and where it is done."""

MOMENTS = ("start", "commit", "committed", "end")


class Points:
    """The armed points of one process: files in `folder`, each named act:moment.

    A file's text says at which meeting the process dies ("1" = the first).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._acts = threading.local()

    def meet(self, point: str) -> None:
        """The process dies here where the point is armed and its turn has come."""
        path = self._folder / point
        if not path.exists():
            return
        with self._lock:
            try:
                left = int(path.read_text("ascii") or "1")
            except (OSError, ValueError):
                return
            if left > 1:
                path.write_text(str(left - 1), encoding="ascii")
                return
            path.rename(path.with_name(f"{point}.met"))
        os.kill(os.getpid(), signal.SIGKILL)

    def within(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """The act, with its four moments."""

        @functools.wraps(act)
        def acting(*arguments: Any, **named: Any) -> Any:
            stack = self._stack()
            self.meet(f"{name}:start")
            stack.append(name)
            try:
                done = act(*arguments, **named)
            finally:
                stack.pop()
            self.meet(f"{name}:end")
            return done

        return acting

    def wrap_commits(self) -> None:
        """Every commit of this process is two moments of the act that it belongs to."""
        commit = DefaultDialect.do_commit

        def do_commit(dialect: Any, connection: Any) -> None:
            stack = self._stack()
            if stack:
                self.meet(f"{stack[-1]}:commit")
            commit(dialect, connection)
            if stack:
                self.meet(f"{stack[-1]}:committed")

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]

    def _stack(self) -> list[str]:
        if not hasattr(self._acts, "stack"):
            self._acts.stack = []
        stack: list[str] = self._acts.stack
        return stack


def find_target(place: str) -> tuple[Any, str, Any]:
    """Owner, attribute and value of "package.module:Class.attribute"."""
    module, _, path = place.partition(":")
    owner: Any = import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    return owner, name, getattr(owner, name)


def arm_process(folder: Path, package: str) -> Points:
    """Every act of that package in this process has its moments; returns the points."""
    points = Points(folder)
    for name, place in ACTS.items():
        if place.startswith(package):
            owner, attribute, act = find_target(place)
            setattr(owner, attribute, points.within(name, act))
    points.wrap_commits()
    return points
