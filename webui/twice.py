"""A form that is sent twice is obeyed once: the second press gets the answer of the first.

Scripts stop a double click in the page; without them, and after the back button, the same form
arrives again. Each page has a token of its own, so the same token with the same words is the same
press, if the session has pressed nothing else in between: whoever claims, gives back and claims
again from the older page means it. What was refused may be tried again.
"""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock

from starlette.responses import Response

from webui.form import Form
from webui.visit import Visit

REMEMBERED = timedelta(minutes=10)
_MOST = 1000
_LANES = 64
_OBEYED = 303


class Twice:
    """The last form of each session that was obeyed, for ten minutes, in one process's memory."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        """Remember nothing yet; what is remembered is named by keyed digests."""
        self._key = random(32)
        self._last: OrderedDict[bytes, tuple[bytes, datetime, Response]] = OrderedDict()
        self._lock = Lock()
        self._lanes = [Lock() for _ in range(_LANES)]

    def obey(self, visit: Visit, act: Callable[[Visit], Response]) -> Response:
        """The answer of `act`, or the one that the same press got just before.

        Two presses at the same moment come one after the other. Parts that scripts send are not
        presses: a page may send the same words again and mean it.
        """
        if visit.partial:
            return act(visit)
        who, press = self._mac([visit.session_id]), self._mac([visit.path, *_parts(visit.form)])
        with self._lanes[who[0] % _LANES]:
            before = self._find(who, press, visit.now)
            if before is not None:
                return before
            answer = act(visit)
            if answer.status_code == _OBEYED:
                self._keep(who, (press, visit.now, answer))
            return answer

    def _find(self, who: bytes, press: bytes, now: datetime) -> Response | None:
        with self._lock:
            last = self._last.get(who)
        if last is None or last[0] != press or now - last[1] >= REMEMBERED:
            return None
        return last[2]

    def _keep(self, who: bytes, press: tuple[bytes, datetime, Response]) -> None:
        with self._lock:
            self._last[who] = press
            self._last.move_to_end(who)
            while len(self._last) > _MOST:
                self._last.popitem(last=False)

    def _mac(self, parts: Sequence[str | bytes]) -> bytes:
        mac = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in parts:
            data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            mac.update(len(data).to_bytes(8, "big") + data)
        return mac.digest()


def _parts(form: Form) -> list[str | bytes]:
    """Everything that was sent, the token too."""
    parts: list[str | bytes] = []
    for name, values in form.fields.items():
        parts += [name, str(len(values)), *values]
    for name, uploads in form.files.items():
        parts += [name, str(len(uploads)), *(upload.data for upload in uploads)]
    return parts
