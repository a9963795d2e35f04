"""The directory on disk: a node starts from what it knew, and believes none of it unverified."""

from datetime import datetime
from pathlib import Path

import pytest
from federation_forge import DAY, Federation, Registry

from records.refusal import Refusal
from trust.identity.directory import part_sha256
from trust.identity.directory_files import load_snapshot, save_snapshot


@pytest.fixture
def registry(at: datetime) -> Registry:
    return Registry(Federation(at))


def test_a_node_starts_from_what_it_knew(registry: Registry, at: datetime, tmp_path: Path) -> None:
    council = registry.federation.council
    assert load_snapshot(tmp_path / "directory", council) is None
    first = registry.snapshot()
    save_snapshot(tmp_path / "directory", first, at)
    loaded = load_snapshot(tmp_path / "directory", council)
    assert loaded is not None
    assert loaded.parts() == first.parts()
    assert (loaded.head, loaded.view, loaded.floors) == (first.head, first.view, first.floors)
    # Years later it is too old to be used, and still forbids a rollback.
    years = at + 800 * DAY
    assert loaded.freshness(years) == "expired"
    with pytest.raises(Refusal, match="TRUST_LIST_EXPIRED"):
        loaded.check_usable(years)
    second = registry.snapshot(loaded)
    save_snapshot(tmp_path / "directory", second, at)
    names = {path.name for path in (tmp_path / "directory" / "parts").iterdir()}
    assert (
        names
        == {
            part_sha256(envelope)
            for envelope in (second.head_envelope, registry.trust, *registry.parts)
        }
        | second.lists.keys()
    )


def test_a_damaged_file_is_named_and_never_used(
    registry: Registry, at: datetime, tmp_path: Path
) -> None:
    council = registry.federation.council
    save_snapshot(tmp_path, registry.snapshot(), at)
    for path in sorted((tmp_path / "parts").iterdir()):
        data = path.read_bytes()
        for spoilt in (data[:-1], data.replace(b"e", b"f", 1), b""):
            path.write_bytes(spoilt)
            with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
                load_snapshot(tmp_path, council)
        path.unlink()
        with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
            load_snapshot(tmp_path, council)
        path.write_bytes(data)
    current = tmp_path / "current.json"
    current.write_bytes(current.read_bytes()[:-2])
    with pytest.raises(Refusal, match="STATEMENT_MALFORMED"):
        load_snapshot(tmp_path, council)


def test_a_stranger_cannot_replace_the_stored_directory(
    registry: Registry, at: datetime, tmp_path: Path
) -> None:
    save_snapshot(tmp_path, registry.snapshot(), at)
    with pytest.raises(Refusal, match="SIGNER_UNKNOWN"):
        load_snapshot(tmp_path, Federation(at).council)
