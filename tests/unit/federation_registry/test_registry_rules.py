"""Pure rules of the registry and the access tables."""

import tomllib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from federation_registry.access import (
    MEMBER_RIGHTS,
    STRANGER_RIGHTS,
    member_access,
    stranger_access,
)
from federation_registry.adapters.tables import metadata
from federation_registry.config import Settings, load_settings, settings_from, write_settings
from federation_registry.domain import reasons
from federation_registry.domain.publishing import KeptPart, is_new
from federation_registry.domain.standing import BUSY, Beat, standing, verify_beat
from federation_registry.folder import Folder
from protos.lantai.v1 import (
    directory_pb2,
    enrolment_pb2,
    liveness_pb2,
    relay_pb2,
    routing_pb2,
    witness_pb2,
)
from records.refusal import Reason, Refusal
from trust.channel.access import ANONYMOUS

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SERVED = (
    directory_pb2.DESCRIPTOR.services_by_name["Directory"],
    routing_pb2.DESCRIPTOR.services_by_name["Routing"],
    liveness_pb2.DESCRIPTOR.services_by_name["Liveness"],
    enrolment_pb2.DESCRIPTOR.services_by_name["Enrolment"],
    relay_pb2.DESCRIPTOR.services_by_name["Relay"],
    witness_pb2.DESCRIPTOR.services_by_name["Witness"],
)


def test_every_method_of_every_descriptor_has_a_line_and_no_line_is_idle() -> None:
    methods = {
        f"/{service.full_name}/{method.name}" for service in SERVED for method in service.methods
    }
    assert set(MEMBER_RIGHTS) == methods
    assert set(STRANGER_RIGHTS) == {name for name in methods if "/lantai.v1.Enrolment/" in name}
    member_access().verify_complete(methods)
    stranger_access().verify_complete(STRANGER_RIGHTS)


def test_strangers_reach_two_methods_on_their_own_listener_only() -> None:
    open_to_strangers = {method for method, kinds in STRANGER_RIGHTS.items() if ANONYMOUS in kinds}
    assert open_to_strangers == {"/lantai.v1.Enrolment/Enrol", "/lantai.v1.Enrolment/Collect"}
    assert not any(ANONYMOUS in kinds for kinds in MEMBER_RIGHTS.values())


@pytest.mark.parametrize(
    ("age", "in_work", "state"),
    [
        (0, 0, "ready"),
        (25, 0, "ready"),
        (26, 0, "slow"),
        (60, 0, "slow"),
        (61, 0, "silent"),
        (5, BUSY - 1, "ready"),
        (5, BUSY, "slow"),
        (61, BUSY, "silent"),
    ],
)
def test_suspicion_grows_with_age_and_load(age: int, in_work: int, state: str) -> None:
    beat = Beat(heard_at=AT, in_work=in_work)
    assert standing(beat, AT + timedelta(seconds=age)) == state


def test_maintenance_is_believed_until_the_instant_it_names() -> None:
    beat = Beat(heard_at=AT, in_work=0, maintenance_until=AT + timedelta(hours=2))
    assert standing(beat, AT + timedelta(hours=1)) == "maintenance"
    assert standing(beat, AT + timedelta(hours=2)) == "silent"


def test_a_slow_node_is_ready_again_with_its_next_good_beat() -> None:
    assert standing(Beat(heard_at=AT, in_work=0), AT + timedelta(seconds=50)) == "slow"
    again = AT + timedelta(seconds=51)
    assert standing(Beat(heard_at=again, in_work=0), again) == "ready"


@pytest.mark.parametrize(
    "change",
    [
        {"in_work": -1},
        {"in_work": 2_000_000},
        {"message": "x" * 201},
        {"message": "line\nbreak"},
        {"maintenance_until": AT + timedelta(days=31)},
    ],
)
def test_a_beat_out_of_bounds_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        verify_beat(replace(Beat(heard_at=AT, in_work=0), **change))  # type: ignore[arg-type]
    assert refused.value.code == "BEAT_MALFORMED"


def test_a_part_is_new_only_with_a_higher_number() -> None:
    kept = KeptPart(sha256="a", sequence=5, envelope_id="x")
    assert is_new(None, 0, "x")
    assert is_new(kept, 6, "y")
    assert not is_new(kept, 5, "x")
    for sequence, envelope_id, code in ((4, "x", "PART_OUTDATED"), (5, "y", "DIRECTORY_FORKED")):
        with pytest.raises(Refusal) as refused:
            is_new(kept, sequence, envelope_id)
        assert refused.value.code == code


def test_every_reason_has_both_languages_and_its_own_code() -> None:
    found = [value for value in vars(reasons).values() if isinstance(value, Reason)]
    assert len({reason.code for reason in found}) == len(found)
    for reason in found:
        assert all((reason.zh, reason.en, reason.remedy_zh, reason.remedy_en))
        assert len(reason.code) <= 40


def test_no_table_has_a_place_for_a_citizen() -> None:
    personal = ("name", "id_no", "birth", "mobile", "phone", "address", "subject_name")
    for table in metadata.tables.values():
        assert not [column.name for column in table.columns if column.name in personal]


def test_settings_are_read_back_as_written(tmp_path: Path) -> None:
    folder = Folder(path=tmp_path)
    settings = Settings(
        registry_id="registry",
        trust_domain="demo.invalid",
        workers=3,
        reuse_port=True,
        redis="unix:///x",
    )
    write_settings(folder, settings)
    assert load_settings(folder) == settings
    assert set(tomllib.loads(folder.settings_file.read_text())) == {
        field.name for field in fields(Settings)
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unknown_key": 1}, "REGISTRY_SETTINGS_INVALID"),
        ({"workers": "many"}, "REGISTRY_SETTINGS_INVALID"),
        ({"workers": 0}, "REGISTRY_SETTINGS_INVALID"),
        ({"workers": True}, "REGISTRY_SETTINGS_INVALID"),
        ({"production": True}, "SAMPLE_DOMAIN_REFUSED"),
        ({"production": True, "trust_domain": "lantai.gov.cn"}, "REGISTRY_SETTINGS_INVALID"),
    ],
)
def test_a_bad_setting_is_refused_by_name(change: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        settings_from({"registry_id": "registry", "trust_domain": "demo.invalid", **change})
    assert refused.value.code == code


def test_missing_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        settings_from({"registry_id": "registry"})
    assert refused.value.code == "REGISTRY_SETTINGS_INVALID"
    with pytest.raises(Refusal) as absent:
        load_settings(Folder(path=tmp_path))
    assert absent.value.code == "DATA_MISSING"
