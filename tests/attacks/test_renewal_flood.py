"""A short run of the renewal measurement: no failed call; a killed server loses nothing."""

import pytest

from tests.bench.renewal_figures import SEED, try_once


@pytest.fixture
def repository_on_path(monkeypatch, request):
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))


def test_renewals_under_load_and_a_flood_fail_no_call(tmp_path, repository_on_path) -> None:
    trial = try_once(tmp_path, 2.5, killed=False, seed=SEED)
    assert trial.calls > 20
    assert trial.rotations > 10
    assert trial.connections > 3
    assert trial.half_open > 200
    if trial.crashes:
        # grpc/grpc#36693 struck: reported, restarted, nothing lost.
        assert trial.lost == 0
    else:
        assert (trial.failed, trial.lost, trial.codes) == (0, 0, {})


def test_a_server_killed_by_the_upstream_fault_is_back_and_lost_nothing(
    tmp_path, repository_on_path
) -> None:
    trial = try_once(tmp_path, 2.5, killed=True, seed=SEED + 1)
    assert trial.crashes >= 1, "the parent reports what ended its child"
    assert trial.lost == 0
    assert trial.calls > 20
    assert set(trial.codes) <= {"PARTNER_UNAVAILABLE", "PARTNER_UNPROVEN"}
