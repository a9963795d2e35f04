"""Certificates, numbers, verdicts: pure rules."""
