"""Merkle proofs against transparency-dev/merkle's vectors, RFC values and brute force."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from records.refusal import Refusal
from trust.transparency import merkle

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
# Roots of the eight leaves of certificate-transparency's reference tests (RFC 6962 logs).
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def nodes_of(leaves: list[bytes]) -> merkle.Nodes:
    def get(level: int, index: int) -> bytes:
        width = 1 << level
        return brute_root(leaves[index * width : (index + 1) * width])

    return get


def brute_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word for word and slow."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + brute_root(leaves[:k]) + brute_root(leaves[k:])).digest()


def unbase64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def agrees(want_error: bool, proof: object) -> bool:
    try:
        proof()  # type: ignore[operator]
    except Refusal as refusal:
        assert refusal.code == "LOG_PROOF_INVALID"
        return want_error
    return not want_error


@pytest.mark.shared_data
def test_every_published_vector_agrees(shared_data: Path) -> None:
    counted = {"inclusion": 0, "consistency": 0}
    for path in sorted((shared_data / "transparency" / "merkle").glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        kind = path.name.split("__")[0]
        if kind == "inclusion":
            ok = agrees(case["wantErr"], lambda c=case: check_inclusion(c))
        elif kind == "consistency":
            ok = agrees(case["wantErr"], lambda c=case: check_consistency(c))
        else:
            continue  # subtree proofs are a later draft; nothing of ours claims them
        assert ok, path.name
        counted[kind] += 1
    assert counted["inclusion"] >= 20
    assert counted["consistency"] >= 20


def check_inclusion(case: dict[str, object]) -> None:
    merkle.verify_inclusion(
        int(str(case["leafIdx"])),
        int(str(case["treeSize"])),
        unbase64(str(case["leafHash"])),
        [unbase64(value) for value in case["proof"] or []],  # type: ignore[attr-defined]
        unbase64(str(case["root"])),
    )


def check_consistency(case: dict[str, object]) -> None:
    merkle.verify_consistency(
        int(str(case["size1"])),
        int(str(case["size2"])),
        unbase64(str(case["root1"])),
        unbase64(str(case["root2"])),
        [unbase64(value) for value in case["proof"] or []],  # type: ignore[attr-defined]
    )


def test_reference_roots_are_reproduced() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in LEAVES]
    assert merkle.empty_root().hex() == EMPTY
    assert merkle.root(nodes_of(leaves), 0).hex() == EMPTY
    for size, expected in enumerate(ROOTS, start=1):
        assert merkle.root(nodes_of(leaves), size).hex() == expected


def test_every_proof_up_to_130_leaves_agrees_with_brute_force() -> None:
    leaves = [b"leaf %d" % n for n in range(130)]
    roots = [brute_root(leaves[:size]) for size in range(131)]
    cache: dict[tuple[int, int], bytes] = {}

    def nodes(level: int, index: int) -> bytes:
        key = (level, index)
        if key not in cache:
            width = 1 << level
            cache[key] = brute_root(leaves[index * width : (index + 1) * width])
        return cache[key]

    for size in range(1, 131):
        assert merkle.root(nodes, size) == roots[size]
        for index in range(size):
            proof = merkle.inclusion_proof(nodes, index, size)
            merkle.verify_inclusion(
                index, size, merkle.leaf_hash(leaves[index]), proof, roots[size]
            )
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(nodes, old, size)
            merkle.verify_consistency(old, size, roots[old], roots[size], proof)


def test_a_proof_fits_no_other_place() -> None:
    leaves = [b"leaf %d" % n for n in range(21)]
    nodes = nodes_of(leaves)
    root = merkle.root(nodes, 21)
    leaf = merkle.leaf_hash(leaves[7])
    proof = merkle.inclusion_proof(nodes, 7, 21)
    spoilt: list[tuple[int, int, bytes, list[bytes], bytes]] = [
        (6, 21, leaf, list(proof), root),
        (7, 16, leaf, list(proof), root),
        (7, 33, leaf, list(proof), root),
        (7, 21, merkle.leaf_hash(b"x"), list(proof), root),
        (7, 21, leaf, list(proof[:-1]), root),
        (7, 21, leaf, [*proof, bytes(32)], root),
        (7, 21, leaf, list(reversed(proof)), root),
        (7, 21, leaf, [proof[0][:31], *proof[1:]], root),
        (7, 21, leaf[:31], list(proof), root),
        (7, 21, leaf, list(proof), root[:31]),
        (-1, 21, leaf, list(proof), root),
        (21, 21, leaf, list(proof), root),
        (0, 0, leaf, [], root),
        (7, 21, leaf, list(proof) * 20, root),
        # A node of the tree is no leaf: the 0x00 and 0x01 prefixes part them.
        (0, 2, merkle.leaf_hash(nodes(1, 0) + nodes(1, 1)), [nodes(1, 1)], merkle.root(nodes, 4)),
    ]
    for case in spoilt:
        with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
            merkle.verify_inclusion(*case)


def test_a_proof_is_only_made_where_there_is_something_to_prove() -> None:
    nodes = nodes_of([b"a", b"b", b"c"])
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(Refusal, match="LOG_ENTRY_MISSING"):
            merkle.inclusion_proof(nodes, index, size)
    for old, size in ((-1, 3), (4, 3)):
        with pytest.raises(Refusal, match="LOG_ENTRY_MISSING"):
            merkle.consistency_proof(nodes, old, size)
    assert merkle.consistency_proof(nodes, 0, 3) == ()
    assert merkle.consistency_proof(nodes, 3, 3) == ()
