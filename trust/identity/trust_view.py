"""The door to everything that hangs from the trust list.

Read in this order: `council.py` (what is pinned), `list_rules.py` (what a list must be),
`verified_list.py` (who is a member, whose key is this), `declared.py` (what members declare).
"""

from trust.identity.council import CouncilKeys, council_from_json, council_to_json
from trust.identity.declared import (
    check_appointment_in_force,
    check_key_in_force,
    hpke_key_of,
    log_key_of,
    officer_key,
    open_appointment,
    open_endpoint,
    open_head,
    open_key_statement,
    require_signer,
    verify_appointment,
    verify_key_statement,
)
from trust.identity.verified_list import (
    CLOCK_SKEW,
    TrustView,
    is_in_force,
    open_past_trust_list,
    verify_trust_list,
)

__all__ = [
    "CLOCK_SKEW",
    "CouncilKeys",
    "TrustView",
    "check_appointment_in_force",
    "check_key_in_force",
    "council_from_json",
    "council_to_json",
    "hpke_key_of",
    "is_in_force",
    "log_key_of",
    "officer_key",
    "open_appointment",
    "open_endpoint",
    "open_head",
    "open_key_statement",
    "open_past_trust_list",
    "require_signer",
    "verify_appointment",
    "verify_key_statement",
    "verify_trust_list",
]
