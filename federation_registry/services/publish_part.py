"""Takes a signed part into the directory. The registry collects; it cannot make one.

1 the part is signed by whoever may declare it, under the present trust list
2 its names fit into the tables
3 its sequence is higher than what is kept; the very same part is no change
"""

from datetime import datetime, timedelta

from federation_registry.domain.publishing import KeptPart, is_new
from federation_registry.ports import Clock, NewPart, PartStore
from federation_registry.services.current_directory import CurrentDirectory
from records.agreements import AgreementRetirement
from records.deadlines import BEIJING
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode
from trust.identity.council import CouncilKeys
from trust.identity.directory_parts import open_part, part_sha256
from trust.identity.reasons import DIRECTORY_PART_INVALID
from trust.identity.trust_list import TrustList
from trust.identity.trust_view import verify_trust_list

MOST_SEQUENCE = 2**53 - 1
"""Exact in every JSON reader."""
LONGEST_NAME = 128
ONE_DAY = timedelta(days=1)


class PublishPart:
    """The door into the directory."""

    def __init__(self, store: PartStore, directory: CurrentDirectory, clock: Clock) -> None:
        """Publish into `store`, judged by `directory`."""
        self._store = store
        self._directory = directory
        self._clock = clock

    def publish(self, envelope: Envelope) -> tuple[str, int]:
        """(hash under which the part is listed, content version that lists it).

        Raises:
            Refusal: those of `open_part`; DIRECTORY_PART_INVALID, PART_OUTDATED,
                DIRECTORY_FORKED, DIRECTORY_INCOMPLETE without a trust list.
        """
        if envelope.payload_type == TrustList.PAYLOAD_TYPE:
            # A member brings what the council gave it while we were away.
            return self.publish_trust_list(envelope, self._directory.council())
        now = self._clock()
        opened = open_part(envelope, self._directory.view(), now)
        if opened.kind == "retirement":
            _check_announcement(opened.statement, now)
        return self._put(
            NewPart(
                kind=opened.kind,
                subject=opened.subject,
                sequence=opened.sequence,
                owner=opened.owner,
                sha256=opened.sha256,
                envelope_id=opened.envelope_id,
                envelope=envelope,
                sections=opened.sections,
            )
        )

    def publish_trust_list(self, envelope: Envelope, council: CouncilKeys) -> tuple[str, int]:
        """The same for a new trust list, which the council signed offline.

        Raises:
            Refusal: those of `verify_trust_list`; PART_OUTDATED, DIRECTORY_FORKED.
        """
        # What is kept may have expired meanwhile; it still forbids a step back.
        kept = self._store.of_kind("trust_list")
        previous = decode(kept[0].payload, TrustList) if kept else None
        view = verify_trust_list(envelope, council, previous=previous, now=self._clock())
        domain = view.trust_list.trust_domain
        return self._put(
            NewPart(
                kind="trust_list",
                subject=domain,
                sequence=view.version,
                owner=domain,
                sha256=part_sha256(envelope),
                envelope_id=view.envelope_id,
                envelope=envelope,
                sections=(),
            )
        )

    def _put(self, part: NewPart) -> tuple[str, int]:
        if not 0 <= part.sequence <= MOST_SEQUENCE:
            raise Refusal(DIRECTORY_PART_INVALID, "sequence")
        if max(len(part.subject), len(part.owner)) > LONGEST_NAME:
            raise Refusal(DIRECTORY_PART_INVALID, "subject")
        listed = part.sha256

        def decide(kept: KeptPart | None) -> bool:
            nonlocal listed
            new = is_new(kept, part.sequence, part.envelope_id)
            if not new and kept is not None:
                listed = kept.sha256
            return new

        version = self._store.put(part, decide, self._clock())
        self._directory.reload()
        return listed, version


def _check_announcement(said: AgreementRetirement, now: datetime) -> None:
    """The notice begins when it is given, not before."""
    today = now.astimezone(BEIJING).date()
    if abs(said.announced_on - today) > ONE_DAY:
        raise Refusal(DIRECTORY_PART_INVALID, "announced_on is not today")
