"""Free ports on loopback."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"


def choose_ports(count: int) -> tuple[int, ...]:
    """`count` different ports that were free a moment ago."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for bound in sockets:
            # All are held until all are chosen, so that none is given twice.
            bound.bind((LOOPBACK, 0))
        return tuple(bound.getsockname()[1] for bound in sockets)


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
