"""Pairs device helpers with an archive and hears what they read (docs/devices.md).

A page in the browser carries the helper's words to us, and a page can be made to say anything. So
nothing is believed but the signature of a paired key over a question that we asked this officer
within two minutes, for this site, once.
"""

import base64
import binascii
import hashlib
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from node.desk_ports import DeviceBook
from node.domain.desk_reasons import DEVICE_UNKNOWN, PAIRING_MALFORMED, READING_NOT_GENUINE
from node.domain.devices import FRESH_FOR, PROTOCOL, CardRead, Device, Introduction, Reading
from node.domain.officers import Actor
from node.ports import Clock, Random
from records.id_numbers import parse_id_number
from records.person_names import check_name
from records.refusal import Refusal

_CODE_DIGITS = 8
_MOST_BYTES = 4096
_LONGEST_NAME = 40
_CONTEXT = b"lantai-helper-v1\0"
T = TypeVar("T", Introduction, Reading)


def key_id(public_key: bytes) -> str:
    """16 hex: what a device with that key is called."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def pairing_code(public_key: bytes, origin: str) -> str:
    """Eight digits that the helper's own window shows: they bind its key to the site."""
    said = hashlib.sha256(_CONTEXT + b"code\0" + public_key + origin.encode()).digest()
    return f"{int.from_bytes(said[:8], 'big') % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"


class HearDevices:
    """Pairs, asks and hears."""

    def __init__(self, book: DeviceBook, clock: Clock, random: Random) -> None:
        """Keep pairings in `book`."""
        self._book = book
        self._clock = clock
        self._random = random

    def ask(self, actor: Actor) -> str:
        """A question for a device of this officer's: 64 hex, good for two minutes and once."""
        challenge = self._random(32).hex()
        self._book.ask(challenge, actor.officer_id, self._clock() + FRESH_FOR)
        return challenge

    def pair(self, said: str, code: str, origin: str, actor: Actor) -> Device:
        """The helper that introduced itself is paired with the actor's archive.

        Args:
            said: `payload.signature`, both base64.
            code: The eight digits of the helper's own window, as the clerk typed them.
            origin: Our own site.
            actor: Whose archive.

        Raises:
            Refusal: PAIRING_MALFORMED, READING_NOT_GENUINE.
        """
        payload, signature = _split(said)
        told = _decode(payload, Introduction)
        key = _key(told.public_key)
        raw = base64.b64decode(told.public_key)
        _verify(key, payload, signature)
        if told.purpose != "pair" or told.device_id != key_id(raw):
            raise Refusal(PAIRING_MALFORMED, "device_id")
        if "".join(code.split()) != pairing_code(raw, origin):
            raise Refusal(PAIRING_MALFORMED, "code")
        if not 1 <= len(told.name.strip()) <= _LONGEST_NAME or not told.name.isprintable():
            raise Refusal(PAIRING_MALFORMED, "name")
        self._require_asked(told.protocol, told.origin, told.challenge, origin, actor)
        device = Device(
            device_id=told.device_id,
            archive_code=actor.archive_code,
            name=told.name.strip(),
            public_key=told.public_key,
            paired_by=actor.officer_id,
            paired_at=self._clock(),
        )
        self._book.add(device)
        return device

    def hear(self, said: str, origin: str, actor: Actor) -> Reading:
        """What a paired device read, every word of it signed.

        Raises:
            Refusal: DEVICE_UNKNOWN, READING_NOT_GENUINE.
        """
        payload, signature = _split(said)
        told = _decode(payload, Reading)
        device = self._book.find(told.device_id)
        if device is None or device.archive_code != actor.archive_code:
            raise Refusal(DEVICE_UNKNOWN)
        _verify(_key(device.public_key), payload, signature)
        self._require_asked(told.protocol, told.origin, told.challenge, origin, actor)
        if told.purpose not in ("id_card", "camera"):
            raise Refusal(READING_NOT_GENUINE, "purpose")
        return told

    def card(self, reading: Reading) -> CardRead:
        """The card in a reading.

        Raises:
            Refusal: READING_NOT_GENUINE, and those of names and identity numbers.
        """
        if reading.purpose != "id_card":
            raise Refusal(READING_NOT_GENUINE, "purpose")
        check_name(reading.name)
        parse_id_number(reading.id_no)
        return CardRead(
            name=reading.name,
            id_no=reading.id_no,
            device_id=reading.device_id,
            read_at=self._clock(),
        )

    def list(self, actor: Actor) -> list[Device]:
        """Pairings of the actor's archive, newest first."""
        return list(self._book.list(actor.archive_code))

    def end(self, device_id: str, actor: Actor) -> None:
        """The pairing ended: nothing that this helper signs is believed. Raises: DEVICE_UNKNOWN."""
        if not self._book.end(device_id, actor.archive_code, self._clock()):
            raise Refusal(DEVICE_UNKNOWN)

    def _require_asked(
        self, protocol: str, told_origin: str, challenge: str, origin: str, actor: Actor
    ) -> None:
        if protocol != PROTOCOL or told_origin != origin:
            raise Refusal(READING_NOT_GENUINE, "protocol, origin")
        if not self._book.answer(challenge, actor.officer_id, self._clock()):
            raise Refusal(READING_NOT_GENUINE, "challenge")


def _split(said: str) -> tuple[bytes, bytes]:
    if len(said) > _MOST_BYTES:
        raise Refusal(PAIRING_MALFORMED, "too long")
    payload, _, signature = said.strip().partition(".")
    try:
        return base64.b64decode(payload, validate=True), base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(PAIRING_MALFORMED, "base64") from error


def _decode(payload: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(payload, type=type_)
    except msgspec.MsgspecError as error:
        raise Refusal(PAIRING_MALFORMED, "fields") from error


def _key(public_key: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Refusal(PAIRING_MALFORMED, "public_key") from error


def _verify(key: Ed25519PublicKey, payload: bytes, signature: bytes) -> None:
    try:
        key.verify(signature, _CONTEXT + payload)
    except InvalidSignature as error:
        raise Refusal(READING_NOT_GENUINE, "signature") from error
