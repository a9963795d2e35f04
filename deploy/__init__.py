"""Whole federations on one machine; the only code that knows every process."""
