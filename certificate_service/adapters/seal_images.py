"""An archive's approved seal image in its folder, and which one each certificate bears.

archives/<code>/seal.png           the picture
archives/<code>/seal.art.json      SealArtwork, signed by the archive's authority key

Where neither is there, the seal is drawn from the archive's name; one without the other is refused,
so that a lost file never changes a seal in silence.
"""

from pathlib import Path

from sqlalchemy import Column, Engine, MetaData, String, Table, insert, select

from certificate_service.document.seal_image import SealImage, read_seal_image
from certificate_service.domain.order_reasons import SEAL_IMAGE_UNFIT, SEAL_IMAGE_UNSTATED
from certificate_service.ports import Clock, TrustSource
from records.refusal import Refusal
from records.seal_artwork import SealArtwork
from trust.envelope.dsse import Envelope, envelope_from_json
from trust.envelope.statement import open_statement
from trust.identity.trust_view import TrustView
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

IMAGE, STATEMENT = "seal.png", "seal.art.json"
SCHEMA_NAME, SCHEMA_VERSION = "certificate_seal_images", 1
_metadata = MetaData()
_use = Table(
    "certificate_seal_image",
    _metadata,
    Column("release_id", String(36), primary_key=True),
    Column("image_sha256", String(64), nullable=False),
)


def open_artwork(
    envelope: Envelope, archive_code: str, view: TrustView, clock: Clock
) -> SealArtwork:
    """What the archive's authority says of its seal image.

    Raises:
        Refusal: SEAL_IMAGE_UNSTATED, and those of `open_statement` and of the trust list.
    """
    keys = view.authority_keys(archive_code, clock())
    said = open_statement(envelope, SealArtwork, keys).statement
    if said.archive_code != archive_code:
        raise Refusal(SEAL_IMAGE_UNSTATED, "another archive's")
    return said


class FolderSealImages:
    """`SealImages` in the archives' folders, with the uses in the register's database."""

    def __init__(self, root: Path, trust: TrustSource, clock: Clock, engine: Engine) -> None:
        """Pictures are read when they are first needed."""
        self._root, self._trust, self._clock, self._engine = root, trust, clock, engine
        self._read: dict[tuple[str, bytes, bytes], SealImage] = {}
        ensure_schema(engine, _metadata, SCHEMA_NAME, SCHEMA_VERSION)

    def find(self, archive_code: str) -> SealImage | None:
        """The archive's own seal image; None = the seal is drawn from its name.

        Raises:
            Refusal: SEAL_IMAGE_UNSTATED, SEAL_IMAGE_UNFIT, and those of `open_artwork`.
        """
        folder = self._root / archive_code
        there = [(folder / name).is_file() for name in (IMAGE, STATEMENT)]
        if not any(there):
            return None
        if not all(there):
            raise Refusal(SEAL_IMAGE_UNSTATED, f"{IMAGE}, {STATEMENT}")
        picture, stated = (folder / IMAGE).read_bytes(), (folder / STATEMENT).read_bytes()
        view = self._trust.current()
        said = open_artwork(envelope_from_json(stated), archive_code, view, self._clock)
        known = self._read.get((archive_code, picture, stated))
        if known is None:
            known = read_seal_image(picture, said.diameter_um / 1000)
            self._read = {(archive_code, picture, stated): known}
        if known.sha256 != said.image_sha256:
            raise Refusal(SEAL_IMAGE_UNFIT, "not the picture that was approved")
        return known

    def provenance(self, archive_code: str) -> SealArtwork | None:
        """Who approved the picture in use; None where the seal is drawn.

        Raises:
            Refusal: as `find`.
        """
        if self.find(archive_code) is None:
            return None
        stated = (self._root / archive_code / STATEMENT).read_bytes()
        view = self._trust.current()
        return open_artwork(envelope_from_json(stated), archive_code, view, self._clock)

    def used(self, release_id: str, image_sha256: str) -> None:
        """That certificate bears that picture; the first one said stays."""
        with transaction(self._engine) as connection:
            there = select(_use.c.release_id).where(_use.c.release_id == release_id)
            if connection.execute(there).first() is None:
                row = {"release_id": release_id, "image_sha256": image_sha256}
                connection.execute(insert(_use).values(**row))

    def find_used(self, release_id: str) -> str:
        """Digest of the picture that the certificate bears; empty = drawn from the name."""
        query = select(_use.c.image_sha256).where(_use.c.release_id == release_id)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none() or ""
