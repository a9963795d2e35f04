"""Version 1 of the protocols; generated modules stand beside their sources."""
