"""The harness's own parts: what it breaks is broken, and what it looks for it finds."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from deploy.localnet.ports import wait_until
from tests.faults.canaries import find_canaries, spellings
from tests.faults.driver import Asked, Journal
from tests.faults.matrix import ROWS, find_row
from tests.faults.mutants import MUTANTS, find_mutant
from tests.faults.people import canary_of
from tests.faults.points import ACTS, MOMENTS, find_target
from tests.faults.proxy import FaultProxy


@pytest.fixture
def echo() -> Iterator[tuple[str, list[bytes]]]:
    """Address of a server that answers each piece in capitals, and what it has heard."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _peer = listener.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while piece := connection.recv(65536):
                heard.append(piece)
                connection.sendall(piece.upper())

    threading.Thread(target=serve, daemon=True).start()
    yield f"127.0.0.1:{listener.getsockname()[1]}", heard
    listener.close()


@pytest.fixture
def proxy(echo) -> Iterator[FaultProxy]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    made = FaultProxy(address, echo[0], seed=7)
    made.start()
    yield made
    made.stop()


def ask(proxy: FaultProxy, said: bytes = b"hello", seconds: float = 2.0) -> bytes:
    """The answer; empty when the connection ended without one."""
    host, _, port = proxy.address.rpartition(":")
    with socket.create_connection((host, int(port)), seconds) as connection:
        connection.settimeout(seconds)
        try:
            connection.sendall(said)
            return connection.recv(100)
        except (ConnectionError, TimeoutError):
            return b""


def test_on_a_fair_day_everything_passes(proxy) -> None:
    assert ask(proxy) == b"HELLO"
    assert proxy.harmed == 0


def test_a_lost_reply_was_heard_by_the_server(proxy, echo) -> None:
    proxy.set(lose_reply=1.0)
    assert ask(proxy) == b""
    assert echo[1] == [b"hello"]


def test_refused_cut_and_swallowed_bytes_do_not_arrive(proxy, echo) -> None:
    proxy.set(refuse=1.0)
    assert ask(proxy) == b""
    proxy.set(swallow_up=True)
    assert ask(proxy, seconds=0.3) == b""
    assert echo[1] == []
    proxy.set(swallow_down=True)
    assert ask(proxy, seconds=0.3) == b""
    assert wait_until(lambda: echo[1] == [b"hello"], 20.0), "up, it arrives; nobody hears of it"
    # Last, since its half may be heard at any later moment.
    proxy.set(cut=1.0)
    assert ask(proxy) in (b"", b"H"), "half of what the half was answered with, at most"
    assert echo[1][1:] in ([], [b"he"])


def test_one_bit_is_turned_and_what_was_recorded_is_sent_again(proxy, echo) -> None:
    proxy.record()
    assert ask(proxy) == b"HELLO"
    assert proxy.replay() == 1
    assert echo[1] == [b"hello", b"hello"]
    echo[1].clear()
    proxy.set(flip=1.0)
    ask(proxy)
    (piece,) = echo[1]
    assert sum((a ^ b).bit_count() for a, b in zip(piece, b"hello", strict=True)) == 1


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "gb18030", "unicode_escape"])
def test_a_canary_is_found_in_every_encoding(tmp_path, form) -> None:
    name = canary_of(7, 1).name
    (tmp_path / "x.log").write_bytes(b"... " + name.encode(form) + b" ...")
    before = tmp_path / "before"
    assert find_canaries([tmp_path], [name], lambda _path: before) == ["x.log"]


def test_a_canary_is_found_in_base64_however_it_is_aligned(tmp_path) -> None:
    import base64

    name = canary_of(7, 1).name
    for shift in range(3):
        content = base64.b64encode(b"a" * shift + name.encode() + b"tail of the text")
        assert any(spelling in content for spelling in spellings(name)), shift


def test_what_a_member_had_before_is_no_leak(tmp_path) -> None:
    name = canary_of(7, 1).name
    kept = tmp_path / "register"
    kept.write_text(name, encoding="utf-8")
    assert find_canaries([kept], [name], lambda path: path) == []


def test_the_journal_refuses_a_second_case_or_number(tmp_path) -> None:
    journal = Journal(tmp_path / "journal")
    asked = Asked(number=1, kind="hit", key="key-1")
    journal.acknowledge("LT-1", asked)
    journal.acknowledge("LT-1", asked)
    with pytest.raises(AssertionError):
        journal.acknowledge("LT-2", asked)
    journal.show("LT-1", "361100-2026-000001")
    with pytest.raises(AssertionError):
        journal.show("LT-1", "361100-2026-000002")
    assert (tmp_path / "journal").read_text("utf-8").count("\n") == 3


def test_every_row_of_the_matrix_is_tried_or_has_a_reason() -> None:
    known = [row.id for row in ROWS]
    assert [f"F{number}" for number in range(1, 37)] == [
        name for name in known if name[1:].isdigit() and name != "F0"
    ]
    for row in ROWS:
        assert row.run or row.tests or row.reason, row.id
        assert row.expected and row.fault


def test_every_mutant_has_a_row_that_runs_and_points_name_real_acts() -> None:
    assert len(MUTANTS) >= 10
    for mutant in MUTANTS:
        assert find_row(mutant.row).run is not None
        assert find_mutant(mutant.name) is mutant
    for place in ACTS.values():
        assert callable(find_target(place)[2])
    assert MOMENTS == ("start", "commit", "committed", "end")
