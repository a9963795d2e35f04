"""Use cases: issue, verify, withdraw."""
