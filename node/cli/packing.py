"""`lantai-node package`: a unit's records and images as one signed EEP package."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from node.adapters.eep_package import IMAGES
from node.adapters.eep_writing import PackageHead, PackedRecord, write_package
from node.adapters.holdings_files import CSVHoldings
from node.adapters.open_holdings import open_holdings
from node.cli.frame import Commands, say
from node.services.import_holdings import image_names
from records.kinds import get_kind
from trust.identity.keys import new_ed25519, public_key_to_base64, read_signer, write_private_key


def add_commands(commands: Commands) -> None:
    """`package` is a sub-command."""
    package = commands.add_parser("package", help="pack records for an archive, signed (EEP)")
    package.add_argument("--category", required=True, help="category code")
    package.add_argument("--unit", required=True, help="name of the unit that hands them over")
    package.add_argument(
        "--key", type=Path, required=True, help="the unit's key file; made when it is not there"
    )
    package.add_argument("--key-passphrase-file", type=Path, metavar="FILE")
    package.add_argument("-o", dest="out", type=Path, required=True, metavar="EEP")
    package.add_argument("--json", action="store_true", help="machine-readable answer")
    package.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX with its images")
    package.set_defaults(run=_package)


def _package(chosen: argparse.Namespace) -> int:
    kind = get_kind(chosen.category)
    secret = chosen.key_passphrase_file
    passphrase = secret.read_bytes().strip() if secret else None
    if not chosen.key.exists():
        write_private_key(chosen.key, new_ed25519(), passphrase)
    signer = read_signer(chosen.key, passphrase)
    with open_holdings(chosen.file, kind, chosen.out.parent, {}) as file:
        records, images = _records_of(file)
    head = PackageHead(category=kind.code, unit=chosen.unit, created_at=datetime.now(UTC))
    write_package(chosen.out, head, records, images, signer)
    key = public_key_to_base64(signer.public_key)
    answer = {"package": str(chosen.out), "records": len(records), "signed_by": key}
    say(answer, f"{len(records)} 条已封装；移交单位公钥 {key}", as_json=chosen.json)
    return 0


def _records_of(file: CSVHoldings) -> tuple[list[PackedRecord], dict[str, bytes]]:
    """The rows, and the images that they name."""
    records: list[PackedRecord] = []
    images: dict[str, bytes] = {}
    for _, row in file.rows():
        names = tuple(image_names(row))
        cells = {code: value for code, value in row.items() if value and code != IMAGES}
        images |= {name: file.read_image(name).data for name in names if name not in images}
        records.append(PackedRecord(cells=cells, images=names))
    return records, images
