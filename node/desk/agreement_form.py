"""The form of an agreement's text (M4) as an `Agreement`, or what is wrong with it by field."""

import re
from collections.abc import Sequence
from datetime import date

from records.agreement_rules import DELIVERIES, GRANULARITY, REDACTIONS, SEAL_MODES
from records.agreements import Agreement
from records.eligibility_terms import Requester
from records.kinds import KINDS
from records.purposes import PURPOSES
from webui.form import Form
from webui.words import Words

DIRECTIONS = ("both", "we_ask", "they_ask")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_PHONE = re.compile(r"[0-9+ ()-]{5,24}")
_NUMBERS = {
    "year_from": (1800, 2200),
    "year_to": (1800, 2200),
    "minutes": (1, 1440),
    "daily_quota": (1, 100_000),
    "notice_days": (1, 365),
}
"""Field → least and most."""
_CHOICES: dict[str, frozenset[str]] = {
    "categories": frozenset(KINDS),
    "requester_types": frozenset(Requester),
    "purposes": frozenset(PURPOSES),
    "delivery": DELIVERIES,
    "redactions": frozenset(REDACTIONS),
}
_NEEDED = ("categories", "requester_types", "delivery")
_MOST_BASIS = 200


class AgreementForm:
    """Reads one form; collects every mistake rather than the first."""

    def __init__(self, form: Form, words: Words, ours: str) -> None:
        """`ours` is the slug of our own node: a party of every text written here."""
        self._form, self._words, self._ours = form, words, ours
        self._errors: dict[str, str] = {}

    def read(self, known: Sequence[Agreement]) -> tuple[Agreement | None, dict[str, str]]:
        """The text, or None and the sentence for each field. A known id is amended."""
        form = self._form
        partner = form.text("partner").lower()
        if not _SLUG.fullmatch(partner) or partner == self._ours:
            self._wrong("partner")
        numbers = {name: self._number(name) for name in _NUMBERS}
        choices = {name: self._chosen(name) for name in _CHOICES}
        start, end = self._day("valid_from"), self._day("valid_to")
        granularity = self._one_of("granularity", GRANULARITY)
        seal_mode = self._one_of("seal_mode", tuple(SEAL_MODES))
        asking, holding = self._sides(partner)
        contacts = {self._ours: self._phone("our_phone"), partner: self._phone("their_phone")}
        basis = form.text("legal_basis")
        if not 1 <= len(basis) <= _MOST_BASIS:
            self._wrong("legal_basis")
        if numbers["year_from"] > numbers["year_to"]:
            self._wrong("year_to")
        if start and end and end <= start:
            self._wrong("valid_to")
        if self._errors or start is None or end is None:
            return None, self._errors
        name = self._name(partner, start.year, known)
        return Agreement(
            agreement_id=name,
            version=max((one.version for one in known if one.agreement_id == name), default=0) + 1,
            asking_nodes=asking,
            holding_nodes=holding,
            categories=choices["categories"],
            requester_types=choices["requester_types"],
            purposes=choices["purposes"],
            granularity=granularity,
            seal_mode=seal_mode,
            legal_basis=basis,
            valid_from=start,
            valid_to=end,
            contacts=contacts,
            delivery=choices["delivery"],
            redactions=choices["redactions"],
            **numbers,
        ), {}

    def _name(self, partner: str, year: int, known: Sequence[Agreement]) -> str:
        amended = self._form.text("agreement_id")
        if amended and any(one.agreement_id == amended for one in known):
            return amended
        return "-".join([*sorted((self._ours, partner)), str(year)])

    def _sides(self, partner: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        both = tuple(sorted((self._ours, partner)))
        direction = self._form.text("direction", DIRECTIONS[0])
        if direction == "we_ask":
            return (self._ours,), (partner,)
        if direction == "they_ask":
            return (partner,), (self._ours,)
        return both, both

    def _number(self, name: str) -> int:
        text, (least, most) = self._form.text(name), _NUMBERS[name]
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            self._errors[name] = self._words("agreements.wrong_number", least=least, most=most)
            return least
        return int(text)

    def _chosen(self, name: str) -> tuple[str, ...]:
        chosen = tuple(dict.fromkeys(self._form.all(name)))
        if not _CHOICES[name].issuperset(chosen) or (name in _NEEDED and not chosen):
            self._wrong(name)
        return chosen

    def _one_of(self, name: str, allowed: Sequence[str]) -> str:
        value = self._form.text(name)
        if value not in allowed:
            self._wrong(name)
        return value

    def _day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self._form.text(name))
        except ValueError:
            self._wrong(name)
            return None

    def _phone(self, name: str) -> str:
        value = self._form.text(name)
        if not _PHONE.fullmatch(value):
            self._wrong(name)
        return value

    def _wrong(self, name: str) -> None:
        self._errors[name] = self._words(f"agreements.wrong_{name}")


def default_fields(today: date) -> dict[str, tuple[str, ...]]:
    """A new form: what most agreements say, three years from today."""
    return {
        "direction": ("both",),
        "requester_types": ("party", "spouse", "agent", "guardian", "relative_of_deceased"),
        "year_from": ("1949",),
        "year_to": (str(today.year),),
        "granularity": ("extract",),
        "seal_mode": ("HOLDER_ELECTRONIC",),
        "minutes": ("15",),
        "legal_basis": ("《中华人民共和国档案法》第二十八条",),
        "valid_from": (today.isoformat(),),
        "valid_to": (date(today.year + 3, 12, 31).isoformat(),),
        "daily_quota": ("200",),
        "notice_days": ("30",),
        "delivery": ("window",),
    }


def fields_of(agreement: Agreement, ours: str) -> dict[str, tuple[str, ...]]:
    """The form as it would have to be filled in for this text, seen from our side."""
    one = agreement
    others = [node for node in (*one.asking_nodes, *one.holding_nodes) if node != ours]
    partner = others[0] if others else ""
    asks, answers = ours in one.asking_nodes, ours in one.holding_nodes
    return {
        "agreement_id": (one.agreement_id,),
        "partner": (partner,),
        "direction": ("both" if asks and answers else "we_ask" if asks else "they_ask",),
        "our_phone": (one.contacts.get(ours, ""),),
        "their_phone": (one.contacts.get(partner, ""),),
        "categories": one.categories,
        "requester_types": one.requester_types,
        "purposes": one.purposes,
        "year_from": (str(one.year_from),),
        "year_to": (str(one.year_to),),
        "granularity": (one.granularity,),
        "seal_mode": (one.seal_mode,),
        "minutes": (str(one.minutes),),
        "legal_basis": (one.legal_basis,),
        "valid_from": (one.valid_from.isoformat(),),
        "valid_to": (one.valid_to.isoformat(),),
        "daily_quota": (str(one.daily_quota),),
        "notice_days": (str(one.notice_days),),
        "delivery": one.delivery,
        "redactions": one.redactions,
    }
