"""The name of a participant, as its certificates and its connections carry it.

A participant is a node, a registry or a certificate service. Its SPIFFE-style URI
(`spiffe://<trust domain>/node/<slug>`) stands once in its certificate; the DNS name
(`<slug>.node.<trust domain>`) is what a caller demands to find there, whatever the address. This
module refuses any other spelling: two spellings of one name would be two identities.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from records.refusal import Refusal
from trust.identity.reasons import IDENTITY_MALFORMED

_SLUG = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,31}")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TRUST_DOMAIN = re.compile(rf"(?=.{{1,190}}\Z){_LABEL}(?:\.{_LABEL})+")
_URI = re.compile(r"spiffe://([^/]{1,190})/(node|registry|certsvc)/([^/]{1,32})")


class ParticipantKind(StrEnum):
    """What a participant does; also the path segment of its URI."""

    NODE = "node"
    """Answers for one or more archives."""
    REGISTRY = "registry"
    """Collects and publishes what members signed."""
    CERTSVC = "certsvc"
    """Seals what two officers of the holder ordered."""

    @property
    def listed(self) -> str:
        """The word of the trust list for this kind (`Member.kind`)."""
        return "certificate_service" if self is ParticipantKind.CERTSVC else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One participant: kind, slug and the federation that it belongs to.

    Raises:
        Refusal: IDENTITY_MALFORMED where slug or trust domain break the rules.
    """

    kind: ParticipantKind
    """Node, registry or certificate service."""
    slug: str
    """2 to 32 lower-case letters, digits and single hyphens; equals `Member.participant_id`."""
    trust_domain: str
    """DNS name of the federation, lower case, e.g. "demo.invalid"."""

    def __post_init__(self) -> None:
        """Refuse a name that could be spelled in two ways."""
        if not _SLUG.fullmatch(self.slug):
            raise Refusal(IDENTITY_MALFORMED, "slug")
        if not _TRUST_DOMAIN.fullmatch(self.trust_domain):
            raise Refusal(IDENTITY_MALFORMED, "trust domain")

    @property
    def uri(self) -> str:
        """`spiffe://<trust domain>/<kind>/<slug>`."""
        return f"spiffe://{self.trust_domain}/{self.kind.value}/{self.slug}"

    @property
    def dns_name(self) -> str:
        """`<slug>.<kind>.<trust domain>`."""
        return f"{self.slug}.{self.kind.value}.{self.trust_domain}"

    @classmethod
    def parse_uri(cls, uri: str) -> Self:
        """The participant that a URI names.

        Raises:
            Refusal: IDENTITY_MALFORMED for anything but the one spelling.
        """
        match = _URI.fullmatch(uri)
        if match is None:
            raise Refusal(IDENTITY_MALFORMED, "uri")
        trust_domain, kind, slug = match.groups()
        return cls(kind=ParticipantKind(kind), slug=slug, trust_domain=trust_domain)


def constrained_names(trust_domain: str) -> tuple[str, ...]:
    """DNS subtrees that the issuing authority of a trust domain is fenced into."""
    return tuple(f"{kind.value}.{trust_domain}" for kind in ParticipantKind)
