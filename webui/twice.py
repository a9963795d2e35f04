"""A form that is sent twice is obeyed once: the second press gets the answer of the first.

Scripts stop a double click in the page; without them, and after the back button, the same form
arrives again. Each page has a token of its own, so the same token with the same words is the same
press. What was changed in between is another form, and what was refused may be tried again.
"""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable
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
    """What became of forms that were obeyed, for ten minutes, in the memory of one process."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        """Remember nothing yet; what is remembered is named by a keyed digest."""
        self._key = random(32)
        self._done: OrderedDict[bytes, tuple[datetime, Response]] = OrderedDict()
        self._lock = Lock()
        self._lanes = [Lock() for _ in range(_LANES)]

    def obey(self, visit: Visit, act: Callable[[Visit], Response]) -> Response:
        """The answer of `act`, or the one that the same press got before.

        Two presses at the same moment come one after the other. Parts that scripts send are not
        presses: a page may send the same words again and mean it.
        """
        if visit.partial:
            return act(visit)
        name = self._name(visit)
        with self._lanes[name[0] % _LANES]:
            before = self._find(name, visit.now)
            if before is not None:
                return before
            answer = act(visit)
            if answer.status_code == _OBEYED:
                self._keep(name, visit.now, answer)
            return answer

    def _find(self, name: bytes, now: datetime) -> Response | None:
        with self._lock:
            at, answer = self._done.get(name, (now, None))
            return answer if now - at < REMEMBERED else None

    def _keep(self, name: bytes, now: datetime, answer: Response) -> None:
        with self._lock:
            self._done[name] = (now, answer)
            self._done.move_to_end(name)
            while len(self._done) > _MOST:
                self._done.popitem(last=False)

    def _name(self, visit: Visit) -> bytes:
        mac = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in (visit.session_id, visit.path, *_parts(visit.form)):
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
