"""The verify site: static signed files and a page; no keys, no database."""
