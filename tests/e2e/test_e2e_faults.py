"""An everyday slice of the fault harness, so that it cannot rot: the rest is `make faults`.

One world of real processes on a copy of the sample federation as it was founded: a seeded bug that
must be seen, a crash and a bad line that must not be felt.
"""

import shutil
import tempfile
import time
from pathlib import Path

import grpc
import pytest

from tests.e2e.desks import wait_until
from tests.faults.run import Run
from tests.faults.world import CERTIFICATES, HOLDER, WINDOW, Setup
from trust.channel.status import CODE_KEY

SEED = 20261122
_BETWEEN = (WINDOW, HOLDER, CERTIFICATES)
_REPLAY = "token used twice"
_NOT_THERE = ("UNAVAILABLE", "DEADLINE_EXCEEDED")


@pytest.fixture
def run(founded):
    # A short path: sockets lie beneath it.
    folder = Path(tempfile.mkdtemp(prefix="lt-flt-"))
    yield Run(founded, folder / "slice", "slice", SEED)
    shutil.rmtree(folder, ignore_errors=True)


def refused_with(attack):
    """The code; empty when the attack was let in."""
    try:
        attack()
    except grpc.RpcError as fault:
        return dict(fault.trailing_metadata() or ()).get(CODE_KEY, fault.code().name)
    return ""


def replay_at_a_holder(world, attacks, mutant):
    """What a token that is used twice comes to at a holder with that bug."""
    world.replan(HOLDER, mutant=mutant)
    world.kill(HOLDER)
    world.revive(HOLDER)
    for _ in range(600):
        code = refused_with(attacks.all()[_REPLAY])
        if code not in _NOT_THERE:
            return code
        time.sleep(0.1)
    return "nobody there"


@pytest.mark.timeout(600)
def test_a_dying_holder_on_a_bad_line_loses_nothing_and_a_seeded_bug_is_seen(run):
    with run.world(Setup(crash_points=True, attack_pause=0.05)) as world:
        # The suite shares its machine: how soon a world recovers is for `make faults` to say.
        run.patience = max(run.patience, 4.0)
        run.die_at(world, HOLDER, "receive:committed", hits=0)
        world.set_weather(_BETWEEN, refuse=1.0)
        for name in _BETWEEN:
            world.proxies[name].cut_all()
        run.file(2)
        harmed = run.work(60, lambda: any(world.proxies[name].harmed for name in _BETWEEN))
        world.set_weather(_BETWEEN, lose_reply=0.1, refuse=0.2)
        run.work(3)
        world.set_weather()
        run.over()
        run.recover()
        wait_until(lambda: run.attacker.tally.tried > 30, 240)
        with run.attacker.resting() as attacks:
            attacks.set_aim(run.find_aim(world))
            bug = replay_at_a_holder(world, attacks, "token-not-stored")
            whole = replay_at_a_holder(world, attacks, "")
    assert not run.outcome.findings, f"seed {SEED}"
    figures = run.outcome.figures
    assert (figures["requests"], figures["ended"], figures["let_in"]) == (3, 3, 0)
    assert (bug, whole) == ("", "ACT_TOKEN_REPLAYED"), "the bug is seen, and only the bug"
    assert harmed, "the line was bad"
    assert figures["attacks"] > 30
