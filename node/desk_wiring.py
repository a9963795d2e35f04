"""The pages put together: which adapter stands behind which port of theirs."""

from datetime import timedelta

from sqlalchemy import Engine

from node.adapters.desk_keys import DeskKeys
from node.adapters.desk_tables import ensure_desk_tables
from node.adapters.passwords import Argon2Passwords
from node.adapters.sql_drafts import SqlDrafts
from node.adapters.sql_held import SqlHeldAnswers
from node.adapters.sql_screens import SqlDevices, SqlLockedScreens
from node.adapters.sql_stamps import SqlStamps
from node.bootstrap import Base
from node.desk.form_names import FormNames
from node.ports import Random
from node.services.desk_doors import DeskDoors
from node.services.hear_devices import HearDevices
from node.services.hold_answers import HoldAnswers
from node.services.lock_screens import LockScreens
from node.services.look_at_revocations import LookAtRevocations
from node.services.office import Office
from node.services.remind_holders import RemindHolders
from node.services.share_work import ShareWork
from node.services.tell_standing import TellStanding
from node.services.unmask import Unmask
from node.services.work_views import WorkViews
from node.store_wiring import guard_door
from trust.store.sealed_fields import SealedFields


def open_drafts(base: Base) -> SqlDrafts:
    """Where the pages of this node keep what is typed."""
    return drafts_in(base.engine, base.folder.secret(), base.house.random)


def drafts_in(engine: Engine, secret: bytes, random: Random) -> SqlDrafts:
    """Drafts in a database, sealed under a key made of `secret` (32 bytes)."""
    ensure_desk_tables(engine)
    return SqlDrafts(engine, SealedFields(DeskKeys(secret), random))


def make_form_names(base: Base) -> FormNames:
    """Names of kept forms, under the keys for people that are there now, the newest first.

    A key that is made later is used from the next start on; forms under one that is burnt are gone.
    """
    people = base.house.people
    kids = people.kids
    return FormNames(lambda said: people.every(kids, said))


def make_holds(base: Base) -> HoldAnswers:
    """Answers of the partner's desk that can be taken back; the worker obeys them in time."""
    ensure_desk_tables(base.engine)
    fields = SealedFields(DeskKeys(base.folder.secret()), base.house.random)
    shelf = SqlHeldAnswers(base.engine, fields)
    return HoldAnswers(base.house, base.catalogue, base.images, base.staff, shelf)


def make_standing(base: Base) -> TellStanding:
    """What pages say on top; a log that is stamped may wait twice its time."""
    is_shut, every = guard_door(base.places).is_shut, timedelta(minutes=base.config.tsa_minutes)
    # A table is not made in a database that may not be written; then nothing is stamped either.
    stamped = base.config.tsa and not is_shut()
    stamps = SqlStamps(base.engine, base.config.trust_domain) if stamped else None
    since = stamps.pending_since if stamps else _never
    return TellStanding(base.house, is_shut, since, 2 * every)


def _never(_: str) -> None:
    return None


def make_doors(base: Base, office: Office) -> DeskDoors:
    """What the pages use beside the office."""
    house = base.house
    ensure_desk_tables(base.engine)
    return DeskDoors(
        holds=make_holds(base),
        sharing=ShareWork(house, base.staff, WorkViews(house, base.catalogue, base.staff)),
        screens=LockScreens(
            office.sign_in,
            base.staff,
            Argon2Passwords(),
            SqlLockedScreens(base.engine),
            house.clock,
        ),
        masks=Unmask(house, open_drafts(base)),
        reminders=RemindHolders(house),
        standing=make_standing(base),
        revocations=LookAtRevocations(house, base.figures, base.staff, base.images),
        devices=HearDevices(SqlDevices(base.engine), house.clock, house.random),
    )
