"""TLS 1.3 only, although gRPC's Python has no option for it (decision 0402).

gRPC takes its TLS 1.2 suites from one environment variable. With a suite there that needs an RSA
certificate, and ECDSA certificates everywhere, nothing in TLS 1.2 fits, while TLS 1.3 chooses its
suites by itself. `verify_listener` asks the running server, because a variable that was set too
late would change nothing.
"""

import os
import socket
import ssl

CIPHER_SUITES = "ECDHE-RSA-AES256-GCM-SHA384"
VARIABLE = "GRPC_SSL_CIPHER_SUITES"
_ALERT = b"\x15"
"""First byte of a TLS alert record (RFC 8446 5.1)."""


def require() -> None:
    """From now on gRPC in this process offers no TLS 1.2 suite that our certificates fit.

    Call it in a bootstrap before the first channel or server of the process.
    """
    os.environ[VARIABLE] = CIPHER_SUITES  # noqa: TID251 (gRPC reads it there and nowhere else)


def is_required() -> bool:
    """Whether `require` was called in this process."""
    return os.environ.get(VARIABLE) == CIPHER_SUITES  # noqa: TID251


def verify_listener(host: str, port: int, *, timeout_seconds: float = 5.0) -> None:
    """The listener answers a TLS 1.2 greeting with an alert.

    Raises:
        RuntimeError: it went on with TLS 1.2, or said nothing that is TLS.
    """
    with socket.create_connection((host, port), timeout=timeout_seconds) as connection:
        connection.sendall(_tls12_greeting())
        answer = connection.recv(1)
    if answer != _ALERT:
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
