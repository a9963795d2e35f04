"""One bin after another: keys in the order of their table, made again where they lack."""

from pathlib import Path
from random import Random

from node.adapters.build_folder import BuildFolder
from node.adapters.build_tables import row_formats
from node.domain.index_builds import Step, bounds_of
from node.domain.index_rows import IndexRows
from node.services.build_work import BuildWork, NameIds, name_one, order_one, write_part
from records.name_keys import stored_keys
from records.name_sounds import SoundTable

_BINS = 4
_SIGNS = "周吴金桂水兰小红明芳"


def _work(folder: Path) -> tuple[BuildWork, list[str]]:
    rng = Random(20261122)
    names = sorted({"".join(rng.choices(_SIGNS, k=rng.choice((2, 3)))) for _ in range(400)})
    rows = IndexRows()
    rows.people += [(name, 1, 0, entry, 0, "", 0, 1985) for entry, name in enumerate(names)]
    work = BuildWork(
        BuildFolder(folder / "build", row_formats("sqlite")),
        SoundTable({sign: (sign,) for sign in _SIGNS}),
        _BINS,
        tuple(bounds_of(_BINS, names)),
    )
    write_part(work, "part-new-000000000001", rows, [])
    return work, names


def _ids(work: BuildWork) -> NameIds:
    first_ids, next_id = [], 1
    for place in range(_BINS):
        first_ids.append(next_id)
        next_id += name_one(work, place)
    return NameIds(work, first_ids)


def test_keys_lie_in_the_order_of_their_table(tmp_path: Path) -> None:
    work, names = _work(tmp_path)
    ids = _ids(work)
    found: list[tuple[int, ...]] = []
    for place in range(_BINS):
        found += work.files.rows(order_one(ids, Step("name_key", place)))
    wanted = sorted(
        (key, sign, name_id)
        for name_id, name in enumerate(names, start=1)
        for key, sign in stored_keys(name, work.sounds)
    )
    assert found == wanted
    assert len({key for key, _, _ in found}) < len(found), "several names of one key"


def test_a_bin_named_by_an_older_program_is_named_again(tmp_path: Path) -> None:
    work, _ = _work(tmp_path)
    ids = _ids(work)
    keys = work.files.names("flat-keys-")
    before = [work.files.read(one, 0, list[int]) for one in keys]
    for one in keys:
        work.files.drop(one)
    again = _ids(work)
    assert work.files.names("flat-keys-") == keys
    assert [work.files.read(one, 0, list[int]) for one in keys] == before
    assert again.first_ids == ids.first_ids
