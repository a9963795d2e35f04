"""Ports made real: SQL register, key folders, seal signer process, site folder, trust list file.

Admission rule: an adapter speaks domain types on one side and one technology on the other; it
calls no use case.
"""
