"""Corrections put together: which adapter stands behind which port of theirs."""

from sqlalchemy import Engine

from node.adapters.sql_corrections import SqlCorrections
from node.adapters.sql_reissues import SqlReissues
from node.ports import ImageStore, StaffBook
from node.services.correct_index import CorrectIndex
from node.services.correction_doors import Corrections
from node.services.house import House
from node.services.look_at_corrections import LookAtCorrections
from node.services.reissue_batches import ReissueBatches
from node.services.release_extract import ReleaseDeskService
from node.services.replace_certificates import ReplaceCertificates
from node.services.withdraw_certificate import WithdrawCertificate
from node.services.work_desk import WorkDeskService
from node.services.work_views import WorkViews
from records.sought import QueryReader
from trust.store.sealed_fields import SealedFields

Stores = tuple[Engine, SealedFields, StaffBook, ImageStore]


def make_corrections(
    house: House,
    stores: Stores,
    reader: QueryReader,
    desk: tuple[WorkDeskService, WorkViews],
    orders: tuple[ReleaseDeskService, WithdrawCertificate],
) -> Corrections:
    """修正 of the index, and what follows for certificates."""
    engine, fields, staff, images = stores
    book = SqlCorrections(engine, house.trust_domain, house.random, reader, fields)
    replacing = ReplaceCertificates(house, book, staff, *desk, images)
    return Corrections(
        index=CorrectIndex(house, book, staff, reader),
        views=LookAtCorrections(house, book, staff, images, replacing),
        replacing=replacing,
        batches=ReissueBatches(house, (book, SqlReissues(engine, fields)), replacing, *orders),
    )
