"""Ports that no other process takes between their choice and their use.

Tests choose an address long before anything listens there, and start it again later. The system's
own range goes to every outgoing connection, and two test processes might choose alike: so each
process claims blocks of ports below that range, by holding the first port of a block as UDP.
"""

import socket
from collections.abc import Iterator

from deploy.localnet.ports import LOOPBACK, LOWEST, is_free

_FIRST, _BLOCK = 10240, 64
_claims: list[socket.socket] = []


def _numbers() -> Iterator[int]:
    for block in range(_FIRST, LOWEST, _BLOCK):
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind((LOOPBACK, block))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        for port in range(block + 1, block + _BLOCK):
            if is_free(f"{LOOPBACK}:{port}"):
                yield port


_free = _numbers()


def free_port() -> int:
    """A port on loopback that this process was not given before and that is nobody else's."""
    return next(_free)
