"""Finds out, one layer after the other, why a server of ours cannot be reached. Sends no data.

name → address → port → TLS 1.3 → chain to our roots → the right participant. Each layer has its own
reason with its own remedy, because "connection failed" is what operators of such networks complain
about most (peers.md §4, 8).
"""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509

from records.refusal import Refusal
from trust.channel import probe_reasons as reasons
from trust.identity.chain import read_participant
from trust.identity.participant import Participant

TIMEOUT_SECONDS = 4.0
# OpenSSL's X509_V_ERR_*: the dates of a certificate, and the name in it.
_NOT_YET_VALID, _EXPIRED, _HOSTNAME = 9, 10, 62
Resolve = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A server that showed the right certificate."""

    address: str
    """Numeric address that answered."""
    leaf: x509.Certificate


def split_target(target: str) -> tuple[str, int]:
    """Host and port of "host:port".

    Raises:
        Refusal: PROBE_ADDRESS.
    """
    host, _, port = target.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise Refusal(reasons.PROBE_ADDRESS, target[:80])
    return host.strip("[]"), int(port)


def resolve(host: str) -> list[str]:
    """Numeric addresses of a host.

    Raises:
        Refusal: PROBE_DNS.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as fault:
        raise Refusal(reasons.PROBE_DNS, host[:80]) from fault
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(addresses: list[str], port: int) -> tuple[socket.socket, str]:
    """An open connection to the first address that answers.

    Raises:
        Refusal: PROBE_PORT_CLOSED (somebody said no), PROBE_PORT_SILENT (nobody answered).
    """
    reason = reasons.PROBE_PORT_SILENT
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=TIMEOUT_SECONDS), address
        except ConnectionRefusedError:
            reason = reasons.PROBE_PORT_CLOSED
        except OSError:
            continue
    raise Refusal(reason, f"{addresses[0]}:{port}")


def verify_server(
    connection: socket.socket, address: str, expected: Participant, roots_pem: bytes
) -> Reached:
    """What the server on this connection proved; the connection is closed.

    Raises:
        Refusal: PROBE_NOT_TLS, PROBE_TLS_VERSION, PROBE_CHAIN, PROBE_DATES, PROBE_OTHER_SERVER.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["h2"])
    try:
        context.load_verify_locations(cadata=roots_pem.decode("ascii", "replace"))
    except ssl.SSLError as fault:
        raise Refusal(reasons.PROBE_CHAIN, "roots file") from fault
    try:
        with (
            connection,
            context.wrap_socket(connection, server_hostname=expected.dns_name) as tls,
        ):
            shown = tls.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError as fault:
        raise _certificate_fault(fault, expected) from fault
    except ssl.SSLError as fault:
        spoke = "VERSION" in str(fault.reason) and "WRONG" not in str(fault.reason)
        reason = reasons.PROBE_TLS_VERSION if spoke else reasons.PROBE_NOT_TLS
        raise Refusal(reason, address) from fault
    except OSError as fault:
        raise Refusal(reasons.PROBE_NOT_TLS, address) from fault
    if shown is None:
        raise Refusal(reasons.PROBE_CHAIN, "no certificate")
    leaf = x509.load_der_x509_certificate(shown)
    if read_participant(leaf) != expected:
        raise Refusal(reasons.PROBE_OTHER_SERVER, expected.slug)
    return Reached(address=address, leaf=leaf)


def _certificate_fault(fault: ssl.SSLCertVerificationError, expected: Participant) -> Refusal:
    if fault.verify_code in (_NOT_YET_VALID, _EXPIRED):
        return Refusal(reasons.PROBE_DATES, fault.verify_message)
    if fault.verify_code == _HOSTNAME:
        return Refusal(reasons.PROBE_OTHER_SERVER, expected.slug)
    return Refusal(reasons.PROBE_CHAIN, fault.verify_message)
