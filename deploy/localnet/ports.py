"""Free ports on loopback."""

import secrets
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
LOWEST = 20480
"""Below it lie the ports of well-known services."""
_GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")


def choose_ports(count: int) -> tuple[int, ...]:
    """`count` different ports that were free a moment ago and that stay free while nobody asks.

    The system gives the ports of its own range to every outgoing connection: one of those may be
    taken before its server listens, or while it is started anew.
    """
    with ExitStack() as stack:
        # All are held until all are chosen, so that none is given twice.
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        return tuple(_bind(bound) for bound in sockets)


def _bind(bound: socket.socket) -> int:
    """The socket has a port below the system's own range; any where there is no room below."""
    room = _highest() - LOWEST
    for _ in range(1000 if room > 0 else 0):
        with suppress(OSError):
            bound.bind((LOOPBACK, LOWEST + secrets.randbelow(room)))
            return int(bound.getsockname()[1])
    bound.bind((LOOPBACK, 0))
    return int(bound.getsockname()[1])


def _highest() -> int:
    """The first port that the system gives away by itself; 32768 where it does not say."""
    try:
        return int(_GIVEN_AWAY.read_text("ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 32768


def is_free(address: str) -> bool:
    """Whether nothing listens at "host:port"."""
    host, port = address.rsplit(":", 1)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError:
            return False
    return True


def is_listening(address: str) -> bool:
    """Whether a connection to "host:port" is taken."""
    host, port = address.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), timeout=0.5):
            return True
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """True as soon as the condition holds, False after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
