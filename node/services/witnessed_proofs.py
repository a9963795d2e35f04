"""Proofs as witnesses saw them: into the certificate where they come in time, else beside it.

A sealed file takes nothing in afterwards. So the holder waits a little for its witnesses before
the seal where the trust list demands them (decision 1220), and hands both leaves on under the
cosigned checkpoint when they have come, whenever that is.
"""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from node.ports import EventLog
from node.services.house import House
from node.services.rhythm import Rhythm
from node.services.worker import guard
from node.witness_ports import CertificateTidings, WitnessedLeaf, WitnessedLeaves
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.transparency.checkpoint import log_origin
from trust.transparency.evidence_judge import instant_of
from trust.transparency.leaf import decode_leaf
from trust.transparency.proof import parse_proof
from trust.transparency.reasons import LOG_AWAITS_WITNESSES
from trust.transparency.witness import find_witnesses, witnesses_of

PATIENCE = timedelta(seconds=30)
"""How long a certificate waits for a quorum that the trust list demands, from its leaf on."""
_BATCH = 50
_EVERY = timedelta(seconds=5)


class WitnessedProofs:
    """Leaves of the house's logs under what its witnesses cosigned."""

    def __init__(self, house: House, leaves: WitnessedLeaves) -> None:
        """Of the logs of `house`."""
        self._house = house
        self._leaves = leaves

    def find(self, archive_code: str, index: int) -> WitnessedLeaf | None:
        """The leaf as witnesses saw it; None = not yet."""
        proof = self._leaves.prove(archive_code, index)
        if not proof:
            return None
        return WitnessedLeaf(proof=proof, keys=self._keys(archive_code, proof))

    def before_the_seal(self, archive_code: str, index: int, plain: str) -> WitnessedLeaf:
        """What goes into the certificate: witnessed, or `plain` when nobody has to be waited for.

        Args:
            archive_code: Whose log.
            index: Of the certificate's leaf.
            plain: Its proof under the log's own checkpoint.

        Raises:
            Refusal: LOG_AWAITS_WITNESSES, for half a minute at most.
        """
        found = self.find(archive_code, index)
        if found is not None:
            return found
        view = self._house.directory.current().view
        origin = log_origin(view.trust_domain, archive_code)
        watched = witnesses_of(origin, view.trust_list.members)
        if view.trust_list.witness_quorum and watched:
            leaf = parse_proof(plain).leaf
            written = instant_of(decode_leaf(leaf)) if leaf else self._house.clock()
            if self._house.clock() - written < PATIENCE:
                raise Refusal(LOG_AWAITS_WITNESSES)
        return WitnessedLeaf(proof=plain, keys=())

    def _keys(self, archive_code: str, proof: str) -> tuple[Envelope, ...]:
        """Statements of those keys that cosigned this very checkpoint."""
        snapshot, now = self._house.directory.current(), self._house.clock()
        note = parse_proof(proof).checkpoint
        origin = log_origin(self._house.trust_domain, archive_code)
        found: list[Envelope] = []
        for node_id in witnesses_of(origin, snapshot.view.trust_list.members):
            with suppress(Refusal):
                key = snapshot.get_key(node_id, "witness", "", now).envelope
                standing = find_witnesses(
                    note, origin=origin, witness_keys=(key,), view=snapshot.view, now=now
                )
                if standing.seen:
                    found.append(key)
        return tuple(found)


class TellWitnessed:
    """Hands witnessed proofs of certificates to the service that publishes them."""

    def __init__(
        self, house: House, leaves: WitnessedLeaves, tidings: CertificateTidings, log: EventLog
    ) -> None:
        """Of the releases of `house`."""
        self._house = house
        self._leaves = leaves
        self._proofs = WitnessedProofs(house, leaves)
        self._tidings = tidings
        self._log = log
        self._rhythm = Rhythm(house.clock, _EVERY)

    def run(self) -> int:
        """How many certificates' proofs were handed on."""
        if self._rhythm.find_turn() is None:
            return 0
        told: list[str] = []
        for release_id in self._leaves.untold(_BATCH):
            guard(partial(self._tell, release_id, told), self._log, "witnessed")
        return len(told)

    def _tell(self, release_id: str, told: list[str]) -> None:
        with self._house.book.read() as book:
            issuance = book.get_issuance(release_id)
        certificate = self._proofs.find(issuance.holder_archive, issuance.leaf_index)
        file = self._proofs.find(issuance.holder_archive, issuance.file_index)
        if certificate is None or file is None:
            return
        self._tidings.tell_witnessed(release_id, issuance.file_sha256, file.proof, certificate)
        self._leaves.told(release_id, self._house.clock())
        told.append(release_id)
