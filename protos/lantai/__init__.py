"""Namespace of the protocols."""
