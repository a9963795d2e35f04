"""F19: the root of the TLS authority changes, old → both → new, and no call is lost."""

import pytest
from channel_world import EchoExchange, World

from protos.lantai.v1 import envelope_pb2, exchange_pb2_grpc
from records.refusal import Refusal
from trust.channel.credentials import TLSIdentity

MESSAGE = envelope_pb2.Envelope(payload_type="x")


def show(world: World, someone, authority, roots: bytes) -> None:
    """The participant has a leaf of that authority, states it, and believes these roots."""
    identity = world.issue(someone.participant, authority)
    made = TLSIdentity(
        chain_pem=identity.chain_pem,
        private_key_pem=identity.private_key_pem,
        roots_pem=roots,
    )
    world.sequence += 1
    someone.statement = world.state(
        someone.participant, someone.signer, made, sequence=world.sequence
    )
    someone.holder.replace(made)


def test_old_both_new_without_an_outage_and_the_old_is_refused_in_the_end() -> None:
    world = World()
    jiaxing, shangrao = world.join("jiaxing"), world.join("shangrao")
    old_root, old = world.root, world.issuing
    new_root, new = world.new_authority()
    both = old_root.pem + new_root.pem
    server, target = world.serve(shangrao, EchoExchange())
    partner = world.call(jiaxing, target, shangrao)
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    try:
        stub.Locate(MESSAGE)
        for caller, served, roots in (
            # Everybody believes both; then one after the other shows a leaf of the new root.
            (old, old, both),
            (old, new, both),
            (new, new, both),
            (new, new, new_root.pem),
        ):
            show(world, shangrao, served, roots)
            show(world, jiaxing, caller, roots)
            partner.renew()
            stub.Locate(MESSAGE)
        # Who still shows a leaf of the old root is not let in any more.
        show(world, jiaxing, old, both)
        partner.renew()
        with pytest.raises(Refusal) as refused:
            stub.Locate(MESSAGE)
        assert refused.value.code == "PARTNER_UNAVAILABLE"
    finally:
        partner.close()
        server.stop(0)
