"""Implementations of the certificate service's ports."""
