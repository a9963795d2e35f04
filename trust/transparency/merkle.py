"""RFC 6962 / RFC 9162 Merkle trees: hashing, proofs, and their verification. Pure.

Nothing is stored here: proofs are built over `Nodes`, a function that returns the hash of a
perfect subtree, so that a database, a tile server and a list in a test are all the same.
"""

import hashlib
from collections.abc import Callable, Sequence

from records.refusal import Refusal
from trust.transparency import reasons

HASH_BYTES = 32
MAX_PROOF_HASHES = 64
Nodes = Callable[[int, int], bytes]
"""`nodes(level, index)`: hash of the perfect subtree of 2**level leaves whose first leaf is
`index * 2**level`."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf: SHA-256(0x00 || leaf) (RFC 9162 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees: SHA-256(0x01 || left || right) (RFC 9162 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def empty_root() -> bytes:
    """Root of the tree without leaves: SHA-256 of nothing."""
    return hashlib.sha256(b"").digest()


def root(nodes: Nodes, size: int) -> bytes:
    """Root of the first `size` leaves."""
    return _subtree(nodes, 0, size)


def inclusion_proof(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """Audit path of leaf `index` in the tree of `size` leaves, from the leaf up (2.1.3.1).

    Raises:
        Refusal: LOG_ENTRY_MISSING when there is no such leaf in that tree.
    """
    if not 0 <= index < size:
        raise Refusal(reasons.LOG_ENTRY_MISSING, f"index {index} of {size}")
    return tuple(_path(nodes, index, 0, size))


def consistency_proof(nodes: Nodes, old_size: int, size: int) -> tuple[bytes, ...]:
    """Proof that the tree of `size` leaves continues the one of `old_size` (2.1.4.1).

    Empty for equal sizes and for `old_size` 0, where there is nothing to prove.

    Raises:
        Refusal: LOG_ENTRY_MISSING unless 0 <= old_size <= size.
    """
    if not 0 <= old_size <= size:
        raise Refusal(reasons.LOG_ENTRY_MISSING, f"size {old_size} of {size}")
    if old_size in (0, size):
        return ()
    return tuple(_subproof(nodes, old_size, 0, size, whole=True))


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root_hash: bytes
) -> None:
    """Return only if the leaf with hash `leaf` is at `index` of the tree (RFC 9162 2.1.3.2).

    Raises:
        Refusal: LOG_PROOF_INVALID.
    """
    _check_hashes((leaf, root_hash, *proof))
    if not 0 <= index < size:
        raise Refusal(reasons.LOG_PROOF_INVALID, "index is outside the tree")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            raise Refusal(reasons.LOG_PROOF_INVALID, "proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refusal(reasons.LOG_PROOF_INVALID, "proof is too short")
    if r != root_hash:
        raise Refusal(reasons.LOG_PROOF_INVALID, "root differs")


def verify_consistency(
    old_size: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return only if the newer tree begins with the older one (RFC 9162 2.1.4.2).

    An old size of 0 is refused: everything continues the empty tree, so it proves nothing.

    Raises:
        Refusal: LOG_PROOF_INVALID.
    """
    _check_hashes((old_root, new_root, *proof))
    if not 0 < old_size <= size:
        raise Refusal(reasons.LOG_PROOF_INVALID, "sizes")
    if old_size == size:
        if proof or old_root != new_root:
            raise Refusal(reasons.LOG_PROOF_INVALID, "same size, other tree")
        return
    if not proof:
        raise Refusal(reasons.LOG_PROOF_INVALID, "proof is empty")
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    old, new = _replay(old_size, size, path)
    if old != old_root or new != new_root:
        raise Refusal(reasons.LOG_PROOF_INVALID, "root differs")


def _replay(old_size: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Steps 4 to 6 of RFC 9162 2.1.4.2: both roots as the path spells them."""
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise Refusal(reasons.LOG_PROOF_INVALID, "proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refusal(reasons.LOG_PROOF_INVALID, "proof is too short")
    return fr, sr


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(value) != HASH_BYTES for value in hashes) or len(hashes) > MAX_PROOF_HASHES + 2:
        raise Refusal(reasons.LOG_PROOF_INVALID, "hash length or count")


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(nodes: Nodes, start: int, end: int) -> bytes:
    """Hash of leaves [start, end); `start` is aligned to the subtree."""
    count = end - start
    if count == 0:
        return empty_root()
    if count & (count - 1) == 0:
        return nodes(count.bit_length() - 1, start // count)
    k = _split(count)
    return node_hash(_subtree(nodes, start, start + k), _subtree(nodes, start + k, end))


def _path(nodes: Nodes, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    k = _split(end - start)
    if index < start + k:
        return [*_path(nodes, index, start, start + k), _subtree(nodes, start + k, end)]
    return [*_path(nodes, index, start + k, end), _subtree(nodes, start, start + k)]


def _subproof(nodes: Nodes, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    if old == end - start:
        return [] if whole else [_subtree(nodes, start, end)]
    k = _split(end - start)
    if old <= k:
        return [
            *_subproof(nodes, old, start, start + k, whole=whole),
            _subtree(nodes, start + k, end),
        ]
    return [
        *_subproof(nodes, old - k, start + k, end, whole=False),
        _subtree(nodes, start, start + k),
    ]
