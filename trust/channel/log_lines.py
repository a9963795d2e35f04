"""What a process may write about itself: lines of allowed words, and nothing that a person is in.

Every handler formats through `AllowedLines`: a value that does not look like a code, a slug, a case
number or a place in our program is written as `?`; what a library says is not written at all, only
that it said something; tracebacks lose their texts. A name or an identity number cannot get in,
whoever forgets what (trust.md §6, architecture.md 7).
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO

OURS = ("lantai", "node", "federation_registry", "certificate_service", "trust", "webui", "deploy")
WITHHELD = "?"
_ALLOWED = re.compile(
    r"(?!.{0,57}[0-9]{7})[A-Za-z][A-Za-z0-9_.-]{0,63}"  # codes, slugs, events, kinds of fault
    r"|LT-[0-9]{6}-[0-9]{8}-[0-9]{4,8}"  # case numbers
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64}"  # message ids, digests
    r"|/lantai\.v1\.[A-Za-z]{1,40}/[A-Za-z]{1,40}"  # gRPC methods
    r"|-?[0-9]{1,9}(?:\.[0-9]{1,6})?"  # counts; an identity number has fifteen digits or more
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:\+00:00|Z)"  # instants
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}:[0-9]{1,5}"  # listeners
)
_PLACES = re.compile(
    r"[A-Za-z_]{1,60} at [A-Za-z_<>]{1,60}:[0-9]{1,6}(?: < [\w<>]{1,60}:[0-9]{1,6})*"
)
_TEMPLATE = re.compile(r"[\x20-\x7e]{1,120}")
_LONG_NUMBER = re.compile(r"[0-9]{12,}")


def allowed(value: object) -> str:
    """The value as it may be written: itself where its form is allowed, else `?`."""
    text = str(value)
    if _ALLOWED.fullmatch(text) or (_PLACES.fullmatch(text) and text.isascii()):
        return text
    return WITHHELD


class AllowedLines(logging.Formatter):
    """Formats a record without anything that was not meant to be in it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of printable ASCII.

        A record of ours is its constant template with allowed values. A line that was made
        elsewhere of allowed fields (`lantai.node`) is marked `fields` by its writer.
        """
        if getattr(record, "fields", False):
            return str(record.msg)
        if record.name.partition(".")[0] not in OURS:
            return f"{record.levelname} {allowed(record.name)}{_fault(record)}"
        template = str(record.msg)
        if not _TEMPLATE.fullmatch(template) or _LONG_NUMBER.search(template):
            return f"{record.levelname} {record.name} {WITHHELD}{_fault(record)}"
        return f"{template % _values(record)}{_fault(record)}"


def configure_lines(stream: TextIO = sys.stderr) -> None:
    """This process writes allowed lines only: ours from INFO on, libraries' from WARNING on.

    Uncaught faults, of threads as well, become one line without their text.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AllowedLines())
    root = logging.getLogger()
    for old in list(root.handlers):
        # Whoever collects records in another way (a test) goes on doing so.
        if type(old) is logging.StreamHandler:
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("lantai").setLevel(logging.INFO)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught_in_thread


def _values(record: logging.LogRecord) -> object:
    if isinstance(record.args, Mapping):
        return {name: allowed(value) for name, value in record.args.items()}
    return tuple(one if _is_number(one) else allowed(one) for one in record.args or ())


def _is_number(value: object) -> bool:
    # %d wants a number; what is short enough to be a count is one.
    return isinstance(value, int | float) and bool(_ALLOWED.fullmatch(str(value)))


def _fault(record: logging.LogRecord) -> str:
    kind = record.exc_info[0] if record.exc_info else None
    return f" {kind.__name__}" if kind is not None else ""


def _uncaught(
    kind: type[BaseException], _fault: BaseException, where: TracebackType | None
) -> None:
    frames = traceback.extract_tb(where)[-4:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    said = f"{kind.__name__} at {places}"
    logging.getLogger("lantai").critical("uncaught %s", said)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    _uncaught(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
