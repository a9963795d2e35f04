"""The freshness stamp: which parts are in force now, signed by this registry.

Signed anew on every change and when it is 30 s old. All replicas share the last one through the
store, so that a node that asks one replica after another never sees time run backwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from federation_registry.domain.reasons import SIGN_KEY_NOT_LISTED
from federation_registry.domain.standing import READY, notice, standing
from federation_registry.ports import Clock, Contents, LivenessBook, PartStore, StoredHead
from federation_registry.services.current_directory import CurrentDirectory
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import sign_statement
from trust.envelope.suites import Signer
from trust.identity.statements import DirectoryHead

STAMP_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Who signs, and how often."""

    registry_id: str
    signer: Signer
    every: timedelta = STAMP_EVERY


class SignHead:
    """Gives the head, signed anew when it must be."""

    def __init__(
        self,
        store: PartStore,
        directory: CurrentDirectory,
        liveness: LivenessBook,
        signing: Signing,
        clock: Clock,
    ) -> None:
        """Sign what `store` lists."""
        self._store = store
        self._directory = directory
        self._liveness = liveness
        self._signing = signing
        self._clock = clock

    def head(self) -> StoredHead:
        """The head in force, at most 30 s old.

        Raises:
            Refusal: DIRECTORY_INCOMPLETE without a trust list, SIGN_KEY_NOT_LISTED while the
                list does not name our key: nobody would believe the head.
        """
        self._check_listed()
        now = self._clock()
        known = self._store.head()
        if known and known.version == self._store.version() and not self._is_old(known, now):
            return known
        return self._store.renew_head(self._maker(now), now)

    def states(self) -> Mapping[str, str]:
        """State of every node that was heard and is not ready, for the head and for routing."""
        now = self._clock()
        found = {node: standing(beat, now) for node, beat in self._liveness.beats(now).items()}
        return {node: state for node, state in found.items() if state != READY}

    def notices(self) -> Mapping[str, str]:
        """What nodes in maintenance say of it."""
        now = self._clock()
        said = {node: notice(beat, now) for node, beat in self._liveness.beats(now).items()}
        return {node: words for node, words in said.items() if words}

    def _maker(self, now: datetime) -> Callable[[Contents], StoredHead | None]:
        def make(contents: Contents) -> StoredHead | None:
            known = self._store.head()
            if known and known.version == contents.version and not self._is_old(known, now):
                return None
            issued_at = max(now, known.issued_at) if known else now
            envelope = self._sign(contents, issued_at)
            return StoredHead(version=contents.version, issued_at=issued_at, envelope=envelope)

        return make

    def _sign(self, contents: Contents, issued_at: datetime) -> Envelope:
        head = DirectoryHead(
            registry_id=self._signing.registry_id,
            version=contents.version,
            issued_at=issued_at,
            trust_list=contents.trust_list,
            root=contents.root,
            denied=tuple(denial.participant_id for denial in self._store.denials()),
            states=dict(self.states()),
            notices=dict(self.notices()),
        )
        return sign_statement(head, self._signing.signer)

    def _is_old(self, head: StoredHead, now: datetime) -> bool:
        return now - head.issued_at >= self._signing.every

    def _check_listed(self) -> None:
        keys = self._directory.view().sign_keys(self._signing.registry_id, self._clock())
        if self._signing.signer.kid not in keys:
            raise Refusal(SIGN_KEY_NOT_LISTED, self._signing.registry_id)
