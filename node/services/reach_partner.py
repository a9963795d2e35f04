"""Which way a partner is reached: over a connection, or by post."""

from collections.abc import Callable, Iterator, Mapping

from node.domain.cases import OutboxMessage
from node.ports import Partner
from trust.envelope.dsse import Envelope
from trust.identity.directory import DirectorySnapshot

POST_SCHEME = "post:"
"""An endpoint "post:<relay>" says: leave sealed messages for me there."""


def is_by_post(snapshot: DirectorySnapshot, node_id: str) -> bool:
    """Whether the directory says that the node is reached by post only."""
    found = snapshot.endpoints.get(node_id)
    return found is not None and found.statement.grpc.startswith(POST_SCHEME)


class ReachPartner:
    """`Partner` that takes the way which a node asks for."""

    def __init__(self, direct: Partner, post: Partner, prefers_post: Callable[[str], bool]) -> None:
        """`prefers_post` says, by node id, who is reached by post."""
        self._direct = direct
        self._post = post
        self._prefers_post = prefers_post

    def send(self, message: OutboxMessage) -> Envelope:
        """See `Partner.send`."""
        return self._way(message.recipient).send(message)

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        """See `Partner.fetch_file`."""
        return self._way(node_id).fetch_file(node_id, case_no, sha256)

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        """See `Partner.locate`."""
        return self._way(node_id).locate(node_id, question, act, seconds)

    def _way(self, node_id: str) -> Partner:
        return self._post if self._prefers_post(node_id) else self._direct
