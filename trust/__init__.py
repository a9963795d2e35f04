"""Why a stranger's message is believed and a past fact cannot be denied.

Admission rule: identity, envelopes, the channel, the log, and the store that they share. No
word about marriages, requests or certificates: this package may name an archive, nothing else.
"""
