"""Seals what two officers of a holder ordered, and lets anyone verify it."""
