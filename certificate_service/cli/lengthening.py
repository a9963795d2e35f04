"""`long-term` and `renew`: which certificates still lack time evidence, and one time-stamp more.

Both work on the register beside a running service; `renew FILE -o OUT` works on any copy of a
sealed file, because lengthening needs no seal key.
"""

import argparse
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from certificate_service.bootstrap import House
from certificate_service.domain.order_reasons import TSA_UNAVAILABLE
from certificate_service.domain.reasons import FILE_UNAVAILABLE, RELEASE_UNKNOWN
from certificate_service.services.upgrade_queue import UpgradeQueue
from records.refusal import Refusal


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands."""
    waiting = commands.add_parser("long-term", help="certificates that are not at LTA yet")
    waiting.add_argument(
        "--run", dest="try_now", action="store_true", help="try those that are due now"
    )
    waiting.add_argument("--get", default="", metavar="NUMBER", help="newest form of one file")
    waiting.add_argument("-o", "--output", type=Path, metavar="PDF")
    waiting.set_defaults(run_command=_long_term)
    renew = commands.add_parser("renew", help="one more time-stamp: a file, or a whole archive")
    renew.add_argument("file", type=Path, nargs="?", metavar="FILE.pdf")
    renew.add_argument("-o", "--output", type=Path, metavar="PDF")
    renew.add_argument("--archive", default="", metavar="CODE", help="all certificates of it")
    renew.add_argument("--older", type=int, default=365, metavar="DAYS")
    renew.set_defaults(run_command=_renew)
    for parser in (waiting, renew):
        parser.add_argument("--data", type=Path, required=True, metavar="DIR")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=_with_house)


def _with_house(options: argparse.Namespace) -> int:
    house = House(options.data)
    try:
        if house.upgrades is None:
            raise Refusal(TSA_UNAVAILABLE, "certificate.toml names no tsa")
        return int(options.run_command(options, house, house.upgrades))
    finally:
        house.close()


def _long_term(options: argparse.Namespace, house: House, upgrades: UpgradeQueue) -> int:
    if options.get:
        release = house.register.find_number(options.get)
        if release is None or options.output is None:
            raise Refusal(RELEASE_UNKNOWN, "number, or -o is missing")
        options.output.write_bytes(upgrades.newest(release.release_id))
        return 0
    done = upgrades.run_due() if options.try_now else 0
    waiting = [
        {"release_id": one.release_id, "level": one.level, "tries": one.tries, "reason": one.reason}
        for one in upgrades.waiting()
    ]
    _print(options, {"lengthened": done, "waiting": waiting})
    return 0


def _renew(options: argparse.Namespace, _house: House, upgrades: UpgradeQueue) -> int:
    if options.file is not None:
        if options.output is None:
            raise Refusal(FILE_UNAVAILABLE, "-o is missing")
        try:
            pdf = options.file.read_bytes()
        except OSError as error:
            raise Refusal(FILE_UNAVAILABLE, options.file.name) from error
        options.output.write_bytes(upgrades.renew_file(pdf))
        return 0
    outcomes = dict(upgrades.renew(options.archive, timedelta(days=options.older)))
    failed = {number: code for number, code in outcomes.items() if code != "LTA"}
    _print(options, {"renewed": len(outcomes) - len(failed), "failed": failed})
    return 5 if failed else 0


def _print(options: argparse.Namespace, answer: Mapping[str, object]) -> None:
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(" ".join(f"{name}={value}" for name, value in answer.items()))
