"""`lantai-certificate verify`: is this file, or this QR text, genuine?"""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from certificate_service.adapters.evidence import (
    EvidenceFile,
    EvidenceFolder,
    EvidenceSite,
    EvidenceSources,
)
from certificate_service.adapters.trust_archive import FOLDER, read_trust_history
from certificate_service.bootstrap import system_clock
from certificate_service.domain.advice import english_of
from certificate_service.domain.reasons import CONFIG_INVALID, FILE_UNAVAILABLE, TRUST_UNAVAILABLE
from certificate_service.domain.report import report_of
from certificate_service.domain.site_paths import KEYS_PATH
from certificate_service.domain.verdict import Verdict, system_fault
from certificate_service.ports import EvidenceSource
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from records.refusal import Refusal
from trust.identity.past_lists import TrustHistory

_COUNCIL_NAMES = ("council.json", "council_keys.json", "council-keys.json")
_MOST_BYTES = 64 << 20
_MARKS = {True: "✓", False: "✗", None: "?"}


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `verify`."""
    parser = commands.add_parser("verify", help="verify a sealed PDF or the text of a QR code")
    parser.add_argument("what", metavar="FILE.pdf|QR-TEXT")
    parser.add_argument("--trust-list", type=Path, required=True, metavar="F")
    parser.add_argument("--council", type=Path, metavar="F2", help="default: beside the list")
    parser.add_argument(
        "--history", type=Path, metavar="DIR", help="former lists; default: trust-lists beside"
    )
    parser.add_argument(
        "--broken",
        action="append",
        default=[],
        metavar="NAME=DATE",
        help="an algorithm that proves nothing since that day, e.g. P-256=2045-01-01",
    )
    parser.add_argument("--code", default="", metavar="核验码")
    parser.add_argument("--offline", action="store_true", help="use no network")
    parser.add_argument("--site", default="", metavar="URL", help="root of the verify site")
    parser.add_argument("--purpose", default="", help="notice if it was issued for another one")
    parser.add_argument("--days", type=int, metavar="N", help="notice if it is older")
    parser.add_argument("--data", type=Path, metavar="DIR", help="look here for published files")
    parser.add_argument(
        "--evidence",
        type=Path,
        metavar="FILE",
        help="<number>.evidence.json; found by itself beside the file or the trust list",
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    history = _trust(options)
    question = Question(
        now=system_clock(),
        code=options.code,
        purpose=options.purpose,
        oldest=timedelta(days=options.days) if options.days is not None else None,
        broken=dict(map(_broken, options.broken)),
    )
    path = Path(options.what)
    try:
        if _is_text(options.what):
            verdict = _verify_text(options, history, question)
        else:
            verdict = _verify_file(options, history, question, _read(path))
    except (MemoryError, RuntimeError) as fault:
        verdict = system_fault(type(fault).__name__)
    _report(options, verdict)
    return verdict.exit_code


def _broken(said: str) -> tuple[str, datetime]:
    name, _equals, day = said.partition("=")
    try:
        return name, datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal(CONFIG_INVALID, "--broken NAME=YYYY-MM-DD") from error


def _is_text(what: str) -> bool:
    """A QR text has digits behind "#", or is digits only; everything else names a file."""
    digits = what.rpartition("#")[2].strip()
    is_address = what.startswith(("http://", "https://"))
    return is_address or (len(digits) > 40 and digits.isascii() and digits.isdigit())


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Refusal(FILE_UNAVAILABLE, f"{path.name}: larger than 64 MiB")
        return path.read_bytes()
    except OSError as error:
        raise Refusal(FILE_UNAVAILABLE, path.name) from error


def _verify_file(
    options: argparse.Namespace, history: TrustHistory, question: Question, pdf: bytes
) -> Verdict:
    beside = _beside(options, Path(options.what).resolve().parent)
    verdict = Examiner(history, beside).examine_file(pdf, question)
    if options.offline or verdict.genuine is False:
        return verdict
    # The file names a site too: it is asked besides ours, and only as the file was found genuine.
    addresses = (_site(options), verdict.shown.verify_url.removesuffix("v#"))
    sites = [EvidenceSite(one) for one in dict.fromkeys(addresses) if one]
    return Examiner(history, EvidenceSources([*sites, beside])).examine_file(pdf, question)


def _verify_text(options: argparse.Namespace, history: TrustHistory, question: Question) -> Verdict:
    """The address in front of "#" is whatever a forger printed: it is never asked."""
    source, address = _beside(options), _site(options)
    if address and not options.offline:
        source = EvidenceSources((EvidenceSite(address), source))
    return Examiner(history, source).examine_text(options.what, question)


def _site(options: argparse.Namespace) -> str:
    """The verify site's root: as told, else as keys.json beside the trust list names it."""
    if options.site:
        return str(options.site)
    for copy in _own(options).get_all(KEYS_PATH):
        try:
            said = json.loads(copy)
            named = said.get("site_url") or said["verify_url"]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        if isinstance(named, str) and named:
            return named.removesuffix("v#")
    return ""


def _beside(options: argparse.Namespace, *folders: Path) -> EvidenceSource:
    return EvidenceSources([*map(EvidenceFolder, folders), _own(options)])


def _own(options: argparse.Namespace) -> EvidenceSource:
    """The asker's own folders: beside the trust list, and the service's data where it is given."""
    trust_folder = options.trust_list.resolve().parent
    places = [trust_folder, trust_folder / "site"]
    if options.data is not None:
        places += [options.data / "site", options.data]
    named = [] if options.evidence is None else [EvidenceFile(options.evidence)]
    return EvidenceSources([*named, *map(EvidenceFolder, places)])


def _trust(options: argparse.Namespace) -> TrustHistory:
    folder = options.trust_list.parent
    council = options.council or next(
        (folder / name for name in _COUNCIL_NAMES if (folder / name).is_file()), None
    )
    if council is None:
        raise Refusal(TRUST_UNAVAILABLE, "no council keys beside the trust list")
    former = options.history or folder / FOLDER
    return read_trust_history(options.trust_list, council, former, system_clock)


def _report(options: argparse.Namespace, verdict: Verdict) -> None:
    banner = verdict.banner
    if options.json:
        print(msgspec.json.encode(report_of(verdict)).decode())
    else:
        sample = "　【演示数据】" if verdict.shown.sample else ""
        print(f"{verdict.code} {banner}{sample}")
        print(f"    {english_of(verdict)[0]}")
        for step in verdict.steps:
            detail = f"（{step.detail}）" if step.detail else ""
            print(f"  {step.n:>2} {_MARKS[step.ok]} {step.what}{detail}")
        for name, value in _certificate(verdict).items():
            if value:
                print(f"     {name}: {value}")
    if verdict.genuine is not True:
        print(f"{verdict.code}: {banner} → {_remedy(verdict)}", file=sys.stderr)


def _remedy(verdict: Verdict) -> str:
    if verdict.code == "V09":
        return "请用 --code 输入纸面上的核验码"
    if verdict.genuine is False:
        return "请勿采信，并联系出证档案馆"
    return "请稍后重试"


def _certificate(verdict: Verdict) -> dict[str, object]:
    shown = asdict(verdict.shown)
    return {name: value for name, value in shown.items() if value not in ("", 0, ())}
