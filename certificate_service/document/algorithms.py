"""Names of the algorithms behind a certificate, as trust lists call them when one is broken."""

from collections.abc import Sequence

from asn1crypto import x509

_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


def chain_algorithms(
    certificate: x509.Certificate, known: Sequence[x509.Certificate]
) -> frozenset[str]:
    """Every key and digest algorithm from this certificate's key up to its root.

    Args:
        certificate: The signer's.
        known: Where its issuers are looked for; a chain that ends early is named as far as it goes.
    """
    by_subject = {one.subject.hashable: one for one in known}
    names: set[str] = set()
    current: x509.Certificate | None = certificate
    for _step in range(len(known) + 1):
        if current is None:
            break
        names.add(key_algorithm(current))
        if current.self_issued:
            break
        names.add(_digest(current.hash_algo))
        current = by_subject.get(current.issuer.hashable)
    return frozenset(names)


def key_algorithm(certificate: x509.Certificate) -> str:
    """e.g. "P-256", "RSA-3072", "ed25519"."""
    key = certificate.public_key
    if key.algorithm == "ec":
        kind, curve = key.curve
        return _CURVES.get(str(curve), f"{kind} {curve}")
    if key.algorithm in ("rsa", "rsassa_pss"):
        return f"RSA-{key.bit_size}"
    return str(key.algorithm)


def _digest(name: str | None) -> str:
    return "" if name is None else name.upper().replace("SHA", "SHA-", 1)
