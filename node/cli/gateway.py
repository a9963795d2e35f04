"""`lantai-node gateway`: letters in files, for networks that may not meet.

A file is written for one reader: another node, or the registry's relay, which passes everything
on. The same file may be imported twice, or again after half of it failed; nothing happens twice.
"""

import argparse
import os
import sys
from pathlib import Path

from node.bootstrap import make_desks, open_base
from node.cli.frame import Commands, add_shared, say
from node.cli.posting import Posting, make_posting
from node.domain.post_reasons import GATEWAY_ARGUMENTS
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json
from trust.identity.council import council_from_json
from trust.identity.directory import build_snapshot
from trust.identity.directory_parts import contents_of
from trust.identity.trust_list import TrustList
from trust.post.batch import MOST_BYTES

_MOST_PART_BYTES = 16 * 1024 * 1024


def add_commands(commands: Commands) -> None:
    """`gateway export`, `import`, `status` and `directory`."""
    gateway = commands.add_parser("gateway", help="letters in files between networks")
    steps = gateway.add_subparsers(dest="step", required=True, metavar="STEP")
    export = steps.add_parser("export", help="write what waits into a file to carry")
    add_shared(export)
    export.add_argument("--for", dest="reader", required=True, metavar="ID", help="who reads it")
    export.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    export.add_argument("--again", action="store_true", help="also what left within this day")
    export.set_defaults(run=_export)
    import_ = steps.add_parser("import", help="read a file that was carried here")
    add_shared(import_)
    import_.add_argument("file", type=Path, metavar="FILE")
    import_.set_defaults(run=_import)
    directory = steps.add_parser("directory", help="take over an exported directory")
    add_shared(directory)
    directory.add_argument("folder", type=Path, metavar="DIR")
    directory.set_defaults(run=_directory)
    status = steps.add_parser("status", help="what waits, what is underway")
    add_shared(status)
    status.set_defaults(run=_status)


def _open(chosen: argparse.Namespace) -> Posting:
    base = open_base(chosen.data)
    return make_posting(base, make_desks(base))


def _export(chosen: argparse.Namespace) -> int:
    posting = _open(chosen)
    posting.state_key()
    registry = posting.base.config.registry_id
    carry = posting.by_file()
    data, sequence, count = carry.export(
        chosen.reader, everything=chosen.reader == registry, again=chosen.again
    )
    _write_durably(chosen.out, data)
    # Only what lies on the medium has left the house.
    carry.exported(data, chosen.reader)
    say(
        {"file": chosen.out.name, "for": chosen.reader, "sequence": sequence, "messages": count},
        f"第 {sequence} 批：{count} 件报文已写入 {chosen.out.name}，请携至 {chosen.reader} 导入",
        as_json=chosen.json,
    )
    return 0


def _import(chosen: argparse.Namespace) -> int:
    posting = _open(chosen)
    done = posting.by_file().import_(
        _read(chosen.file, MOST_BYTES), lambda line: print(line, file=sys.stderr)
    )
    words = [
        f"{done.written_by} 第 {done.sequence} 批：新 {done.new}，重复 {done.duplicates}，"
        f"退回 {done.refused}，未处理 {done.left}"
    ]
    if done.missing:
        words.append(f"注意：此前有 {done.missing} 批未导入，请查找文件或请对方重新导出")
    say({"imported": done}, "\n".join(words), as_json=chosen.json)
    return 0


def _directory(chosen: argparse.Namespace) -> int:
    """What `lantai-registry directory export` wrote is in use, verified like a fetched one."""
    base = open_base(chosen.data)
    head = _envelope(chosen.folder / "head.json")
    parts = [
        _envelope(path) for path in sorted(chosen.folder.glob("*.json")) if path.name != "head.json"
    ]
    council = council_from_json(base.places.council.read_bytes())
    now = base.house.clock()
    previous = base.kept.find()
    lists = contents_of(part for part in parts if part.payload_type != TrustList.PAYLOAD_TYPE).lists
    snapshot = build_snapshot(head, parts, council, previous, now, lists=lists.values())
    base.kept.replace(snapshot, now, previous)
    freshness = snapshot.freshness(now)
    say(
        {"version": snapshot.head.version, "parts": len(parts), "freshness": freshness},
        f"目录第 {snapshot.head.version} 版已采用（{freshness}）",
        as_json=chosen.json,
    )
    return 0


def _status(chosen: argparse.Namespace) -> int:
    posting = _open(chosen)
    counts = dict(posting.book.counts())
    words = f"待携出 {counts['waiting']}，在途 {counts['carried']}，已收 {counts['seen']}"
    content = {**counts, "post": posting.base.config.post, "keys": sorted(posting.keys.keys())}
    say(content, words, as_json=chosen.json)
    return 0


def _envelope(path: Path) -> Envelope:
    return envelope_from_json(_read(path, _MOST_PART_BYTES))


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as fault:
        raise Refusal(GATEWAY_ARGUMENTS, path.name) from fault


def _write_durably(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.new")
    try:
        with partial.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as fault:
        raise Refusal(GATEWAY_ARGUMENTS, path.name) from fault
