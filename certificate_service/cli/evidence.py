"""`evidence`: writes `<number>.evidence.json`, which `verify` finds beside the file, off line.

At the service (`--data`) it is made from the register; whoever has the file only takes it from the
verify site (`--site`). What is written is about this file; that it is genuine, `verify` says.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from certificate_service.adapters.evidence import EvidenceSite, is_allowed
from certificate_service.bootstrap import House
from certificate_service.document.pdf_check import open_sealed
from certificate_service.domain.numbering import parse_number
from certificate_service.domain.reasons import (
    CONFIG_INVALID,
    FILE_UNAVAILABLE,
    RELEASE_UNKNOWN,
)
from certificate_service.domain.token import Token, parse_token
from certificate_service.services.examine import TOKEN
from certificate_service.services.keep_evidence import (
    KeptEvidence,
    Wanted,
    make_evidence,
    published_entries,
)
from certificate_service.services.published_proofs import evidence_path
from records.refusal import Refusal

_MOST_BYTES = 64 << 20


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `evidence`."""
    parser = commands.add_parser(
        "evidence", help="write <number>.evidence.json, to be kept beside the sealed file"
    )
    parser.add_argument("what", metavar="FILE.pdf|NUMBER")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=Path, metavar="DIR", help="the certificate service's data")
    place.add_argument("--site", default="", metavar="URL", help="root of the verify site")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="default: beside FILE.pdf, or here"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    path = Path(options.what)
    is_file = path.suffix.lower() == ".pdf"
    if is_file:
        token, wanted = _read_file(path)
        made = make_evidence(_entries(options, token), wanted)
    elif options.data is None:
        raise Refusal(CONFIG_INVALID, "NUMBER needs --data")
    else:
        wanted, entry = _registered(options.data, str(parse_number(options.what)))
        made = make_evidence([entry], wanted)
    folder = options.output or (path.parent if is_file else Path())
    _write(folder / evidence_path(wanted.number), made)
    said = {"file": evidence_path(wanted.number), "cosignatures": made.cosignatures}
    if options.json:
        print(json.dumps(said))
    else:
        print(f"{said['file']}　他馆见证 {made.cosignatures} 个 cosignatures")
    return 0


def _read_file(path: Path) -> tuple[Token, Wanted]:
    """What the file says of itself. Raises Refusal: FILE_*, TOKEN_MALFORMED."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Refusal(FILE_UNAVAILABLE, f"{path.name}: larger than 64 MiB")
        pdf = path.read_bytes()
    except OSError as error:
        raise Refusal(FILE_UNAVAILABLE, path.name) from error
    file = open_sealed(pdf)
    carried = file.attachments.get(TOKEN, b"")
    token, _signed = parse_token(carried)
    return token, Wanted(
        number=str(token.number),
        token_sha256=hashlib.sha256(carried).digest(),
        file_sha256=hashlib.sha256(pdf[: file.issued_bytes]).digest(),
    )


def _entries(options: argparse.Namespace, token: Token) -> Iterable[Mapping[str, object]]:
    if options.data is not None:
        return [_registered(options.data, str(token.number))[1]]
    if not is_allowed(options.site):
        raise Refusal(CONFIG_INVALID, "--site https://")
    return published_entries(token, EvidenceSite(options.site))


def _registered(data: Path, number: str) -> tuple[Wanted, Mapping[str, object]]:
    """What the register has of a published certificate. Raises Refusal: RELEASE_UNKNOWN."""
    house = House(data)
    try:
        release = house.register.find_number(number)
        if release is None or not release.file_sha256:
            raise Refusal(RELEASE_UNKNOWN, number)
        wanted = Wanted(
            number=release.number,
            token_sha256=hashlib.sha256(release.token).digest(),
            file_sha256=release.file_sha256,
        )
        return wanted, house.publisher.proofs_of(release)
    finally:
        house.close()


def _write(path: Path, made: KeptEvidence) -> None:
    """The file is there whole, or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(made.content)
        partial.replace(path)
    except OSError as error:
        raise Refusal(FILE_UNAVAILABLE, path.name) from error
