"""Patterns that must not come back, each with the reason (trust.md §11)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.gates.finding import Finding, hand_written


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A regular expression over one line, and where it is allowed after all."""

    regex: str
    why: str
    allowed: tuple[str, ...] = ()
    """Path prefixes, relative to the root."""


PATTERNS = (
    Pattern(
        regex=r"insecure_channel|add_insecure_port|insecure_server_credentials",
        why="every call runs over mutual TLS",
    ),
    Pattern(regex=r"ssl_target_name_override", why="the expected participant is pinned instead"),
    Pattern(
        regex=r"\bjwt\.(decode|encode)\b|PyJW[ST]\(",
        why="tokens are read in one place, with one pinned algorithm",
        allowed=("trust/envelope/act_token.py", "trust/envelope/act_token_"),
    ),
    Pattern(regex=r"\b(jku|x5u)\b.*get|headers?\[.(jku|x5u|jwk).\]", why="no key from a header"),
    Pattern(
        regex=r"^\s*(import random\b|from random import)",
        why="secrets and choices come from an injected source",
        allowed=("deploy/holdings/",),
    ),
    Pattern(
        regex=r"\btime\.time\(\)|\bdatetime\.(now|utcnow)\(|\bdate\.today\(",
        why="time is an argument",
        allowed=(
            "deploy/",
            "node/bootstrap.py",
            "node/cli/",
            "node/desk/clock.py",
            "federation_registry/bootstrap.py",
            "federation_registry/cli/",
            "certificate_service/adapters/seal_signer.py",
            "certificate_service/bootstrap.py",
            "certificate_service/cli/",
        ),
    ),
    Pattern(regex=r"verify\s*=\s*False|verify_mode\s*=\s*ssl\.CERT_NONE", why="peers are verified"),
    Pattern(regex=r"\.i?like\((?!.*escape=)", why="LIKE needs an escape character"),
    Pattern(
        regex=r"\bexecute\(\s*f[\"']|(?<!\.)\btext\(\s*f[\"']",
        why="SQL is never put together from strings",
    ),
    Pattern(regex=r"\bpickle\b|\bmarshal\b|yaml\.load\(", why="no format that runs code"),
    Pattern(regex=r"(?<![\w.])(eval|exec)\(", why="no code from data"),
    Pattern(regex=r"/(home|root)/\w", why="no machine paths"),
)


def check_forbidden(root: Path) -> Iterator[Finding]:
    """Every line of the product that matches a pattern where it is not allowed."""
    compiled = [(re.compile(pattern.regex), pattern) for pattern in PATTERNS]
    for path in hand_written(root):
        name = str(path.relative_to(root))
        if name == "deploy/gates/forbidden.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for regex, pattern in compiled:
                if regex.search(line) and not name.startswith(pattern.allowed or ("\0",)):
                    yield Finding(path=name, line=number, what=f"{regex.pattern}: {pattern.why}")
