"""The tamper-evident log: hashes, proofs, checkpoints, storage."""
