"""`lantai-node index`: what the index takes, and building it anew while it answers."""

import argparse
import time
from pathlib import Path

from node.cli.building import alone, make_build
from node.cli.frame import Commands, add_shared, say
from node.cli.place import open_place
from node.cli.progress import ProgressBar


def add_commands(commands: Commands) -> None:
    """`index rebuild` and `index status`."""
    index = commands.add_parser("index", help="rebuild the index beside the old one, or weigh it")
    acts = index.add_subparsers(dest="act", required=True, metavar="ACT")
    for name, run, what in (
        ("rebuild", _rebuild, "build it from the entries; searches go on meanwhile"),
        ("status", _status, "entries, bytes and builds"),
    ):
        act = acts.add_parser(name, help=what)
        add_shared(act)
        act.add_argument("--parts", type=Path, help=argparse.SUPPRESS)
        act.set_defaults(run=run)


def _rebuild(chosen: argparse.Namespace) -> int:
    place = open_place(chosen.data, chosen.parts)
    began = time.monotonic()
    with alone(place.folder):
        build = make_build(place, ProgressBar()).rebuild()
    seconds = round(time.monotonic() - began, 1)
    content = {"generation": build.generation, "seconds": seconds}
    say(content, f"索引第 {build.generation} 代已启用，用时 {seconds} 秒", as_json=chosen.json)
    return 0


def _status(chosen: argparse.Namespace) -> int:
    place = open_place(chosen.data, chosen.parts)
    sizes = place.builds.bytes_stored()
    entries = sum(shelf.entries for shelf in place.builds.shelves())
    current = place.builds.current()
    content = {
        "entries": entries,
        "bytes": sizes,
        "bytes_per_entry": round(sum(sizes.values()) / entries, 1) if entries else 0,
        "index_bytes_per_entry": round((sum(sizes.values()) - sizes["entry"]) / entries, 1)
        if entries
        else 0,
        "unfinished": {"generation": current.generation, "batch_id": current.batch_id}
        if current
        else None,
        "builds": [
            {"generation": one.generation, "purpose": one.purpose, "stage": one.stage}
            for one in place.builds.history()
        ],
    }
    words = f"{entries} 条，每条 {content['bytes_per_entry']} 字节"
    say(content, words, as_json=chosen.json)
    return 0
