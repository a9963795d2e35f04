"""XLSX workbooks and signed EEP packages go in like CSV; what is not as it was signed does not."""

import io
import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from PIL import Image

from node.adapters.archive_guard import SHEET_BOUNDS, open_archive
from node.cli import main
from records.refusal import Refusal

HEADER = ["reference_code", "fonds_no", "catalog_no", "file_no", "item_no", "year", "event_type",
          "event_date", "a_name", "a_birth", "b_name", "b_birth", "open_status"]  # fmt: skip
NAMED = ["J012-003-0456-078", "J012", "003", "0456", "078", "1985", "marriage", "1985-05-20",
         "周金水", "1962-11-05", "𬬭桂蘭", "1964-02-09", "open"]  # fmt: skip
PACKED = ["marriage_registration", "--unit", "嘉兴市民政局"]


def book(path: Path, sheets: list[list[list[object]]]) -> Path:
    """A workbook as a spreadsheet program writes it, with inline text and plain numbers."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r0" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
    }
    names, links = "", ""
    for at, rows in enumerate(sheets, start=1):
        names += f'<sheet name="表{at}" sheetId="{at}" r:id="r{at}"/>'
        links += (
            f'<Relationship Id="r{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            f'relationships/worksheet" Target="worksheets/sheet{at}.xml"/>'
        )
        body = "".join(
            f'<row r="{number}">' + "".join(_cell(cell) for cell in row) + "</row>"
            for number, row in enumerate(rows, start=1)
        )
        parts[f"xl/worksheets/sheet{at}.xml"] = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<sheetData>{body}</sheetData></worksheet>"
        )
    parts["xl/workbook.xml"] = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="'
        'http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        f"{names}</sheets></workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{links}</Relationships>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return path


def _cell(cell: object) -> str:
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f"<c><v>{cell}</v></c>"


class Desk:
    """A bench data directory and its command line."""

    def __init__(self, folder: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Files of this test in `folder`; the data directory is shared by the module."""
        self.folder, self.data, self._capsys = folder, data, capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self._capsys.readouterr()
        code = main(arguments)
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def take(self, file: Path, *more: str) -> tuple[int, dict, str]:
        """The import of a file of marriages."""
        code, out, err = self.run(
            "import", "--data", str(self.data), "--category", "marriage_registration",
            "--accept-warnings", "--json", *more, str(file),
        )  # fmt: skip
        return code, json.loads(out) if out.strip() else {}, err

    def found(self, name: str) -> int:
        """How many candidates a search for that name shows."""
        ask = {
            "id": "1",
            "category": "marriage_registration",
            "subject": {"name": name, "birth": "1962"},
        }
        batch = self.folder / "ask.jsonl"
        batch.write_text(json.dumps(ask, ensure_ascii=False) + "\n", "utf-8")
        code, out, err = self.run("search", "--data", str(self.data), "--batch",
                                  str(batch))  # fmt: skip
        assert code == 0, err
        return len(json.loads(out.splitlines()[0])["candidates"])

    def left(self) -> list[str]:
        """Staged copies that were not taken away."""
        work = self.data / "work"
        return [path.name for path in work.iterdir()] if work.exists() else []


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory."""
    folder = tmp_path_factory.mktemp("bench") / "data"
    assert main(["init", "--bench", "--data", str(folder)]) == 0
    return folder


@pytest.fixture
def desk(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk with files of its own."""
    return Desk(tmp_path, data, capsys)


def record(number: int, name: str) -> list[str]:
    """A record that no other test imports."""
    return [f"J012-003-0456-{number:03}", *NAMED[1:4], f"{number:03}", *NAMED[5:8], name,
            *NAMED[9:]]  # fmt: skip


def picture(path: Path) -> bytes:
    """A page image at that path."""
    path.parent.mkdir(exist_ok=True)
    kept = io.BytesIO()
    Image.new("L", (40, 60), 200).save(kept, "PNG")
    path.write_bytes(kept.getvalue())
    return kept.getvalue()


def package(desk: Desk, number: int, name: str) -> tuple[Path, str]:
    """A package of one record with an image, and the public key of its maker."""
    picture(desk.folder / "pages" / "1.png")
    source = book(
        desk.folder / "source.xlsx", [[[*HEADER, "images"], [*record(number, name), "pages/1.png"]]]
    )
    made = desk.folder / "handed.eep"
    code, out, err = desk.run(
        "package", "--category", *PACKED, "--key", str(desk.folder / "unit.key"),
        "-o", str(made), "--json", str(source),
    )  # fmt: skip
    assert code == 0, err
    return made, json.loads(out)["signed_by"]


def rewrite(source: Path, target: Path, change: dict[str, bytes]) -> Path:
    """The package with these members replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return target


def test_a_workbook_is_imported_with_its_characters_and_found(desk: Desk) -> None:
    file = book(desk.folder / "rows.xlsx", [[HEADER, NAMED], []])
    code, answer, err = desk.take(file)
    assert (code, answer.get("accepted")) == (0, 1), err
    assert desk.found("周金水") == 1
    again = desk.take(file)
    assert (
        again[0] == 0 and again[1]["again"] is True and again[1]["batch_id"] == answer["batch_id"]
    )
    assert desk.left() == []


def test_a_year_kept_as_a_number_and_a_date_are_read_without_loss(desk: Desk) -> None:
    row: list[object] = [*record(201, "金耀宗")]
    row[5] = 1985
    code, answer, _ = desk.take(book(desk.folder / "rows.xlsx", [[HEADER, row]]))
    assert (code, answer["accepted"]) == (0, 1)


@pytest.mark.parametrize("cell", [330402196211050017, 12.5])
def test_a_number_whose_digits_are_lost_is_refused_with_its_place(desk: Desk, cell: float) -> None:
    row: list[object] = [*NAMED]
    row[9] = cell
    code, _, err = desk.take(book(desk.folder / "rows.xlsx", [[HEADER, row]]))
    assert code == 2
    assert err.startswith("CELL_NOT_TEXT") and "row 2 column 10" in err
    assert "330402" not in err
    assert desk.left() == []


def test_two_filled_sheets_are_refused(desk: Desk) -> None:
    code, _, err = desk.take(
        book(desk.folder / "rows.xlsx", [[HEADER, record(202, "潘季驯")], [["x"]]])
    )
    assert code == 2 and err.startswith("SHEETS_SEVERAL")


def test_an_unknown_column_of_a_workbook_is_named(desk: Desk) -> None:
    file = book(desk.folder / "rows.xlsx", [[[*HEADER, "bridegroom"], [*NAMED, "x"]]])
    code, _, err = desk.take(file)
    assert code == 2 and err.startswith("COLUMN_UNKNOWN") and "bridegroom" in err


@pytest.mark.parametrize("what", ["not a zip", "a zip of nothing known", "cut short", "no book"])
def test_what_only_looks_like_a_workbook_is_refused(desk: Desk, what: str) -> None:
    file = book(desk.folder / "rows.xlsx", [[HEADER, NAMED]])
    if what == "not a zip":
        file.write_bytes(b"PK\x03\x04" + b"\0" * 300)
    elif what == "a zip of nothing known":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", "a")
    elif what == "cut short":
        file.write_bytes(file.read_bytes()[:-200])
    else:
        rewrite(file, desk.folder / "bad.xlsx", {"xl/workbook.xml": b"<workbook"})
        file = desk.folder / "bad.xlsx"
    code, _, err = desk.take(file)
    assert code == 2 and err.startswith("FILE_FORMAT"), err
    assert desk.left() == []


def test_a_sheet_that_unpacks_too_far_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (12 << 20))
    with pytest.raises(Refusal) as refused, open_archive(bomb, SHEET_BOUNDS):
        pass
    assert refused.value.code == "FILE_TOO_LARGE"


@pytest.mark.parametrize("name", ["../out.png", "/out.png", "a\\b.png"])
def test_a_member_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "bad.eep"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(Refusal) as refused, open_archive(file, SHEET_BOUNDS):
        pass
    assert refused.value.code == "FILE_FORMAT"


def test_a_signed_package_is_imported_with_its_image(desk: Desk) -> None:
    made, key = package(desk, 101, "沈伯年")
    code, answer, err = desk.take(made, "--signed-by", key)
    assert (code, answer.get("accepted")) == (0, 1), err
    assert desk.found("沈伯年") == 1
    kept = [path for path in (desk.data / "images").rglob("*") if path.is_file()]
    assert (desk.folder / "pages/1.png").read_bytes() in [path.read_bytes() for path in kept]


def test_a_package_by_nobody_known_is_refused_and_names_the_key(desk: Desk) -> None:
    made, _ = package(desk, 102, "陆婉贞")
    code, _, err = desk.take(made)
    assert code == 3 and err.startswith("PACKAGE_SIGNER_UNKNOWN") and "--signed-by" in err


def test_one_changed_character_of_the_manifest_is_refused(desk: Desk) -> None:
    made, key = package(desk, 103, "顾耕畦")
    with zipfile.ZipFile(made) as archive:
        words = archive.read("manifest.xml").decode()
    altered = words.replace("1962-11-05", "1962-11-15").encode()
    assert altered != words.encode()
    file = rewrite(made, desk.folder / "altered.eep", {"manifest.xml": altered})
    code, _, err = desk.take(file, "--signed-by", key)
    assert code == 3 and err.startswith("PACKAGE_ALTERED")
    assert desk.found("顾耕畦") == 0


def test_another_image_under_a_signed_name_is_refused(desk: Desk) -> None:
    made, key = package(desk, 104, "褚文彬")
    other = picture(desk.folder / "pages" / "2.png") + b"\0"
    file = rewrite(made, desk.folder / "altered.eep", {"pages/1.png": other})
    code, _, err = desk.take(file, "--signed-by", key)
    assert code == 3 and err.startswith("IMPORT_REJECTED")
    report = sorted((desk.data / "reports").iterdir())[-1].read_text("utf-8-sig")
    assert "封装包内容与签名不符" in report
    assert desk.found("褚文彬") == 0


def test_a_package_says_which_category_it_holds(desk: Desk) -> None:
    made, key = package(desk, 105, "郁砚秋")
    code, _, err = desk.run(
        "import", "--data", str(desk.data), "--category", "educated_youth",
        "--signed-by", key, str(made),
    )  # fmt: skip
    assert code == 2 and err.startswith("PACKAGE_CATEGORY")
