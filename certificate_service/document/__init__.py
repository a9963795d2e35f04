"""Draws what was ordered: pages, seal, QR code, archival PDF and its signature.

Admission rule: everything here turns values into PDF bytes or reads them back. It decides
nothing: whether a document may be made, and whether one is genuine, is the domain's business.
"""
