"""A release and its row in the register."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from certificate_service.adapters.register_seal import RegisterSeal
from certificate_service.ports import Release

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_row(seal: RegisterSeal, release: Release) -> dict[str, object]:
    """The release as a row; the order is sealed to it."""
    return {
        "release_id": release.release_id,
        "order_id": release.order_id,
        "archive_code": release.archive_code,
        "number": release.number,
        "order_json": seal.order.seal(release.order, release.release_id),
        "appointments_json": json.dumps([one.decode() for one in release.appointments]),
        "log_key_json": release.log_key,
        "code": release.code,
        "certificate_id": release.certificate_id,
        "leaf_index": release.leaf_index,
        "status_index": release.status_index,
        "token": release.token,
        "issued_ms": (release.issued_at - _EPOCH) // timedelta(milliseconds=1),
        "state": release.state,
        "status": release.status,
        "replaced_by": release.replaced_by,
        "certificate_proof": release.certificate_proof,
        "file_sha256": release.file_sha256,
    }


def from_row(seal: RegisterSeal, row: Row[Any]) -> Release:
    """The release of a row. Raises Refusal: FIELD_SEAL_BROKEN, FIELD_KEY_MISSING."""
    return Release(
        release_id=row.release_id,
        order_id=row.order_id,
        archive_code=row.archive_code,
        number=row.number,
        order=seal.order.open(bytes(row.order_json), row.release_id),
        appointments=tuple(one.encode() for one in json.loads(row.appointments_json)),
        log_key=bytes(row.log_key_json),
        code=row.code,
        certificate_id=bytes(row.certificate_id),
        leaf_index=row.leaf_index,
        status_index=row.status_index,
        token=bytes(row.token),
        issued_at=_EPOCH + timedelta(milliseconds=row.issued_ms),
        state=row.state,
        status=row.status,
        replaced_by=row.replaced_by,
        certificate_proof=row.certificate_proof,
        file_sha256=bytes(row.file_sha256),
    )
