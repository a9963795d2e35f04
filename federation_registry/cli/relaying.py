"""relay: letters for networks that may not meet, in files."""

import argparse
import os
from pathlib import Path
from typing import Any

from federation_registry.cli.frame import add_command, house_of, say
from federation_registry.domain.reasons import FILE_UNREADABLE
from records.refusal import Refusal
from trust.post.batch import MOST_BYTES


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the group."""
    relay = add_command(commands, "relay", "中继：待取报文；与隔离网络之间的摆渡文件", _relay)
    relay.add_argument("act", nargs="?", default="show", choices=("show", "export", "import"))
    relay.add_argument("--for", dest="reader", default="", metavar="ID", help="导出给哪个节点")
    relay.add_argument("--file", type=Path, metavar="FILE", help="摆渡文件")


def _relay(chosen: argparse.Namespace) -> int:
    return {"show": _show, "export": _export, "import": _import}[chosen.act](chosen)


def _show(chosen: argparse.Namespace) -> int:
    depths = house_of(chosen).carry.depths()
    lines = [f"{node}　待取 {count} 件" for node, count in sorted(depths.items())]
    return say(chosen, {"waiting": depths}, lines or ["没有待取报文"])


def _export(chosen: argparse.Namespace) -> int:
    house, path = house_of(chosen), _path(chosen)
    data, sequence, count = house.carry.write_batch(
        chosen.reader, house.settings.registry_id, house.keys.signer()
    )
    partial = path.with_name(f".{path.name}.new")
    try:
        with partial.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as fault:
        raise Refusal(FILE_UNREADABLE, path.name) from fault
    result = {"for": chosen.reader, "sequence": sequence, "messages": count, "file": path.name}
    return say(chosen, result, (f"第 {sequence} 批，{count} 件，已写入 {path.name}",))


def _import(chosen: argparse.Namespace) -> int:
    house, path = house_of(chosen), _path(chosen)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise Refusal(FILE_UNREADABLE, path.name) from fault
    result = house.carry.read_batch(data, house.settings.registry_id)
    line = (
        f"第 {result['sequence']} 批：新 {result['taken']}，重复 {result['duplicates']}，"
        f"对方已收 {result['acknowledged']}，此前缺 {result['missing']} 批"
    )
    return say(chosen, result, (line,))


def _path(chosen: argparse.Namespace) -> Path:
    if chosen.file is None:
        raise Refusal(FILE_UNREADABLE, "--file")
    path: Path = chosen.file
    return path
