"""F31: the key for sealed letters changes while letters are on their way."""

from datetime import UTC, datetime, timedelta

import pytest

from node.adapters.exchange_keys import LIFE, OVERLAP, ExchangeKeys
from node.adapters.node_folder import NodeFolder
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json
from trust.envelope.statement import decode
from trust.identity.statements import KeyStatement
from trust.identity.trust_view import hpke_key_of
from trust.post.sealing import Address, open_sealed, seal

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LETTER = Address(message_id="m-1", sender="jiaxing", recipient="shangrao")


@pytest.fixture
def folder(tmp_path) -> NodeFolder:
    node = NodeFolder(tmp_path, None)
    node.create(("361100",), bytes(range(32)))
    return node


def stated(folder: NodeFolder):
    (said,) = [
        decode(one.payload, KeyStatement) for one in folder.declared() if b'"hpke"' in one.payload
    ]
    return hpke_key_of(said)


def test_a_letter_for_the_old_key_opens_during_the_overlap_and_never_after(
    tmp_path, folder
) -> None:
    keys = ExchangeKeys(tmp_path, None)
    assert keys.keep_stated("shangrao", folder, AT) == 1
    letter = seal(b"words", stated(folder), LETTER)
    later = AT + LIFE - OVERLAP
    assert keys.keep_stated("shangrao", folder, later) == 1
    assert stated(folder).public_bytes_raw() not in letter.ciphertext
    assert open_sealed(letter, keys.keys()) == b"words"
    assert open_sealed(seal(b"more", stated(folder), LETTER), keys.keys()) == b"more"
    keys.keep_stated("shangrao", folder, AT + LIFE)
    with pytest.raises(Refusal) as refused:
        open_sealed(letter, keys.keys())
    assert refused.value.code == "SEAL_KEY_UNKNOWN"


def test_the_new_key_is_stated_once_and_in_time(tmp_path, folder) -> None:
    keys = ExchangeKeys(tmp_path, None)
    keys.keep_stated("shangrao", folder, AT)
    first = stated(folder)
    assert keys.keep_stated("shangrao", folder, AT + timedelta(days=59)) == 0
    assert stated(folder).public_bytes_raw() == first.public_bytes_raw()
    assert keys.keep_stated("shangrao", folder, AT + timedelta(days=60)) == 1
    assert len(keys.keys()) == 2
    newest = (tmp_path / "declared" / "hpke.json").read_bytes()
    said = decode(envelope_from_json(newest).payload, KeyStatement)
    assert said.sequence == 2
