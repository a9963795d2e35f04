"""`federation.json`: where everything is (interfaces.md §2). Mode 0600: it holds demo logins."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.reasons import FEDERATION_MISSING, LOGIN_UNKNOWN
from records.refusal import Refusal

FILE_NAME = "federation.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A demo login of one officer: random for each federation, loopback only."""

    role: str
    archive_code: str
    user: str
    password: str
    totp_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntry:
    """A node: where partners, officers and commands find it."""

    node_id: str
    archive: str
    """Name of the archive that runs the node."""
    grpc: str
    desk: str
    """Address of the pages, http://127.0.0.1:PORT."""
    data: str
    archives: tuple[dict[str, str], ...]
    """`archive_code` and `name` of each hosted archive."""
    logins: tuple[Login, ...]
    citizen: str = ""
    """Address of the citizens' pages in front of this node; empty = it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEntry:
    """What `lantai demo` carried through."""

    case_no: str
    certificate: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """The whole document."""

    registry: dict[str, str]
    """`grpc`, `web`, `data`."""
    certificate_service: dict[str, str]
    """`grpc`, `verify`, `data`."""
    nodes: tuple[NodeEntry, ...]
    trust_list: str
    council_keys: str
    seal_roots: str
    tsa: str
    case: CaseEntry | None = None

    def node(self, node_id: str) -> NodeEntry:
        """The entry of that node; KeyError when there is none."""
        for entry in self.nodes:
            if entry.node_id == node_id:
                return entry
        raise KeyError(node_id)

    def login(self, user: str, archive_code: str = "") -> Login:
        """The demo login of that user, of that archive when several have one.

        Raises:
            Refusal: LOGIN_UNKNOWN.
        """
        found = [
            login
            for node in self.nodes
            for login in node.logins
            if login.user == user and archive_code in ("", login.archive_code)
        ]
        if len(found) != 1:
            raise Refusal(LOGIN_UNKNOWN, f"{len(found)} logins")
        return found[0]


def write_federation(folder: Path, federation: Federation) -> Path:
    """The document is in `folder`, whole and readable by this user only."""
    path = folder / FILE_NAME
    partial = path.with_suffix(".part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(federation), stream, ensure_ascii=False, indent=2)
    partial.replace(path)
    return path


def read_federation(folder: Path) -> Federation:
    """The document in `folder`.

    Raises:
        Refusal: FEDERATION_MISSING.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise Refusal(FEDERATION_MISSING, folder.name)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    case = content.pop("case")
    nodes = tuple(
        NodeEntry(
            **{**node, "archives": tuple(node["archives"])}
            | {"logins": tuple(Login(**login) for login in node["logins"])}
        )
        for node in content.pop("nodes")
    )
    return Federation(nodes=nodes, case=CaseEntry(**case) if case else None, **content)
