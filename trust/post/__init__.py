"""Messages between networks that may not meet: sealed, carried by anybody, read by one.

`sealing` is HPKE (RFC 9180), `items` signs before it seals and verifies after it opens, `batch`
is the file that a person carries.
"""
