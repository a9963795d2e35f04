"""What a carrier, a member or a thief can do to sealed letters: delay them, and nothing else."""

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import World
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from records.post import SUBMIT, PostItem
from records.refusal import Refusal
from trust.envelope.suites import kid_of
from trust.post.batch import Batch, Carriage, read_batch, write_batch
from trust.post.items import open_item, seal_item
from trust.post.sealing import Address, Sealed, open_sealed, seal

ID = "0192f0c1-0000-7000-8000-000000000001"


class Post:
    """Three members with keys, and a letter from Jiaxing to Shangrao."""

    def __init__(self) -> None:
        self.world = World()
        for slug in ("jiaxing", "shangrao", "pudong"):
            self.world.join(slug)
        self.keys = {slug: X25519PrivateKey.generate() for slug in self.world.people}

    def item(self, **changes: object) -> PostItem:
        item = PostItem(
            message_id=ID,
            sender="jiaxing",
            recipient="shangrao",
            sealed_at=self.world.now,
            kind=SUBMIT,
            case_no="LT-330400-20261121-0001",
            envelope="{}",
            act_token="token",
        )
        return replace(item, **changes)  # type: ignore[arg-type]

    def letter(self, signer: str = "jiaxing", **changes: object) -> Sealed:
        item = self.item(**changes)
        key = self.keys[item.recipient].public_key()
        return seal_item(item, self.world.people[signer].signer, key)

    def open(self, sealed: Sealed, reader: str = "shangrao") -> PostItem:
        key = self.keys[reader]
        own = {kid_of(key.public_key().public_bytes_raw()): key}
        return open_item(sealed, own, self.world.current_view(), self.world.now).item

    def batch(self, *letters: Sealed, writer: str = "jiaxing", reader: str = "shangrao") -> bytes:
        carriage = Carriage(
            written_by=writer, meant_for=reader, sequence=1, created_at=self.world.now
        )
        return write_batch(carriage, letters, (), self.world.people[writer].signer)

    def read(self, data: bytes, reader: str = "shangrao") -> Batch:
        return read_batch(data, reader, self.world.current_view(), self.world.now)


@pytest.fixture(scope="module")
def post() -> Post:
    return Post()


def refused(code: str, act: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(Refusal) as caught:
        act(*arguments)
    assert caught.value.code == code


def test_a_letter_opens_for_its_recipient_and_for_nobody_else(post: Post) -> None:
    letter = post.letter()
    assert post.open(letter) == post.item()
    refused("SEAL_KEY_UNKNOWN", post.open, letter, "pudong")
    thief = {letter.kid: post.keys["pudong"]}
    refused("SEAL_INVALID", open_sealed, letter, thief)


@pytest.mark.parametrize(
    "outside",
    [
        {"message_id": ID.replace("0001", "0002")},
        {"sender": "pudong"},
        {"recipient": "pudong"},
    ],
)
def test_a_letter_with_another_outside_does_not_open(post: Post, outside: dict[str, str]) -> None:
    letter = post.letter()
    refused("SEAL_INVALID", post.open, replace(letter, address=replace(letter.address, **outside)))


def test_every_part_of_the_ciphertext_is_needed_as_it_is(post: Post) -> None:
    letter = post.letter()
    whole = letter.ciphertext
    for position in [0, 31, 32, 40, len(whole) // 2, len(whole) - 17, len(whole) - 1]:
        flipped = bytearray(whole)
        flipped[position] ^= 1
        refused("SEAL_INVALID", post.open, replace(letter, ciphertext=bytes(flipped)))
    for cut in (b"", whole[:-1], whole[:-4096], whole + bytes(4096), whole[::-1]):
        refused("SEAL_INVALID", post.open, replace(letter, ciphertext=cut))
    refused("SEAL_INVALID", post.open, replace(letter, suite="HPKE-NULL"))
    refused("SEAL_TOO_LARGE", post.open, replace(letter, ciphertext=bytes(2 << 20)))


def test_a_recipient_cannot_pass_a_letter_on_as_the_senders(post: Post) -> None:
    """Shangrao opens Jiaxing's letter and seals the signed item anew for Pudong."""
    letter = post.letter()
    key = post.keys["shangrao"]
    signed = open_sealed(letter, {letter.kid: key})
    forwarded = seal(
        signed,
        post.keys["pudong"].public_key(),
        Address(message_id=ID, sender="jiaxing", recipient="pudong"),
    )
    refused("ITEM_MISADDRESSED", post.open, forwarded, "pudong")
    renumbered = seal(
        signed,
        key.public_key(),
        replace(letter.address, message_id=ID.replace("0001", "0009")),
    )
    refused("ITEM_MISADDRESSED", post.open, renumbered)


def test_nobody_writes_in_another_members_name(post: Post) -> None:
    refused("SIGNER_UNKNOWN", post.open, post.letter(signer="pudong"))
    world = post.world
    world.set_state("jiaxing", "left")
    refused("MEMBER_NOT_ACTIVE", post.open, post.letter())
    world.set_state("jiaxing", "active")


@pytest.mark.parametrize(
    "changes",
    [{"kind": "rumour"}, {"act_token": ""}, {"envelope": ""}, {"kind": "receipt"}],
)
def test_an_item_without_what_its_kind_needs_is_refused(
    post: Post, changes: dict[str, str]
) -> None:
    refused("ITEM_MALFORMED", post.open, post.letter(**changes))


def test_an_item_from_the_future_is_refused(post: Post) -> None:
    later = post.world.now + timedelta(minutes=2)
    refused("ITEM_MALFORMED", post.open, post.letter(sealed_at=later))


def test_letters_are_padded_to_a_few_sizes(post: Post) -> None:
    sizes = {len(post.letter(envelope="x" * count).ciphertext) for count in range(1, 1500, 100)}
    assert sizes == {4096}


def test_two_seals_of_one_item_have_nothing_in_common(post: Post) -> None:
    one, other = post.letter().ciphertext, post.letter().ciphertext
    assert one[:32] != other[:32]
    assert sum(a == b for a, b in zip(one, other, strict=True)) < len(one) // 64


def test_a_batch_is_for_its_reader_and_by_its_writer(post: Post) -> None:
    data = post.batch(post.letter())
    assert post.read(data).messages == (post.read(data).messages[0],)
    refused("BATCH_MISADDRESSED", post.read, data, "pudong")
    stranger = World()
    stranger.join("jiaxing")
    carriage = Carriage(
        written_by="jiaxing", meant_for="shangrao", sequence=1, created_at=post.world.now
    )
    forged = write_batch(carriage, [post.letter()], (), stranger.people["jiaxing"].signer)
    refused("SIGNER_UNKNOWN", post.read, forged)
    posing = write_batch(carriage, [post.letter()], (), post.world.people["pudong"].signer)
    refused("BATCH_MALFORMED", post.read, posing)


def rewrite(data: bytes, change: Callable[[dict[str, bytes]], None], packed: bool = False) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_batch_holds_what_its_list_says_and_nothing_else(post: Post) -> None:
    letter, other = post.letter(), post.letter(case_no="LT-330400-20261121-0002")
    data = post.batch(
        letter, replace(other, address=replace(other.address, message_id=ID[:-1] + "2"))
    )
    name = next(n for n in zipfile.ZipFile(io.BytesIO(data)).namelist() if n != "manifest.json")

    def drop(members: dict[str, bytes]) -> None:
        del members[name]

    def add(members: dict[str, bytes]) -> None:
        members["../../etc/passwd"] = b"x"

    def alter(members: dict[str, bytes]) -> None:
        members[name] = os.urandom(len(members[name]))

    def empty(members: dict[str, bytes]) -> None:
        members.clear()

    for change in (drop, add, alter, empty):
        refused("BATCH_MALFORMED", post.read, rewrite(data, change))
    refused("BATCH_MALFORMED", post.read, rewrite(data, lambda _: None, packed=True))
    refused("BATCH_MALFORMED", post.read, b"PK\x05\x06 not a zip")
    refused("BATCH_MALFORMED", post.read, data[: len(data) // 2])


def test_every_flipped_byte_of_a_batch_is_refused_or_changes_nothing(post: Post) -> None:
    letter = post.letter()
    data = post.batch(letter)
    genuine = post.read(data)
    for position in range(0, len(data), 37):
        broken = bytearray(data)
        broken[position] ^= 0x10
        try:
            found = post.read(bytes(broken))
        except Refusal:
            continue
        assert (found.manifest, found.messages) == (genuine.manifest, genuine.messages)
