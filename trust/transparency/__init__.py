"""The tamper-evident log: hashes, proofs, checkpoints, storage, evidence.

Read in this order: `merkle.py` (RFC 9162), `note.py`, `checkpoint.py`, `proof.py` (C2SP formats),
`leaf.py` (what is said), `tables.py` and `log.py` (where it is kept), `audit.py` (fsck),
`evidence_pack.py` and `evidence.py` (what leaves the house).

    with transaction(engine) as conn:
        ...                                     # the state change
        index = TransparencyLog().append(conn, log_origin(domain, code), encode_leaf(Leaf(...)))
"""
