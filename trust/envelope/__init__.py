"""Signed bytes: envelopes, statements, act tokens. Verifies before it parses."""
