"""Signed bytes: envelopes, statements, act tokens. Verifies before it parses.

Read in this order: `suites.py` (which algorithms exist), `dsse.py` (what is signed),
`strict_json.py` and `statement.py` (what it says), `act_claims.py` and `act_token.py` (who acts),
`jwk.py`.

    envelope = sign_statement(Receipt(...), signer)
    opened = open_statement(envelope, Receipt, view.sign_keys("shangrao", now))
    opened.statement, opened.envelope_id, opened.kids
"""
