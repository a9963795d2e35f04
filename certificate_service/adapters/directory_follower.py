"""The trust list out of the directory: fetched from the registry, verified, kept on disk.

The registry may be dead: what was accepted last stays in use until the list itself expires, and a
restart begins with the copy on disk. What this service declares is published on the way.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from certificate_service.adapters.trust_file import TrustFile
from certificate_service.domain.reasons import TRUST_UNAVAILABLE
from certificate_service.ports import Clock
from protos.lantai.v1 import enrolment_pb2, enrolment_pb2_grpc
from records.refusal import Kind, Refusal
from trust.channel.client import PartnerChannel
from trust.channel.directory_doors import GrpcDirectory
from trust.envelope.dsse import Envelope
from trust.identity.council import CouncilKeys
from trust.identity.directory import DirectorySnapshot
from trust.identity.directory_fetch import DirectorySource, fetch_snapshot
from trust.identity.directory_files import load_snapshot, save_snapshot
from trust.identity.directory_parts import part_sha256
from trust.identity.directory_scope import Scope
from trust.identity.trust_view import TrustView

_log = logging.getLogger("lantai.certificate")
OFFICERS = Scope(everyone=True, kinds=frozenset({"appointment", "key", "endpoint"}))
"""Orders of any archive's officers may come; agreements come with the order."""


class DirectoryTrust:
    """`TrustSource` on the directory; a trust list file serves until one was fetched."""

    def __init__(
        self, folder: Path, council: CouncilKeys, clock: Clock, first: TrustFile | None
    ) -> None:
        """Begin with what the folder holds.

        Raises:
            Refusal: DIRECTORY_INCOMPLETE when the folder was tampered with.
        """
        self._folder = folder
        self._council = council
        self._clock = clock
        self._first = first
        self._snapshot = load_snapshot(folder, council)

    def current(self) -> TrustView:
        """The newest list that was verified.

        Raises:
            Refusal: TRUST_UNAVAILABLE.
        """
        if self._snapshot is not None:
            return self._snapshot.view
        if self._first is not None:
            return self._first.current()
        raise Refusal(TRUST_UNAVAILABLE, "no directory was fetched yet")

    def denied(self) -> frozenset[str]:
        """Members that the registry has taken rights away from."""
        return self._snapshot.denied if self._snapshot is not None else frozenset()

    def appointments(self, archive_code: str) -> tuple[Envelope, ...]:
        """Published appointments of the archive's officers."""
        if self._snapshot is None:
            return ()
        return tuple(
            declared.envelope
            for declared in self._snapshot.appointments.values()
            if declared.statement.archive_code == archive_code
        )

    def envelope(self) -> Envelope | None:
        """The signed list as carried."""
        if self._snapshot is not None:
            return self._snapshot.trust_envelope
        return self._first.envelope() if self._first is not None else None

    def find(self) -> DirectorySnapshot | None:
        """The directory in use, if there is one."""
        return self._snapshot

    def accept(self, head: Envelope, source: DirectorySource) -> None:
        """What the head leads to is fetched, verified and in use, here and on disk.

        Raises:
            Refusal: whatever makes the directory worse than the one in use.
        """
        snapshot = fetch_snapshot(
            head, source, self._council, self._snapshot, self._clock, OFFICERS
        )
        save_snapshot(self._folder, snapshot, self._clock())
        self._snapshot = snapshot


class DirectoryFollower:
    """Polls the registry in a thread of its own."""

    def __init__(
        self,
        trust: DirectoryTrust,
        channel: PartnerChannel,
        declared: Callable[[], Sequence[Envelope]],
        seconds: float,
    ) -> None:
        """`declared` are the statements of this service that belong into the directory."""
        self._trust = trust
        self._channel = channel
        self._declared = declared
        self._seconds = seconds
        self._duties: list[tuple[str, Callable[[], int]]] = [("directory", self.poll)]
        self._refused: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="directory", daemon=True)

    def start(self) -> None:
        """Polling, from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Not polling any more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._channel.close()

    def also(self, name: str, duty: Callable[[], int]) -> None:
        """Do this after every poll; what it changed is published when it returns 1."""
        self._duties.append((name, duty))

    def poll(self) -> int:
        """Fetch what is new, publish what is not listed; how much was new.

        Raises:
            Refusal: PARTNER_UNAVAILABLE and the directory's reasons; the old one stays in use.
        """
        registry, held = GrpcDirectory(self._channel), self._trust.find()
        head = registry.get_head(held.head.version if held else 0)
        is_new = held is None or part_sha256(head) != part_sha256(held.head_envelope)
        if is_new:
            self._trust.accept(head, registry)
        self._publish(registry)
        return int(is_new)

    def ask(self, csr_pem: bytes) -> tuple[bytes, bytes]:
        """Chain and roots, PEM, for a key that was never certified. Raises Refusal: as answered."""
        stub = enrolment_pb2_grpc.EnrolmentStub(self._channel.channel)
        reply = stub.Renew(enrolment_pb2.RenewRequest(csr_pem=csr_pem.decode()))
        return reply.certificate_chain_pem.encode(), reply.roots_pem.encode()

    def _run(self) -> None:
        while True:
            for name, duty in self._duties:
                try:
                    if duty() and name != "directory":
                        _log.info("%s renewed", name)
                        self.poll()
                except Refusal as refusal:
                    _log.info("%s not renewed: %s", name, refusal.code)
            if self._stop.wait(self._seconds):
                return

    def _publish(self, registry: GrpcDirectory) -> None:
        held = self._trust.find()
        listed = held.listed if held else frozenset()
        for envelope in self._declared():
            digest = part_sha256(envelope)
            if digest in listed or digest in self._refused:
                continue
            try:
                registry.publish(envelope)
            except Refusal as refusal:
                _log.info("not published: %s", refusal.code)
                if refusal.reason.kind in (Kind.REFUSED, Kind.USAGE, Kind.CONFLICT):
                    # Decided: the same bytes will be refused again. A restart tries once more.
                    self._refused.add(digest)
