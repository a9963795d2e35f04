"""Our own TCP fault proxy: what a network does to two honest programs.

It understands no protocol. `up` is from the one who connects to the one who listens, `down` the
other way. The weather may be changed at any moment and holds for connections that are open as well
as for new ones; chances are drawn from a seeded generator.
"""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random

_PIECE = 65536
_IDLE_SECONDS = 0.1
_CONNECT_SECONDS = 2.0
_SLICES_PER_SECOND = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What happens to connections and bytes. The default is a fair day."""

    refuse: float = 0.0
    """Chance that a new connection is closed at once."""
    cut: float = 0.0
    """Chance, for each piece in either direction, that its connection ends in the middle of it."""
    lose_reply: float = 0.0
    """Chance, for each piece down, that it is dropped and the connection ends: the call went
    through and nobody hears of it."""
    delay_seconds: float = 0.0
    """Each piece waits so long, in both directions."""
    jitter_seconds: float = 0.0
    """And up to so much longer."""
    bytes_per_second: int = 0
    """Bandwidth in each direction; 0 = unlimited."""
    flip: float = 0.0
    """Chance, for each piece in either direction, that one bit of it is turned."""
    swallow_up: bool = False
    """One-way partition: what is sent up never arrives, and no one is told."""
    swallow_down: bool = False
    """One-way partition the other way."""


FAIR = Weather()


class FaultProxy:
    """Listens on `address` and carries bytes to `target` through the weather."""

    def __init__(self, address: str, target: str, seed: int) -> None:
        """Nothing listens before `start`; addresses are "host:port", `target` may change."""
        self.address = address
        self.target = target
        self.weather = FAIR
        self.carried = 0
        """Pieces that were passed on."""
        self.harmed = 0
        """Connections and pieces that the weather took."""
        self._rng = Random(f"proxy/{seed}/{target}")
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._open: set[socket.socket] = set()
        self._recording: list[list[bytes]] | None = None
        self._listener = socket.socket()

    def start(self) -> None:
        """Connections are taken."""
        host, _, port = self.address.rpartition(":")
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((host, int(port)))
        self._listener.listen(128)
        self._listener.settimeout(_IDLE_SECONDS)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Nothing is taken or carried any more."""
        self._ended.set()
        self._listener.close()
        self.cut_all()

    def set(self, **changes: float | bool | int) -> None:
        """From now on the weather is fair but for the changes."""
        self.weather = replace(FAIR, **changes)  # type: ignore[arg-type]

    def cut_all(self) -> int:
        """Every open connection has ended; returns how many there were."""
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            _shut(end)
        return len(ends) // 2

    def record(self) -> None:
        """From now on the bytes of each new connection upwards are kept, for `replay`."""
        self._recording = []

    def replay(self) -> int:
        """What was recorded is sent again, byte for byte, on new connections; how many."""
        kept, self._recording = self._recording or [], None
        for pieces in kept:
            with suppress(OSError), self._connect() as target:
                target.settimeout(1.0)
                for piece in pieces:
                    target.sendall(piece)
                while target.recv(_PIECE):
                    pass
        return len(kept)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _peer = self._listener.accept()
            except OSError:
                continue
            if self._happens(self.weather.refuse):
                near.close()
                continue
            threading.Thread(target=self._begin, args=(near,), daemon=True).start()

    def _begin(self, near: socket.socket) -> None:
        try:
            far = self._connect()
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {near, far}
        pieces: list[bytes] = []
        if self._recording is not None:
            self._recording.append(pieces)
        for source, sink, up in ((near, far, True), (far, near, False)):
            arguments = (source, sink, up, pieces)
            threading.Thread(target=self._carry, args=arguments, daemon=True).start()

    def _connect(self) -> socket.socket:
        host, _, port = self.target.rpartition(":")
        return socket.create_connection((host, int(port)), _CONNECT_SECONDS)

    def _carry(
        self, source: socket.socket, sink: socket.socket, up: bool, kept: list[bytes]
    ) -> None:
        with suppress(OSError):
            source.settimeout(None)
            while piece := source.recv(_PIECE):
                if up and self._recording is not None:
                    kept.append(piece)
                if not self._pass(piece, sink, up):
                    break
        with self._lock:
            self._open -= {source, sink}
        _shut(source)
        _shut(sink)

    def _pass(self, piece: bytes, sink: socket.socket, up: bool) -> bool:
        """Whether the connection lives on."""
        weather = self.weather
        if weather.swallow_up if up else weather.swallow_down:
            self.harmed += 1
            return True
        if not up and self._happens(weather.lose_reply):
            return False
        if self._happens(weather.cut):
            sink.sendall(piece[: len(piece) // 2])
            return False
        if self._happens(weather.flip):
            place = self._rng.randrange(len(piece))
            turned = piece[place] ^ (1 << self._rng.randrange(8))
            piece = piece[:place] + bytes((turned,)) + piece[place + 1 :]
        if weather.delay_seconds or weather.jitter_seconds:
            time.sleep(weather.delay_seconds + self._rng.uniform(0, weather.jitter_seconds))
        self._send(piece, sink, weather.bytes_per_second)
        self.carried += 1
        return True

    def _send(self, piece: bytes, sink: socket.socket, bytes_per_second: int) -> None:
        if not bytes_per_second:
            sink.sendall(piece)
            return
        step = max(1, bytes_per_second // _SLICES_PER_SECOND)
        for start in range(0, len(piece), step):
            sink.sendall(piece[start : start + step])
            if self.weather.bytes_per_second:
                time.sleep(1 / _SLICES_PER_SECOND)

    def _happens(self, chance: float) -> bool:
        happens = chance > 0 and self._rng.random() < chance
        self.harmed += happens
        return happens


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
