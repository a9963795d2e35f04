"""Puts a registry together from its data directory: the only wiring beside `serving`.

Nothing here imports gRPC, so that a command which only reads the directory starts quickly.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from federation_registry.adapters.area_files import AreaFile
from federation_registry.adapters.key_files import KeyFiles
from federation_registry.adapters.sql_console import SqlConsoleBook
from federation_registry.adapters.sql_enrolments import SqlEnrolmentBook
from federation_registry.adapters.sql_parts import SqlPartStore, prepare_directory
from federation_registry.adapters.sql_relay import SqlRelayStore
from federation_registry.adapters.sql_tree import MIGRATIONS
from federation_registry.adapters.sql_witness import SqlWitnessStore
from federation_registry.adapters.tables import SCHEMA, VERSION, metadata
from federation_registry.config import Settings, load_settings, write_settings
from federation_registry.domain.reasons import (
    COUNCIL_MISSING,
    COUNCIL_PINNED,
    DATA_EXISTS,
    FILE_UNREADABLE,
)
from federation_registry.folder import Folder
from federation_registry.ports import Clock, PartStore, Random
from federation_registry.services.answer_route import AnswerRoute
from federation_registry.services.carry_checkpoints import CarryCheckpoints
from federation_registry.services.carry_messages import CarryMessages
from federation_registry.services.current_directory import CurrentDirectory
from federation_registry.services.deny_member import DenyMember
from federation_registry.services.enrol_member import EnrolMember, Issuing
from federation_registry.services.oversee import Oversee
from federation_registry.services.publish_part import PublishPart
from records.agreements import Agreement
from records.coverage import ArchiveCoverage, HoldingsCoverage
from records.refusal import Refusal
from trust.envelope.statement import decode
from trust.identity.council import CouncilKeys, council_from_json
from trust.identity.expiry import Expiry, ExpiryNotice, due_notices, expiries_of
from trust.identity.participant import Participant, ParticipantKind
from trust.identity.statements import DirectoryHead
from trust.store.engine import open_engine
from trust.store.schema import ensure_schema

_MOST_COUNCIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LastHead:
    """`States` as the head that was signed last tells them."""

    store: PartStore

    def states(self) -> dict[str, str]:
        """State of every node that was not ready."""
        head = self.store.head()
        return decode(head.envelope.payload, DirectoryHead).states if head else {}

    def notices(self) -> dict[str, str]:
        """What nodes said of their maintenance."""
        head = self.store.head()
        return decode(head.envelope.payload, DirectoryHead).notices if head else {}


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything of one registry but its doors."""

    folder: Folder
    settings: Settings
    engine: Engine
    clock: Clock
    random: Random
    _issuing_kept: list[tuple[int, Issuing]] = field(default_factory=list, repr=False)

    @property
    def participant(self) -> Participant:
        """This registry."""
        return Participant(
            kind=ParticipantKind.REGISTRY,
            slug=self.settings.registry_id,
            trust_domain=self.settings.trust_domain,
        )

    @cached_property
    def store(self) -> SqlPartStore:
        """The directory."""
        return SqlPartStore(self.engine)

    @cached_property
    def book(self) -> SqlEnrolmentBook:
        """Invitations and certificates."""
        return SqlEnrolmentBook(self.engine, self.clock)

    @cached_property
    def directory(self) -> CurrentDirectory:
        """The directory, verified."""
        return CurrentDirectory(self.store, self.council, self.clock)

    @cached_property
    def publish(self) -> PublishPart:
        """The door into the directory."""
        return PublishPart(self.store, self.directory, self.clock)

    @cached_property
    def denial(self) -> DenyMember:
        """The denial list."""
        return DenyMember(self.store, self.directory, self.clock)

    @cached_property
    def enrol(self) -> EnrolMember:
        """The steps of joining."""
        return EnrolMember(self.book, self.clock, self.random)

    @cached_property
    def carry(self) -> CarryMessages:
        """The relay."""
        return CarryMessages(SqlRelayStore(self.engine), self.directory, self.clock)

    @cached_property
    def witness(self) -> CarryCheckpoints:
        """Checkpoints on their way to witnesses, and cosignatures on their way back."""
        return CarryCheckpoints(SqlWitnessStore(self.engine), self.directory, self.clock)

    @cached_property
    def areas(self) -> AreaFile:
        """The area table in use."""
        return AreaFile(self.folder.areas_file)

    @cached_property
    def keys(self) -> KeyFiles:
        """Keys of this registry."""
        return KeyFiles(
            folder=self.folder.keys,
            offline=self.folder.offline,
            passphrase=read_passphrase(self.settings),
        )

    def issuing(self) -> Issuing:
        """What certificates are made with; reads the issuing key."""
        return Issuing(authority=self.keys.issuing(), roots_pem=self.keys.roots_pem())

    def current_issuing(self) -> Issuing:
        """The same, read again only when the issuing authority was replaced."""
        changed = self.keys.issuing_changed_at()
        kept = self._issuing_kept
        if not kept or kept[0][0] != changed:
            kept[:] = [(changed, self.issuing())]
        return kept[0][1]

    def notices(self) -> list[ExpiryNotice]:
        """What ends within 60 days, of the members and of this registry."""
        root, issuing = self.keys.authorities()
        slug = self.settings.registry_id
        own = [
            Expiry(what="tls_root", subject=slug, not_after=root.not_valid_after_utc),
            Expiry(what="issuing_authority", subject=slug, not_after=issuing.not_valid_after_utc),
        ]
        view = self.directory.state().view
        listed = expiries_of(view, view.trust_list.members) if view else ()
        return due_notices([*own, *listed], self.clock())

    def routes(self) -> AnswerRoute:
        """Routing by the directory and by the states in the head that was signed last.

        A command is another process than the server: what the server heard reaches it this way.
        """
        return AnswerRoute(self.directory, self.areas.current, LastHead(self.store), self.clock)

    def agreements(self) -> list[Agreement]:
        """Every agreement in the directory; each was verified when it was put there."""
        return [decode(part.payload, Agreement) for part in self.store.of_kind("agreement")]

    @cached_property
    def oversee(self) -> Oversee:
        """What the console shows."""
        return Oversee(
            self,
            self.directory,
            self.book,
            SqlConsoleBook(self.engine),
            LastHead(self.store),
            self.clock,
        )

    def coverage(self) -> list[HoldingsCoverage]:
        """Every declaration in the directory, whole lists row by row."""
        found: list[HoldingsCoverage] = []
        for part in self.store.of_kind("coverage"):
            if part.payload_type == ArchiveCoverage.PAYLOAD_TYPE:
                found += decode(part.payload, ArchiveCoverage).declarations()
            else:
                found.append(decode(part.payload, HoldingsCoverage))
        return found

    def last_states(self) -> dict[str, str]:
        """States of the nodes as the last head says; empty when there is none."""
        return LastHead(self.store).states()

    def council(self) -> CouncilKeys:
        """The pinned council keys.

        Raises:
            Refusal: COUNCIL_MISSING, COUNCIL_INVALID and others for a bad file.
        """
        try:
            return read_council(self.folder.council_file)
        except FileNotFoundError as fault:
            raise Refusal(COUNCIL_MISSING) from fault

    def pin_council(self, source: Path) -> CouncilKeys:
        """Pin the keys in `source`; pinning the same again is no change.

        Raises:
            Refusal: COUNCIL_PINNED, FILE_UNREADABLE, COUNCIL_INVALID and others.
        """
        try:
            council = read_council(source)
        except OSError as fault:
            raise Refusal(FILE_UNREADABLE, source.name) from fault
        if self.folder.council_file.exists() and self.council() != council:
            raise Refusal(COUNCIL_PINNED)
        self.folder.council_file.parent.mkdir(parents=True, exist_ok=True)
        self.folder.council_file.write_bytes(source.read_bytes())
        return council


def init_house(folder: Folder, settings: Settings, clock: Clock, random: Random) -> House:
    """A new registry in an empty folder: settings, database, keys.

    Raises:
        Refusal: DATA_EXISTS, and those of the stores and keys.
    """
    if folder.settings_file.exists():
        raise Refusal(DATA_EXISTS, folder.path.name)
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    house = _open(folder, settings, clock, random)
    house.keys.create(house.participant, now=clock(), random=random)
    # Written last: an init that was cut short can be repeated in a new folder, never half used.
    write_settings(folder, settings)
    return house


def open_house(folder: Folder, clock: Clock, random: Random) -> House:
    """The registry in a data directory.

    Raises:
        Refusal: DATA_MISSING, REGISTRY_SETTINGS_INVALID, STORE_VERSION and others.
    """
    return _open(folder, load_settings(folder), clock, random)


def _open(folder: Folder, settings: Settings, clock: Clock, random: Random) -> House:
    engine = open_engine(settings.database or f"sqlite:///{folder.database_file}")
    ensure_schema(engine, metadata, SCHEMA, VERSION, MIGRATIONS)
    prepare_directory(engine)
    return House(folder=folder, settings=settings, engine=engine, clock=clock, random=random)


def read_council(path: Path) -> CouncilKeys:
    """The council keys in a file of bounded size.

    Raises:
        OSError: there is no such file.
        Refusal: those of `council_from_json`.
    """
    with path.open("rb") as file:
        return council_from_json(file.read(_MOST_COUNCIL_BYTES))


def read_passphrase(settings: Settings) -> bytes | None:
    """The passphrase of sign and issuing keys; None where none is configured.

    Raises:
        Refusal: FILE_UNREADABLE.
    """
    if not settings.passphrase_file:
        return None
    try:
        return Path(settings.passphrase_file).read_bytes().strip()
    except OSError as fault:
        raise Refusal(FILE_UNREADABLE, "passphrase_file") from fault
