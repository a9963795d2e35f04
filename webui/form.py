"""What a browser sent: fields and files, bounded and cleaned of characters that nobody typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from records.refusal import Refusal
from webui import csrf
from webui.reasons import FORM_MALFORMED, FORM_TOO_LARGE
from webui.security import MAX_BODY_BYTES

MAX_FIELDS = 300
MAX_FILES = 10
MAX_FIELD_CHARACTERS = 20_000
MAX_FILE_BYTES = 10 * 1024 * 1024

_SECRETS = (csrf.FIELD, "password", "retire_password", "totp")
_KEPT_CONTROLS = "\n\t"
_CHOSEN = re.compile(r"[a-z_.]*|[A-Z]+(?:_[A-Z]+)+|[0-9]{1,3}|[0-9a-f]{24,}|[0-9]{6}(?:/\w*)?")
"""What a button, a tick or a list says for a person: codes, page numbers, digests, officers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as sent; its name is the citizen's and is never stored or logged."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name in the order sent, and files by name."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)

    def text(self, name: str, otherwise: str = "") -> str:
        """The first value of a field without white space around it."""
        values = self.fields.get(name, ())
        return values[0].strip() if values else otherwise

    def raw(self, name: str) -> str:
        """The first value of a field exactly as typed: a password may begin with a space."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, without white space around it."""
        return tuple(value.strip() for value in self.fields.get(name, ()))

    def has(self, name: str) -> bool:
        """True where a box was ticked or a field was filled."""
        return bool(self.text(name))

    def under(self, prefix: str) -> dict[str, str]:
        """First values of the fields whose names begin with `prefix`, by the rest of the name."""
        return {
            name.removeprefix(prefix): self.text(name)
            for name in self.fields
            if name.startswith(prefix)
        }


async def read_form(request: Request) -> Form:
    """The form in a POST request; an empty one for other methods.

    Raises:
        Refusal: FORM_TOO_LARGE, FORM_MALFORMED.
    """
    if request.method != "POST":
        return Form()
    if request.scope.get("lantai.too_large"):
        raise Refusal(FORM_TOO_LARGE)
    try:
        sent = await _parse(request)
        try:
            return await _collect(sent)
        finally:
            await sent.close()
    except (MultiPartException, UnicodeDecodeError, ValueError) as error:
        too_large = request.scope.get("lantai.too_large")
        raise Refusal(FORM_TOO_LARGE if too_large else FORM_MALFORMED) from error
    finally:
        if request.scope.get("lantai.too_large"):
            raise Refusal(FORM_TOO_LARGE)


async def _parse(request: Request) -> FormData:
    """The form, held in memory alone: what a citizen showed is never in a temporary file."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return await FormParser(
            request.headers,
            request.stream(),
            max_fields=MAX_FIELDS,
            max_part_size=4 * MAX_FIELD_CHARACTERS,
        ).parse()
    parser = MultiPartParser(
        request.headers,
        request.stream(),
        max_files=MAX_FILES,
        max_fields=MAX_FIELDS,
        max_part_size=4 * MAX_FIELD_CHARACTERS,
    )
    parser.spool_max_size = MAX_BODY_BYTES
    return await parser.parse()


async def _collect(sent: FormData) -> Form:
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[Upload, ...]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            data = await value.read(MAX_FILE_BYTES + 1)
            if len(data) > MAX_FILE_BYTES:
                raise Refusal(FORM_TOO_LARGE)
            if data:
                upload = Upload(media_type=value.content_type or "", data=data)
                files[name] = (*files.get(name, ()), upload)
        elif len(value) > MAX_FIELD_CHARACTERS:
            raise Refusal(FORM_TOO_LARGE)
        else:
            fields[name] = (*fields.get(name, ()), _cleaned(value))
    return Form(fields, files)


def _cleaned(text: str) -> str:
    """Text with one kind of line end and without control characters, which SQL cannot keep."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in _KEPT_CONTROLS or (c >= " " and c != "\x7f"))


def kept_fields(form: Form) -> list[tuple[str, str]]:
    """Fields that may be carried by a page and sent again: no token, no secret."""
    return [
        (name, value)
        for name, values in form.fields.items()
        if name not in _SECRETS and not name.startswith("_")
        for value in values
    ]


def typed_words(form: Form) -> list[str]:
    """What a person typed, as far as it can be shown: no secret, and nothing that was chosen."""
    said = [value.strip() for _, value in kept_fields(form)]
    return list(dict.fromkeys(one for one in said if not _CHOSEN.fullmatch(one)))
