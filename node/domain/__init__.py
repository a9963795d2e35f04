"""Rules of a node, pure: cases, comparison, disclosure."""
