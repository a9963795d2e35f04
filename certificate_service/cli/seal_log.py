"""`seal-log` (用印登记): every use of an archive's seal, and whether signer and register agree.

The signer remembers by itself what it sealed; the register has what was handed out. A release that
the signer sealed and the register does not know is named: it is the trace of a crash that was never
taken up, or of a thief.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from certificate_service.adapters.seal_memory import SEAL_MEMORY, SealMemory
from certificate_service.bootstrap import House
from certificate_service.domain.order_reasons import ARCHIVE_NOT_SERVED
from records.refusal import Refusal
from records.release import ReleaseOrder
from records.seal_artwork import SealArtwork
from trust.envelope.dsse import envelope_from_json
from trust.envelope.statement import decode


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `seal-log`."""
    parser = commands.add_parser("seal-log", help="用印登记: every use of an archive's seal")
    parser.add_argument("archive", metavar="CODE")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_seal_log)


def _seal_log(options: argparse.Namespace) -> int:
    house = House(options.data)
    try:
        folder = house.places.archives / options.archive
        if options.archive not in house.qr_keys.archives():
            raise Refusal(ARCHIVE_NOT_SERVED, options.archive)
        uses = list(_uses(house, options.archive))
        sealed = SealMemory(folder).sealed() if (folder / SEAL_MEMORY).exists() else frozenset()
        unknown = sorted(one for one in sealed if house.register.find(one) is None)
        image = house.seal_images.provenance(options.archive)
    finally:
        house.close()
    _print(options, uses, unknown, image)
    return 3 if unknown else 0


def _approval(image: SealArtwork | None) -> dict[str, str]:
    """Who approved the picture in use; empty where the seal is drawn from the name."""
    if image is None:
        return {}
    return {
        "image_sha256": image.image_sha256,
        "approved_by": image.approved_by,
        "approval_no": image.approval_no,
        "approved_on": image.approved_on.isoformat(),
    }


def _uses(house: House, archive_code: str) -> Iterator[dict[str, str]]:
    """Pseudonyms and digests only: the seal log names no applicant."""
    for release in house.register.published(archive_code):
        order = decode(envelope_from_json(release.order).payload, ReleaseOrder)
        yield {
            "number": release.number,
            "at": release.issued_at.isoformat().replace("+00:00", "Z"),
            "template": order.template,
            "dispatcher": order.dispatcher,
            "seal_keeper": order.seal_keeper,
            "order_id": release.order_id,
            "file_sha256": release.file_sha256.hex(),
            "status": release.status,
            "seal_image": house.seal_images.find_used(release.release_id) or "drawn",
        }


def _print(
    options: argparse.Namespace,
    uses: list[dict[str, str]],
    unknown: list[str],
    image: SealArtwork | None,
) -> None:
    approved = _approval(image)
    if options.json:
        said = {"uses": uses, "unknown": unknown, "seal_image": approved}
        print(json.dumps(said, ensure_ascii=False))
        return
    print("SEAL", *(approved.values() if approved else ("drawn from the name",)))
    for use in uses:
        print(" ".join(use.values()))
    for one in unknown:
        print(f"UNKNOWN {one}")
