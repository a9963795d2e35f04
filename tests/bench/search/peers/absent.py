"""What is said of a peer that cannot be had."""


class PeerAbsentError(Exception):
    """The peer cannot be had here; the message says why."""
