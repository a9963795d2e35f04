"""A progress bar on stderr: what is being done, how far, how long it will take still."""

import sys
import time
from typing import TextIO

_WIDTH = 30
_SECONDS_BETWEEN = 0.5
_WORDS = {
    "load": "检查入库",
    "gather": "读取著录",
    "name": "编名字典",
    "fill": "写入索引",
    "digests": "更换摘要密钥",
}


class ProgressBar:
    """One line that is written over on a terminal, and a line now and then elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to that stream; standard error unless told otherwise."""
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._began: dict[str, tuple[float, int]] = {}
        self._last = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """So much of it is done."""
        now = time.monotonic()
        began, first = self._began.setdefault(what, (now, done))
        between = _SECONDS_BETWEEN if self._is_terminal else 20 * _SECONDS_BETWEEN
        if now - self._last < between and done < total:
            return
        self._last = now
        share = done / total if total else 1.0
        speed = (done - first) / (now - began) if now > began else 0.0
        left = f"{(total - done) / speed:.0f} s" if speed else "…"
        bar = ("█" * int(share * _WIDTH)).ljust(_WIDTH, "·")
        end = "\r" if self._is_terminal and done < total else "\n"
        text = f"{_WORDS.get(what, what)} {bar} {share:6.1%}  {now - began:.0f} s, {left}"
        self._stream.write(f"{text:<90}{end}")
        self._stream.flush()
