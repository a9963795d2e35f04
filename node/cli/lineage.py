"""`lantai-node import-lineage`: the archive's table of institutions and their other names."""

import argparse
import secrets
from datetime import UTC, datetime
from pathlib import Path

from node.adapters.passwords import Argon2Passwords
from node.adapters.sql_institutions import SqlInstitutions
from node.cli.frame import Commands, add_shared, say
from node.cli.officer import add_officer_options, sign_in
from node.cli.place import Place, open_place
from node.domain.catalogue_reasons import FILE_ENCODING, FILE_TOO_LARGE, HOLDINGS_UNREADABLE
from node.services.sign_in import SignInService
from records.duties import Act
from records.institutions import parse_lineage_table
from records.refusal import Refusal

_MOST_BYTES = 16 * 1024 * 1024


def add_commands(commands: Commands) -> None:
    """`import-lineage` is a sub-command."""
    lineage = commands.add_parser(
        "import-lineage", help="import the table of schools, works and communes, replacing the old"
    )
    add_shared(lineage)
    lineage.add_argument("--parts", type=Path, help=argparse.SUPPRESS)
    lineage.add_argument("--archive", default="", help="archive code, where the node has several")
    add_officer_options(lineage)
    lineage.add_argument("file", type=Path, metavar="FILE")
    lineage.set_defaults(run=_import)


def _import(chosen: argparse.Namespace) -> int:
    place = open_place(chosen.data, chosen.parts)
    archive_code = place.require_archive(chosen.archive)
    imported_by = _master(place, archive_code, chosen)
    rows = parse_lineage_table(_read(chosen.file))
    institutions = SqlInstitutions(place.engine, place.reader.folding)
    edition = institutions.replace(archive_code, rows, imported_by)
    answer = {"archive_code": archive_code, "rows": len(rows), "edition": edition}
    say(answer, f"沿革表已导入 {len(rows)} 行，第 {edition} 版", as_json=chosen.json)
    return 0


def _master(place: Place, archive_code: str, chosen: argparse.Namespace) -> str:
    """Pseudonym of the repository master who imports; empty where nobody can sign in yet.

    Raises:
        Refusal: those of signing in, DUTY_NOT_HELD.
    """
    staff = place.staff
    if staff is None or (place.may_load_first and not staff.list(archive_code)):
        return ""
    service = SignInService(
        staff, Argon2Passwords(), lambda: datetime.now(UTC), secrets.token_bytes
    )
    return sign_in(service, archive_code, chosen, Act.IMPORT_BATCH).officer_id


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Refusal(FILE_TOO_LARGE, path.name[:80])
        data = path.read_bytes()
    except OSError:
        raise Refusal(HOLDINGS_UNREADABLE, path.name[:80]) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal(FILE_ENCODING, "")
