"""TLS 1.3 only, although gRPC's Python has no option for it (decision 0402).

gRPC takes its TLS 1.2 suites from one environment variable. With a suite there that needs an RSA
certificate, and ECDSA certificates everywhere, nothing in TLS 1.2 fits, while TLS 1.3 chooses its
suites by itself. `verify_listener` asks the running server, because a variable that was set too
late would change nothing.
"""

import os
import socket
import ssl
import sys

CIPHER_SUITES = "ECDHE-RSA-AES256-GCM-SHA384"
VARIABLE = "GRPC_SSL_CIPHER_SUITES"
_HANDSHAKE = b"\x16"
"""First byte of a TLS record that goes on with the handshake (RFC 8446 5.1)."""


def require() -> None:
    """No TLS 1.2 suite that fits our certificates is left to gRPC in this process.

    Call it first in every main. The library reads the variable once, when it is imported: where
    that has happened already, the process starts itself again with the variable set and nothing
    after this call runs in the old one.
    """
    if is_required():
        return
    # Its notes about failed handshakes would stand between our one-line errors on stderr.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # noqa: TID251
    os.environ[VARIABLE] = CIPHER_SUITES  # noqa: TID251 (gRPC reads it there and nowhere else)
    if "grpc" in sys.modules:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (ourselves)


def is_required() -> bool:
    """Whether the variable is set in this process."""
    return os.environ.get(VARIABLE) == CIPHER_SUITES  # noqa: TID251


def verify_listener(host: str, port: int, *, timeout_seconds: float = 30.0) -> None:
    """The listener turns a TLS 1.2 greeting away, with an alert or by closing.

    Raises:
        RuntimeError: it went on with TLS 1.2.
        OSError: it cannot be reached, or said nothing in time.
    """
    with socket.create_connection((host, port), timeout=timeout_seconds) as connection:
        connection.sendall(_tls12_greeting())
        try:
            answer = connection.recv(1)
        except ConnectionResetError:
            answer = b""
    if answer == _HANDSHAKE:
        message = "the server does not refuse TLS 1.2; tls13.require() came too late"
        raise RuntimeError(message)


def _tls12_greeting() -> bytes:
    """A ClientHello that offers TLS 1.2 with every suite that OpenSSL knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    greeting = context.wrap_bio(incoming, outgoing)
    try:
        greeting.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()
