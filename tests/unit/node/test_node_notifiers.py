"""The notification port's adapters: a command, a signed webhook, and addresses that are refused."""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from node.adapters.notifiers import AllNotifiers, CommandNotifier, WebhookNotifier
from node.adapters.service_file import read_plan
from node.domain.escalation import Notice
from records.refusal import Refusal

NOTICE = Notice(
    notice_id="n-1",
    archive_code="361100",
    case_no="LT-330400-20261122-0001",
    code="UNCLAIMED",
    at=datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
    target="361100/0123456789abcdef",
)


class Hook(BaseHTTPRequestHandler):
    """Remembers what was posted; answers as its server says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, self.headers["Lantai-Signature"], body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def hook() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.heard, server.status = [], 204
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told_with_a_signature_over_the_bytes(hook: ThreadingHTTPServer) -> None:
    url = f"http://127.0.0.1:{hook.server_port}/desk?to=duty"
    WebhookNotifier(url=url, secret=b"shared secret").tell(NOTICE)
    ((path, signature, body),) = hook.heard
    assert path == "/desk?to=duty"
    assert signature == hmac.digest(b"shared secret", body, "sha256").hex()
    said = json.loads(body)
    assert said["case_no"] == NOTICE.case_no and said["code"] == "UNCLAIMED"
    assert set(said) == {"notice_id", "archive_code", "case_no", "code", "at", "officer_id"}


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_redirect_or_a_fault_is_no_delivery(hook: ThreadingHTTPServer, status: int) -> None:
    hook.status = status
    with pytest.raises(Refusal, match="NOTIFIER_FAILED"):
        WebhookNotifier(url=f"http://127.0.0.1:{hook.server_port}/").tell(NOTICE)
    assert len(hook.heard) == 1, "and nobody follows it"


@pytest.mark.parametrize("url", ["http://pager.example/x", "ftp://127.0.0.1/x", "https:///x", "x"])
def test_an_address_on_which_others_read_along_is_refused(url: str) -> None:
    with pytest.raises(Refusal, match="NOTIFIER_FAILED"):
        WebhookNotifier(url=url)


def test_nobody_at_the_address_is_said_so() -> None:
    with pytest.raises(Refusal, match="NOTIFIER_FAILED"):
        WebhookNotifier(url="http://127.0.0.1:9/", seconds=1.0).tell(NOTICE)


@pytest.mark.parametrize("command", [("false",), ("/no/such/program",), ("sleep", "9")])
def test_a_command_that_fails_or_hangs_is_said_so(command: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match="NOTIFIER_FAILED"):
        CommandNotifier(command=command, seconds=0.3).tell(NOTICE)


def test_all_are_told_though_one_fails(hook: ThreadingHTTPServer) -> None:
    url = f"http://127.0.0.1:{hook.server_port}/"
    both = AllNotifiers(notifiers=(CommandNotifier(command=("false",)), WebhookNotifier(url=url)))
    with pytest.raises(Refusal, match="NOTIFIER_FAILED"):
        both.tell(NOTICE)
    assert len(hook.heard) == 1


def test_the_plan_is_read_and_its_mistakes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "service.toml"
    path.write_text(
        '[hours]\nperiods = ["08:30-12:00"]\nholidays = [2026-10-01]\n'
        '[roster]\n"361100" = ["li", "wang"]\n[notify]\ncommand = ["true"]\n'
    )
    plan = read_plan(path)
    assert plan.roster == {"361100": ("li", "wang")} and plan.notify.command == ("true",)
    assert not plan.calendar().is_working_day(datetime(2026, 10, 1).date())
    assert read_plan(None).calendar().is_working_day(datetime(2026, 10, 4).date())
    for wrong, why in (
        ("[hours]\nperiods = 3\n", "CONFIG_MALFORMED"),
        ('[hours]\nperiods = ["x"]\n', "SERVICE_HOURS_MALFORMED"),
        ('[hours]\nperiods = ["08:30-12:00"]\nlunch = true\n', "CONFIG_MALFORMED.*lunch"),
        ("[rooster]\n", "CONFIG_MALFORMED.*rooster"),
        ("[notify\n", "CONFIG_MALFORMED"),
    ):
        path.write_text(wrong)
        with pytest.raises(Refusal, match=why):
            read_plan(path)
