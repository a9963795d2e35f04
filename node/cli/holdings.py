"""`lantai-node init` and `import`: the holdings of a node from the command line."""

import argparse
import json
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from node.adapters.catalogue_rows import write_content, write_entry
from node.adapters.holdings_files import CSVHoldings, open_findings
from node.adapters.open_holdings import open_holdings
from node.adapters.passwords import Argon2Passwords
from node.build_ports import Progress
from node.cli.building import alone, make_bulk
from node.cli.officer import add_officer_options, sign_in
from node.cli.place import Place, create_bench, create_node, open_place
from node.cli.progress import ProgressBar
from node.config import ArchiveConfig, NodeConfig
from node.domain.catalogue_reasons import (
    IMPORT_HAS_WARNINGS,
    IMPORT_REJECTED,
)
from node.domain.identifiers import new_uuid7
from node.domain.query_lines import (
    Json,
)
from node.domain.reasons import CONFIG_MALFORMED
from node.services.import_holdings import (
    Imported,
    ImportHoldings,
    ImportOrder,
    OpenReport,
)
from node.services.import_in_bulk import is_bulk
from node.services.sign_in import SignInService
from records.duties import Act, PerformedAct, verify_separation
from records.kinds import get_kind
from records.refusal import Refusal, exit_code
from trust.identity.keys import public_key_from_base64

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_commands(commands: Commands) -> None:
    """`init` and `import` are sub-commands."""
    init = commands.add_parser("init", help="make a data directory")
    _add_shared(init)
    init.add_argument(
        "--bench", action="store_true", help="for measurements: batch search, no keys"
    )
    init.add_argument("--database", default="", help="postgresql://… instead of the embedded store")
    init.add_argument("--node-id", default="", help="slug of the node, e.g. jiaxing")
    init.add_argument("--trust-domain", default="", help="e.g. lantai.example")
    init.add_argument("--archive", action="append", default=[], metavar="CODE=NAME")
    init.add_argument("--listen", default="127.0.0.1:0", help="gRPC listener")
    init.add_argument(
        "--registry", default="", metavar="HOST:PORT", help="registry of the federation"
    )
    init.add_argument(
        "--production", action="store_true", help="refuse sample domains and plain keys"
    )
    init.add_argument("--key-passphrase-file", default="", metavar="FILE")
    init.set_defaults(run=_init)

    imported = commands.add_parser("import", help="import a catalogue file")
    _add_shared(imported)
    imported.add_argument("--category", required=True, help="category code")
    imported.add_argument("--archive", default="", help="archive code, where the node has several")
    imported.add_argument("--accept-warnings", action="store_true", help="a reviewer read them")
    imported.add_argument(
        "--bulk", action="store_true", help="build the index anew, as for millions of rows"
    )
    imported.add_argument(
        "--signed-by",
        action="append",
        default=[],
        metavar="KEY",
        help="public key of the unit that signed an EEP package, base64; may be repeated",
    )
    add_officer_options(imported)
    add_officer_options(imported, "reviewer-", "reviewer who accepts the warnings")
    imported.add_argument("file", type=Path, metavar="FILE")
    imported.set_defaults(run=_import)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=Path(), metavar="DIR", help="data directory")
    parser.add_argument("--parts", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="machine-readable answer")


def _init(chosen: argparse.Namespace) -> int:
    if chosen.bench:
        create_bench(chosen.data, chosen.database)
    else:
        create_node(chosen.data, _config_of(chosen), secrets.token_bytes(32))
    _say({"data": str(chosen.data), "bench": chosen.bench}, "已建立数据目录", as_json=chosen.json)
    return 0


def _config_of(chosen: argparse.Namespace) -> NodeConfig:
    """The settings that the options say. Raises Refusal: CONFIG_MALFORMED."""
    archives = [text.partition("=") for text in chosen.archive]
    missing = [name for name in ("node_id", "trust_domain") if not getattr(chosen, name)]
    if missing or not all(code and name for code, _, name in archives):
        wanted = ", ".join(missing) or "archive: CODE=NAME"
        raise Refusal(CONFIG_MALFORMED, wanted)
    return NodeConfig(
        node_id=chosen.node_id,
        trust_domain=chosen.trust_domain,
        archives=tuple(ArchiveConfig(code=code, name=name) for code, _, name in archives),
        production=chosen.production,
        listen=chosen.listen,
        registry=chosen.registry,
        database=chosen.database,
        key_passphrase_file=chosen.key_passphrase_file,
    )


def _import(chosen: argparse.Namespace) -> int:
    kind = get_kind(chosen.category)
    place = open_place(chosen.data, chosen.parts)
    archive_code = place.require_archive(chosen.archive)
    handled_by, approved_by = _officers(place, archive_code, chosen)
    now = datetime.now(UTC)
    order = ImportOrder(
        archive_code=archive_code,
        category=kind.code,
        batch_id=new_uuid7(now, secrets.token_bytes(10)),
        accept_warnings=chosen.accept_warnings,
        handled_by=handled_by,
        approved_by=approved_by,
        now=now,
        in_bulk=chosen.bulk,
    )
    signers = [public_key_from_base64(text) for text in chosen.signed_by]
    known = {key.kid: key for key in signers}

    def report_of(batch_id: str) -> Path:
        return place.folder / "reports" / f"{batch_id}.csv"

    with (
        alone(place.folder),
        open_holdings(chosen.file, kind, place.folder / "work", known) as file,
    ):
        imported = import_file(
            place, order, file, lambda batch_id: open_findings(report_of(batch_id)), ProgressBar()
        )
    return _answer_import(imported, report_of(imported.batch.batch_id), as_json=chosen.json)


def import_file(
    place: Place,
    order: ImportOrder,
    file: CSVHoldings,
    open_report: OpenReport,
    progress: Progress,
) -> Imported:
    """The file is imported: row by row, or in bulk where it brings much of what is there."""
    with place.catalogue.reading() as index:
        earlier = index.find_batch(order.archive_code, order.category, file.sha256)
    in_bulk = order.in_bulk or is_bulk(file, place.builds.shelves(), place.builds.current())
    # Records about things have a word index that is added to, never built anew.
    if earlier is None and in_bulk and get_kind(order.category).people:
        outside = (place.images, write_entry, write_content)
        return make_bulk(place, progress).run(order, file, outside, open_report, progress)
    use_case = ImportHoldings(place.catalogue, place.images, place.reader)
    return use_case.run(order, file, open_report)


def _officers(place: Place, archive_code: str, chosen: argparse.Namespace) -> tuple[str, str]:
    """Who imports and who accepts the warnings: two people, two posts.

    Raises:
        Refusal: those of signing in, DUTY_NOT_HELD, and those of separation of duty.
    """
    staff = place.staff
    if staff is None or (place.may_load_first and not staff.list(archive_code)):
        return "", ""
    service = SignInService(
        staff, Argon2Passwords(), lambda: datetime.now(UTC), secrets.token_bytes
    )
    master = sign_in(service, archive_code, chosen, Act.IMPORT_BATCH)
    if not chosen.accept_warnings:
        return master.officer_id, ""
    reviewer = sign_in(service, archive_code, chosen, Act.APPROVE_BATCH, "reviewer_")
    done = (PerformedAct(act=Act.IMPORT_BATCH, person_id=master.person_id),)
    verify_separation(Act.APPROVE_BATCH, reviewer.person_id, done)
    return master.officer_id, reviewer.officer_id


def _answer_import(imported: Imported, report: Path, *, as_json: bool) -> int:
    batch = imported.batch
    answer = {
        "batch_id": batch.batch_id,
        "rows": batch.rows,
        "accepted": batch.accepted,
        "warned": batch.warned,
        "rejected": batch.rejected,
        "report": str(report),
        "again": not imported.is_new,
    }
    words = f"{batch.rows} 行：入库 {batch.accepted}，警告 {batch.warned}，不通过 {batch.rejected}"
    _say(answer, f"{words}；报告 {report}", as_json=as_json)
    if not imported.has_failed and not imported.needs_review:
        return 0
    reason = IMPORT_REJECTED if imported.has_failed else IMPORT_HAS_WARNINGS
    print(Refusal(reason, str(report)).line(), file=sys.stderr)
    return exit_code(reason.kind)


def _say(answer: Json, words: str, *, as_json: bool) -> None:
    print(json.dumps(answer, ensure_ascii=False) if as_json else words)
