"""The demo's real-name provider: asks nobody, says so on every page, serves sample domains only.

It goes the whole way that a real one goes: a form in another room, a one-time ticket, a question
for the person behind the ticket.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from node.domain.citizen_reasons import REAL_NAME_REFUSED
from node.domain.citizens import ProvenPerson
from records.id_numbers import parse_id_number
from records.person_names import check_name
from records.refusal import Refusal

PATH = "/real-name/demo"
_TICKET_LIFE = timedelta(minutes=5)
_MOST_TICKETS = 1000
_MOBILE_DIGITS = 11


class DemoRealName:
    """`RealName` and `DemoDesk` in this process's memory."""

    def __init__(
        self,
        random: Callable[[int], bytes],
        sign: Callable[[ProvenPerson, datetime], ProvenPerson],
        assurance: str = "national_net_id",
    ) -> None:
        """Tickets from `random`, words by `sign`; all are proven as well as `assurance` says."""
        self._random, self._sign, self._assurance = random, sign, assurance
        self._lock = threading.Lock()
        self._tickets: OrderedDict[str, tuple[str, datetime, ProvenPerson]] = OrderedDict()

    @property
    def is_demo(self) -> bool:
        """True."""
        return True

    def address(self, state: str) -> str:
        """The demo's own form."""
        return f"{PATH}?state={state}"

    def prove(self, fields: Mapping[str, str], state: str, now: datetime) -> str:
        """A one-time ticket for what was typed. Raises Refusal: REAL_NAME_REFUSED."""
        id_no = "".join(fields.get("id_no", "").split()).upper()
        mobile = "".join(fields.get("mobile", "").split())
        try:
            name = fields.get("name", "").strip()
            check_name(name)
            is_whole = parse_id_number(id_no).checksum_holds
        except Refusal as refusal:
            raise Refusal(REAL_NAME_REFUSED) from refusal
        is_mobile = len(mobile) == _MOBILE_DIGITS and mobile.isdigit() and mobile[0] == "1"
        if not is_whole or not is_mobile or not mobile.isascii():
            raise Refusal(REAL_NAME_REFUSED)
        person = ProvenPerson(
            name=name,
            id_type="resident_id",
            id_no=id_no,
            mobile=mobile,
            assurance=self._assurance,
        )
        ticket = self._random(16).hex()
        with self._lock:
            self._tickets[ticket] = (state, now + _TICKET_LIFE, person)
            while len(self._tickets) > _MOST_TICKETS:
                self._tickets.popitem(last=False)
        return ticket

    def redeem(self, ticket: str, state: str, now: datetime) -> ProvenPerson:
        """The person of that ticket; good once, for the state that it was given for.

        Raises:
            Refusal: REAL_NAME_REFUSED.
        """
        with self._lock:
            found = self._tickets.pop(ticket, None)
        if found is None or found[0] != state or now >= found[1]:
            raise Refusal(REAL_NAME_REFUSED)
        return self._sign(found[2], now)
