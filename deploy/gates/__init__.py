"""Checks that no linter makes for us: generated code, module size, forbidden patterns."""
