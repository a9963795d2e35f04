"""The certificate service's data directory."""

from pathlib import Path

from certificate_service.adapters.service_folder import ServiceFolder
from certificate_service.config import FILE, Settings, dump_settings
from deploy.localnet.addresses import Addresses
from deploy.localnet.layout import Layout
from deploy.localnet.plan import (
    CERTIFICATE_SERVICE_ID,
    DIRECTORY_SECONDS,
    REGISTRY_ID,
    TRUST_DOMAIN,
    VERIFY_URL,
)
from trust.identity.keys import Ed25519Signer


def create_certificates(layout: Layout, addresses: Addresses) -> Ed25519Signer:
    """The data directory holds settings and the service's own sign key, which is returned."""
    data = layout.certificates
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = Settings(
        service_id=CERTIFICATE_SERVICE_ID,
        trust_domain=TRUST_DOMAIN,
        listen=addresses.certificates,
        verify_listen=addresses.verify,
        verify_url=VERIFY_URL,
        site_url=f"http://{addresses.verify}/",
        registry=addresses.registry,
        registry_id=REGISTRY_ID,
        directory_seconds=DIRECTORY_SECONDS,
        tsa=f"http://{addresses.time_stamp}/tsa",
    )
    (data / FILE).write_text(dump_settings(settings), encoding="utf-8")
    (data / "council.json").write_bytes(layout.council_file.read_bytes())
    # Who verifies with the public folder alone finds keys and lists beside the trust list.
    layout.public.mkdir(parents=True, exist_ok=True)
    published = layout.public / "site"
    if not published.is_symlink():
        published.symlink_to(Path("..") / data.name / "site")
    return ServiceFolder(data, None).create()
