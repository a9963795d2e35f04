"""The operator's console: what the signed directory says, and nothing that could be changed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from console_world import console_of, populated
from desk_client import Client
from registry_world import MovableClock, RegistryWorld, wall_clock

from federation_registry.cli.console import verify_local
from federation_registry.ports import Denial
from records.refusal import Refusal

PAGES = (
    "/fed",
    "/fed/nodes/new",
    "/fed/nodes/jiaxing",
    "/fed/certs",
    "/fed/routes",
    "/fed/log",
)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(wall_clock())


@pytest.fixture
def world(tmp_path: Path, clock: MovableClock) -> RegistryWorld:
    return populated(RegistryWorld(tmp_path, clock))


@pytest.fixture
def console(world: RegistryWorld) -> Iterator[Client]:
    with console_of(world) as url:
        yield Client(url)


def test_the_ring_and_its_table_show_every_member(console: Client) -> None:
    page = console.get("/fed").text
    assert page.count('class="dot dot-') == 4
    assert page.count("<line ") == 1
    assert page.count("<tr>") == 5
    assert "非地理示意图" in page
    assert "样本" in page


def test_a_denied_member_is_shown_as_denied(console: Client, world: RegistryWorld) -> None:
    world.house.store.deny(
        Denial(participant_id="pudong", reason="x", ordered_by="o1", ordered_at=world.clock())
    )
    world.house.directory.reload()
    assert "× 已停用" in console.get("/fed").text
    assert "停用" in console.get("/fed/log").text


def test_a_member_page_has_its_agreements_and_holdings(console: Client) -> None:
    page = console.get("/fed/nodes/shangrao").text
    assert "jiaxing-shangrao v1" in page
    assert "1950–2013" in page
    assert console.get("/fed/nodes/nobody").status == 404


@pytest.mark.parametrize(("days", "said"), [(230, False), (241, True), (271, True), (294, True)])
def test_a_sign_key_is_announced_before_it_ends(
    console: Client, clock: MovableClock, world: RegistryWorld, days: int, said: bool
) -> None:
    clock.advance(days=days)
    urgent = [one for one in world.house.oversee.endings() if one.notice]
    assert bool(urgent) is said
    assert all(one.not_after - clock() <= timedelta(days=60) for one in urgent)


def test_a_route_can_be_tried_and_says_why(console: Client) -> None:
    asked = "/fed/routes?category=marriage_registration&place=%E4%B8%8A%E9%A5%B6%E5%8E%BF&year=1985"
    page = console.get(f"{asked}&from=jiaxing").text
    assert "jiaxing-shangrao" in page
    assert "AGREEMENT_SCOPE" in console.get(f"{asked}&from=pudong").text
    assert console.get(f"{asked[:-4]}19x5").status == 422
    assert console.get("/fed/routes?category=marriage_registration&year=1066").status in (400, 422)


def test_an_invitation_is_shown_without_its_token(console: Client, world: RegistryWorld) -> None:
    sent = world.house.enrol.invite(
        world.participant("wuyuan"), invited_by="officer-1", life=timedelta(hours=24)
    )
    page = console.get("/fed/nodes/new").text
    assert "wuyuan" in page
    assert sent.token not in page


def test_the_console_changes_nothing_and_is_for_this_machine_alone(console: Client) -> None:
    for path in PAGES:
        answer = console.get(path)
        assert answer.status == 200, path
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        forms = answer.text.count('method="post"')
        assert forms == answer.text.count('action="/preferences"'), path
        assert console.send("POST", path, b"", {}).status >= 400
    for listen in ("0.0.0.0:80", "10.0.0.1:80", "example.org:80", "127.0.0.1:x", ""):
        with pytest.raises(Refusal, match="CONSOLE_NOT_LOCAL"):
            verify_local(listen)
    assert verify_local("127.0.0.1:7180") == ("127.0.0.1", 7180)


def test_both_languages_carry_every_page(console: Client) -> None:
    console.cookies["lantai_language"] = "en"
    for path in PAGES:
        page = console.get(path).text
        assert '<html lang="en"' in page, path
    assert "not a map" in console.get("/fed").text
