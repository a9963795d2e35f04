"""The certificate service's data directory."""

from deploy.localnet.addresses import Addresses
from deploy.localnet.layout import Layout
from trust.identity.keys import Ed25519Signer, new_ed25519, write_private_key


def create_certificates(layout: Layout, addresses: Addresses) -> Ed25519Signer:
    """The data directory holds settings and the service's own sign key, which is returned."""
    keys = layout.certificates / "keys"
    keys.mkdir(parents=True, mode=0o700)
    key = new_ed25519()
    write_private_key(keys / "sign.key", key, None)
    return Ed25519Signer.from_private(key)
