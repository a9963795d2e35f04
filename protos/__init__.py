"""Contracts between strangers: protocol files and the code generated from them."""
