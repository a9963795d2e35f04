"""C7: the people of the requests are canaries. Where may they not sing?

In no file of the world at all, whoever wrote it: no log or other output of a process, no metric or
trace (the product writes none; a file of them would be found), no table of the registry, of the
certificate service or of a member who holds nothing of the case (who is a witness of the others'
logs), nothing of the published verify site, no file name; not even in the databases and stores of
window and holder, which keep what they know of people sealed. And in no text that a partner's
server answered with. Texts are sought in the encodings in which they could lie in a file, and as
digests that anybody could make: an identity number has few enough forms to try them all.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

_DIGESTS = ("md5", "sha1", "sha256", "sha512", "sha3_256")
_BASES = (base64.b64encode, base64.urlsafe_b64encode)
_DIGESTED = 8
"""Of so many texts the digests are sought too: a digest that is made is made of everybody."""


def spellings(text: str) -> set[bytes]:
    """The text as it might lie in a file: UTF-8, UTF-16, GB 18030, escaped, in base64."""
    utf8 = text.encode()
    found = {
        utf8,
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("gb18030"),
        text.encode("unicode_escape"),
        quote(text).encode(),
    }
    # Base64 of three bytes is four characters: three ways in which the text can be aligned.
    for shift in range(3):
        code = base64.b64encode(b"\0" * shift + utf8)
        inner = code[4 if shift else 0 : len(code) - 4]
        if len(inner) >= 8:
            found.add(inner)
    return found


def unkeyed(text: str) -> set[bytes]:
    """Digests of the text that need no key to test a guess: in hex, in base64, as they are."""
    found = set[bytes]()
    for data in {text.encode(), text.encode() + b"\n", text.encode("gb18030")}:
        made = [hashlib.new(name, data).digest() for name in _DIGESTS]
        made += [hashlib.blake2b(data, digest_size=size).digest() for size in (8, 16, 32, 64)]
        for digest in made:
            found |= {digest, digest.hex().encode(), digest.hex().upper().encode()}
            found |= {one(digest).rstrip(b"=") for one in _BASES}
    return found


def find_canaries(
    places: Iterable[Path], canaries: Iterable[str], before: Callable[[Path], Path]
) -> list[str]:
    """Each file with a canary in its content or its name.

    What the file held before the run is no leak: a member may have a namesake in its own register.
    `before` gives the file as it was then.
    """
    texts = list(canaries)
    sought = {text: spellings(text) for text in texts}
    for text in texts[:_DIGESTED]:
        sought[text] |= unkeyed(text)
    found = []
    for path in _files(places):
        name, content = str(path).encode(), _content(path)
        if content == _content(before(path)):
            content = b""
        heard = {
            one for spelled in sought.values() for one in spelled if one in name or one in content
        }
        if heard and any(one not in _content(before(path)) for one in heard):
            found.append(path.name)
    return found


def find_in_texts(texts: Iterable[str], canaries: Iterable[str]) -> list[str]:
    """Texts that hold a canary."""
    sought = tuple(canaries)
    return [text[:80] for text in texts if any(one in text for one in sought)]


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from (path for path in sorted(place.rglob("*")) if path.is_file())
        elif place.is_file():
            yield place


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
