"""The officers of one archive in a process of their own, as its pages would be.

    python -m tests.faults.child PLAN -- officers DATA ARCHIVE FEDERATION FOLDER ADDRESS

They obey one JSON line per connection and answer with one. Their sessions are kept in FOLDER, so
that officers whose process was killed go on where they were. `round` does whatever waits on their
desks, by what the desks show: a round that was cut short is simply done again.
"""

import json
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from deploy.localnet.counter import CLAIMABLE, Counter, current_code
from deploy.localnet.document import read_federation
from node.bootstrap import Base, make_office, open_base
from node.domain.commands import NoRecordCommand, SignInCommand, WorkCommand
from node.domain.officers import Actor
from node.domain.reasons import SESSION_ENDED
from node.domain.views import CaseClock
from node.services.office import Office
from records.refusal import Refusal
from tests.faults.people import application_of

_LISTED = 500


class KeptCounter(Counter):
    """Officers whose sessions outlive their process."""

    def __init__(self, base: Base, federation: Path, archive: str, folder: Path) -> None:
        clock = base.house.clock
        super().__init__(make_office(base), read_federation(federation), archive, clock)
        self._folder = folder
        self._signing_in = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def office(self) -> Office:
        """What they can do."""
        return self._office

    def officer(self, user: str) -> Actor:
        """See `Counter.officer`; a session that was kept is opened again."""
        with self._signing_in:
            if user not in self._actors:
                path = self._folder / user
                if not path.is_file():
                    self._sign_in(user, path)
                self._actors[user] = self._open(user, path)
            return self._actors[user]

    def _open(self, user: str, path: Path) -> Actor:
        try:
            return self._office.sign_in.open_session(path.read_text("ascii"))
        except Refusal as refusal:
            if refusal.reason is not SESSION_ENDED:
                raise
        self._sign_in(user, path)
        return self._office.sign_in.open_session(path.read_text("ascii"))

    def _sign_in(self, user: str, path: Path) -> None:
        login = self.login(user)
        command = SignInCommand(
            archive_code=self._archive,
            user=user,
            password=login.password,
            totp=current_code(login, self._clock()),
        )
        path.write_text(self._office.sign_in.sign_in(command).token, encoding="ascii")


class Desks:
    """What the officers of one archive can be told to do."""

    def __init__(self, base: Base, counter: KeptCounter, archive: str) -> None:
        self._base = base
        self._office = counter.office
        self._counter = counter
        self._archive = archive
        self._signed: set[str] = set()

    def obey(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """What came of it, or the code of the refusal."""
        acts: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "file": self._file,
            "review": self._review,
            "window": self._window,
            "holder": self._holder,
            "progress": self._progress,
            "waiting": self._waiting,
        }
        try:
            return {"done": acts[order["act"]](order)}
        except Refusal as refusal:
            return {"refused": refusal.code, "detail": refusal.detail}
        except Exception as fault:  # noqa: BLE001 -- a desk goes on after any fault
            return {"refused": type(fault).__name__, "detail": ""}

    def _file(self, order: Mapping[str, Any]) -> dict[str, Any]:
        form = application_of(order["kind"], order["seed"], order["number"])
        return {"case_no": self._counter.file(form, order["key"])}

    def _review(self, order: Mapping[str, Any]) -> dict[str, Any]:
        self._counter.review(order["case_no"])
        return {}

    def _window(self, _order: Mapping[str, Any]) -> dict[str, Any]:
        """One round of the window: whatever was submitted is reviewed."""
        clerk = self._counter.officer("clerk")
        waiting = self._office.cases.list_cases(clerk, ("submitted",), _LISTED)
        return self._each([case.case_no for case in waiting], self._counter.review)

    def _holder(self, _order: Mapping[str, Any]) -> dict[str, Any]:
        """One round of the holder: claimed, compared, released, sealed, or answered: no record."""
        dispatcher = self._counter.officer("dispatcher")
        acts = {
            **dict.fromkeys(CLAIMABLE, self._judge),
            "holder_review": self._release,
            "released": self._seal,
        }
        done, failed = 0, []
        for state, act in acts.items():
            waiting = self._office.work.list_work(dispatcher, (state,), _LISTED)
            # A case that both have signed waits for the certificate service, not for a person.
            signed = self._signed if state == "released" else set()
            cases = [work.case_no for work in waiting if work.case_no not in signed]
            outcome = self._each(cases, act)
            done, failed = done + outcome["done"], failed + outcome["failed"]
        return {"done": done, "failed": failed}

    def _judge(self, case_no: str) -> None:
        detail = self._counter.claim(case_no, 2.0)
        if not detail.candidates:
            command = NoRecordCommand(
                case_no=case_no, holder_archive=self._archive, method="索引与原簿逐页查找"
            )
            self._office.answer.no_record(command, self._counter.officer("dispatcher"))
            return
        self._counter.compare(detail)
        self._release(case_no)

    def _release(self, case_no: str) -> None:
        command = WorkCommand(case_no=case_no, holder_archive=self._archive)
        self._office.work.claim(command, self._counter.officer("dispatcher"))
        self._counter.release(case_no)
        self._seal(case_no)

    def _seal(self, case_no: str) -> None:
        self._counter.seal(case_no)
        self._signed.add(case_no)

    def _each(self, cases: list[str], act: Callable[[str], object]) -> dict[str, Any]:
        done, failed = 0, []
        for case_no in cases:
            try:
                act(case_no)
                done += 1
            except Refusal as refusal:
                failed.append(f"{case_no} {refusal.code}")
        return {"done": done, "failed": failed}

    def _waiting(self, _order: Mapping[str, Any]) -> dict[str, Any]:
        """How much this node has yet to send or to issue."""
        with self._base.house.book.read() as book:
            counts = book.counts()
        return {"messages": counts["outbox"] + counts["issuing"], "dead": counts["dead"]}

    def _progress(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """State and certificates of these cases, as the window shows them."""
        found = {}
        for case_no in order["cases"]:
            seen = self._counter.progress(case_no)
            found[case_no] = {
                "state": seen.summary.state,
                "certificates": [[file.number, file.sha256] for file in seen.certificates],
                "overdue": _is_overdue(seen.summary.clock),
                "legs": [[leg.state, leg.outcome, leg.reason_code] for leg in seen.legs],
            }
        return found


def _is_overdue(clock: CaseClock) -> bool:
    return clock.deadline is not None and not clock.stopped and clock.now > clock.deadline


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        line = self.rfile.readline()
        if not line:
            return  # Somebody looked whether we listen.
        answer = self.server.desks.obey(json.loads(line))  # type: ignore[attr-defined]
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main(arguments: list[str]) -> int:
    """Serve until killed."""
    data, archive, federation, folder, address = arguments
    base = open_base(Path(data))
    counter = KeptCounter(base, Path(federation), archive, Path(folder))
    host, _, port = address.rpartition(":")
    with _Server((host, int(port)), _Handler) as server:
        server.desks = Desks(base, counter, archive)  # type: ignore[attr-defined]
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
