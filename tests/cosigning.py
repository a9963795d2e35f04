"""Two archives that watch the holder's log of a certificate world, and what a node hands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from certificate_house import World

from certificate_service.services.witness_evidence import Witnessed
from deploy.ceremony import listed_key, state_key
from trust.envelope.dsse import Envelope
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.trust_list import Member
from trust.transparency.note import cosign
from trust.transparency.proof import parse_proof
from trust.transparency.witness import witness_name

_YEAR = timedelta(days=365)


def new_member(at: datetime) -> tuple[Ed25519Signer, Member]:
    """A third node, so that two watch the holder's log."""
    signer = Ed25519Signer.from_private(new_ed25519())
    member = Member(
        participant_id="pudong",
        kind="node",
        name="浦东新区档案馆",
        state="active",
        since=at,
        sign_keys=(listed_key(signer.public_key, at),),
        archives=(),
    )
    return signer, member


@dataclass
class Watching:
    """The keys of both, and the statements of their keys."""

    keys: dict[str, Ed25519Signer]
    stated: tuple[Envelope, ...]
    at: datetime
    """When they cosign."""

    def sign(self, proof: str, nodes: Sequence[str]) -> str:
        """The proof, its checkpoint cosigned."""
        text = parse_proof(proof).checkpoint.split("\n\n")[0] + "\n"
        names = {node: witness_name("demo.invalid", node) for node in nodes}
        lines = (cosign(text, names[node], self.keys[node], self.at) for node in nodes)
        return proof + "".join(lines)


def watching(world: World, third: Ed25519Signer, at: datetime) -> Watching:
    """Both watch from now on; their keys are stated `at` minus 20 s, after the seal perhaps."""
    members = {"jiaxing": world.jiaxing, "pudong": third}
    keys = {node: Ed25519Signer.from_private(new_ed25519()) for node in members}
    since = at - timedelta(seconds=20)
    stated = tuple(
        state_key(signer, node, "witness", keys[node]._key.public_key(), (since, _YEAR))
        for node, signer in members.items()
    )
    return Watching(keys=keys, stated=stated, at=at)


def hand_on(
    world: World, both: Watching, release_id: str, nodes: Sequence[str] = ("jiaxing", "pudong")
) -> None:
    """The node confirms again: both leaves under a checkpoint that these archives cosigned.

    The file's leaf is the one right behind the certificate's.
    """
    release = world.register.find(release_id)
    assert release is not None
    with world.engine.begin() as connection:
        proofs = [
            both.sign(
                world.log.make_proof(connection, world.origin, at, world.log_signer, world.now),
                nodes,
            )
            for at in (release.leaf_index, release.leaf_index + 1)
        ]
    witnessed = Witnessed(certificate_proof=proofs[0], witness_keys=both.stated)
    world.issue.confirm(release_id, release.file_sha256, proofs[1], "shangrao", witnessed)
