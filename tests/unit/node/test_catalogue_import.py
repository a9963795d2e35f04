import hashlib
from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes, couple

from records.refusal import Refusal

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"\x01" * 32


@pytest.fixture
def world(tmp_path: Path, table_folder: Path) -> HoldingsWorld:
    return HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)


def entries(world: HoldingsWorld) -> int:
    shelf = world.search_catalogue.find_shelf("361100", "marriage_registration")
    return shelf.entries if shelf else 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_all_three_encodings_are_read_with_the_right_characters(
    world: HoldingsWorld, encoding: str
) -> None:
    world.take([couple("J1-1-1-1", "蕭鳳英", "張䶮")], encoding=encoding)
    entry = world.search_catalogue.get_entry("361100", "J1-1-1-1")
    assert (entry.values["a_name"], entry.values["b_name"]) == ("蕭鳳英", "張䶮")


def test_the_same_file_again_adds_nothing(world: HoldingsWorld) -> None:
    first = world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    again = world.take_file(world.folder / "rows-0.csv")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.batch == first.batch
    assert entries(world) == 1


BAD_ROWS = [
    ({"reference_code": ""}, "I03", "reference_code"),
    ({"reference_code": "not a code"}, "A07", "reference_code"),
    ({"event_type": ""}, "I03", "event_type"),
    ({"event_type": "wedding"}, "A04", "event_type"),
    ({"a_sex": "male"}, "A04", "a_sex"),
    ({"open_status": "yes"}, "A04", "open_status"),
    ({"secrecy_level": "内部"}, "A04", "secrecy_level"),
    ({"year": "85"}, "A03", "year"),
    ({"year": "2999"}, "A05", "year"),
    ({"event_date": "2030-01-01"}, "A05", "event_date"),
    ({"a_name": "周" * 51}, "A02", "a_name"),
    ({"a_name": "周\u202e水"}, "A06", "a_name"),
    ({"remarks": "a\ufffdb"}, "A06", "remarks"),
    ({"images": "absent.jpg"}, "A11", "images"),
    ({"images": "../../etc/passwd"}, "A11", "images"),
    ({"images": "rows-0.csv"}, "U03", "images"),
]


@pytest.mark.parametrize(("change", "item", "field"), BAD_ROWS)
def test_a_failed_row_returns_the_whole_batch_and_is_named_by_line(
    world: HoldingsWorld, change: dict[str, str], item: str, field: str
) -> None:
    good = couple("J1-1-1-1", "周金水", "吴桂兰")
    imported = world.take([good, couple("J1-1-1-2", "李大山", "王小妹", **change)])
    assert imported.has_failed
    assert (imported.batch.rows, imported.batch.accepted, imported.batch.rejected) == (2, 0, 1)
    assert (3, item, "不通过", field) in world.findings(imported)
    assert entries(world) == 0


def test_findings_never_quote_a_person(world: HoldingsWorld) -> None:
    rows = [couple("J1-1-1-1", "周金水\u200b", "吴桂兰", a_id_no="361199196211050314", b_sex="x")]
    imported = world.take(rows)
    text = world.report(imported.batch.batch_id).read_text("utf-8-sig")
    assert imported.has_failed
    for part in ("周金水", "吴桂兰", "361199196211050314"):
        assert part not in text


WARNED = [
    ({"a_id_no": "361199196211050314"}, "L01", "a_id_no"),
    ({"a_id_no": "361199196402090422"}, "L02", "a_sex"),
    ({"a_birth": "1975-01-01"}, "L03", "a_birth"),
    ({"b_name": ""}, "L06", "b_name"),
    ({"a_birth": "不详"}, "A03", "a_birth"),
    ({"a_id_no": "无"}, "A03", "a_id_no"),
    ({"a_birth": "1999-01-01"}, "A05", "a_birth"),
    ({"a_name": "周\ue816水"}, "A06", "a_name"),
]


@pytest.mark.parametrize(("change", "item", "field"), WARNED)
def test_a_warning_asks_the_reviewer_first(
    world: HoldingsWorld, change: dict[str, str], item: str, field: str
) -> None:
    rows = [couple("J1-1-1-1", "周金水", "吴桂兰", **change)]
    waiting = world.take(rows, accept=False)
    assert waiting.needs_review
    assert (waiting.batch.accepted, waiting.batch.warned) == (0, 1)
    assert (2, item, "警告", field) in world.findings(waiting)
    assert entries(world) == 0
    accepted = world.take(rows, accept=True)
    assert (accepted.batch.accepted, accepted.batch.warned) == (1, 1)
    assert entries(world) == 1


def test_a_duplicate_code_is_found_in_the_file_and_in_the_index(world: HoldingsWorld) -> None:
    row = couple("J1-1-1-1", "周金水", "吴桂兰")
    twice = world.take([row, row])
    assert (3, "A08", "不通过", "reference_code") in world.findings(twice)
    world.take([row])
    later = world.take([row, couple("J1-1-1-2", "李大山", "王小妹")])
    assert (2, "A08", "不通过", "reference_code") in world.findings(later)
    assert entries(world) == 1


def test_images_are_copied_into_the_store_by_content(world: HoldingsWorld) -> None:
    (world.folder / "scans").mkdir()
    (world.folder / "scans" / "1.png").write_bytes(PNG)
    (world.folder / "scans" / "2.jpg").write_bytes(JPEG)
    images = "scans/1.png; scans/2.jpg"
    row = couple("J1-1-1-1", "周金水", "吴桂兰", images=images, page_from="7", page_to="8")
    world.take([row], accept=False)
    entry = world.search_catalogue.get_entry("361100", "J1-1-1-1")
    assert [(image.page_no, image.media_type) for image in entry.images] == [
        (7, "image/png"), (8, "image/jpeg"),
    ]  # fmt: skip
    assert entry.images[0].sha256 == hashlib.sha256(PNG).hexdigest()
    assert world.images.get(entry.images[1].sha256) == JPEG


def test_a_number_of_images_that_is_not_the_number_of_pages_is_warned_of(
    world: HoldingsWorld,
) -> None:
    (world.folder / "1.png").write_bytes(PNG)
    row = couple("J1-1-1-1", "周金水", "吴桂兰", images="1.png", page_from="7", page_to="9")
    imported = world.take([row], accept=False)
    assert world.findings(imported) == [(2, "L07", "警告", "images")]


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"PK\x03\x04rest", "FILE_FORMAT", "XLSX"),
        (b"%PDF-1.4", "FILE_FORMAT", "PDF"),
        (b"\xff\xfea\x00", "FILE_ENCODING", "UTF-16"),
        (b"reference_code,event_type\n\xff\xfe\xff,x\n", "FILE_ENCODING", ""),
        (b"reference_code,event_type\na\x00b,marriage\n", "FILE_FORMAT", "NUL"),
        (b"", "COLUMN_MISSING", "reference_code"),
        (b"reference_code,title\n", "COLUMN_MISSING", "event_type"),
        ("reference_code,event_type,电话\n".encode(), "COLUMN_UNKNOWN", "电话"),
        (b"reference_code,event_type,event_type\n", "COLUMN_UNKNOWN", "twice"),
        (b"reference_code,event_type\nJ1-1-1-1\n", "ROW_MALFORMED", "line 2"),
        (b'reference_code,event_type\nJ1-1-1-1,"marr\n', "ROW_MALFORMED", "line 2"),
        (b'reference_code,event_type\n"J1-1-1-1"x,marriage\n', "ROW_MALFORMED", "line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(
    world: HoldingsWorld, content: bytes, code: str, detail: str
) -> None:
    path = world.folder / "input.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        world.take_file(path)
    assert refused.value.code == code
    assert detail in refused.value.detail
    assert entries(world) == 0


def test_absent_files_and_folders_are_refused(world: HoldingsWorld) -> None:
    for path in (world.folder / "absent.csv", world.folder):
        with pytest.raises(Refusal) as refused:
            world.take_file(path)
        assert refused.value.code == "HOLDINGS_UNREADABLE"


def test_quoted_line_breaks_and_commas_are_part_of_a_cell(world: HoldingsWorld) -> None:
    path = world.folder / "input.csv"
    text = 'reference_code,event_type,title\r\nJ1-1-1-1,marriage,"甲, ""乙""\r\n丙"\r\n\r\n'
    path.write_text(text, "utf-8", newline="")
    imported = world.take_file(path)
    assert imported.has_failed  # A line break inside a title is a control character.
    assert (2, "A06", "不通过", "title") in world.findings(imported)
    path.write_text(text.replace("\r\n丙", "丙"), "utf-8", newline="")
    world.take_file(path)
    assert world.search_catalogue.get_entry("361100", "J1-1-1-1").title == '甲, "乙"丙'


def test_a_rare_encoding_of_gb18030_survives(world: HoldingsWorld) -> None:
    name = "㛃" + chr(0x20087)
    world.take([couple("J1-1-1-1", name, "吴桂兰")], encoding="gb18030")
    assert codes(world.search(name, birth="1962", other="吴桂兰")) == ["J1-1-1-1"]


def test_a_death_between_images_and_rows_leaves_no_entry(
    world: HoldingsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from node.adapters.sql_catalogue_writer import SqlCatalogueWriter

    def die(self: SqlCatalogueWriter, batch: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(SqlCatalogueWriter, "close_batch", die)
        with pytest.raises(OSError):
            world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    assert entries(world) == 0
    assert world.take_file(world.folder / "rows-0.csv").batch.accepted == 1


def test_an_image_that_changed_on_disk_is_not_given_out(world: HoldingsWorld) -> None:
    digest = world.images.put(JPEG)
    path = next((world.folder / "images").rglob(digest))
    path.write_bytes(JPEG + b"x")
    with pytest.raises(Refusal) as refused:
        world.images.get(digest)
    assert refused.value.code == "IMAGE_DAMAGED"
    for absent in ("0" * 64, "../../etc/passwd", ""):
        with pytest.raises(Refusal) as refused:
            world.images.get(absent)
        assert refused.value.code == "IMAGE_NOT_FOUND"
