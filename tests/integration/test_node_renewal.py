"""A node's certificate is replaced before it ends; calls go on under the new one."""

import secrets
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from exchange_world import build_federation
from node_acts import file_and_review, zhou

from node.cli.renewing import RenewCertificate
from trust.envelope.dsse import envelope_from_json
from trust.envelope.statement import decode
from trust.identity.authority import issue_leaf
from trust.identity.statements import KeyStatement


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    made.start("jiaxing")
    made.start("shangrao")
    yield made
    made.close()


class RegistryDesk:
    """Renews as the registry would."""

    def __init__(self, world, participant):
        self.world, self.participant, self.renewed = world, participant, 0

    def renew(self, csr_pem):
        channel = self.world.channel
        csr = x509.load_pem_x509_csr(csr_pem)
        leaf = issue_leaf(
            channel.issuing,
            self.participant,
            csr.public_key(),
            now=channel.now,
            random=secrets.token_bytes,
        )
        self.renewed += 1
        pem = leaf.public_bytes(serialization.Encoding.PEM)
        return pem + channel.issuing.pem, channel.root.pem


def test_a_renewed_node_files_and_answers(federation):
    node = federation.running["jiaxing"]
    before = node.holder.current
    registry = RegistryDesk(federation.world, before.participant)
    published = []
    renewal = RenewCertificate(node.base, node.holder, registry, lambda: published.append(1) or 1)
    assert renewal.run() == 0, "two thirds of its life are not over"
    renewal.renewal.due = node.base.house.clock() - timedelta(seconds=1)
    assert renewal.run() == 1 and renewal.run() == 0

    after = node.holder.current
    assert after.spki_sha256 != before.spki_sha256
    assert node.base.folder.tls_identity().spki_sha256 == after.spki_sha256
    statement = envelope_from_json(node.base.folder.tls_statement())
    assert decode(statement.payload, KeyStatement).spki_sha256 == after.spki_sha256
    assert published == [1]

    # The directory lists the new statement; partners believe the new key and no other.
    federation.world.publish()
    case_no = file_and_review(federation.world, zhou(), key="key-renew-0001")
    federation.fulfil(case_no, "361100")
    federation.wait_for_state(case_no, "sealed")
