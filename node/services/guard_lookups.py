"""Who deals with too many names is stopped and seen (E26, D27): NO_LAWFUL_CASE, alert, report.

Every name that an officer previews, files, opens or searches is counted before anything is shown.
An alert is a row, a leaf in the archive's log and a notice through the port, in one transaction;
the refusal comes after the commit, so that whoever is stopped is also seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from node.case_ports import CaseWriter
from node.domain.escalation import Notice
from node.domain.misuse import (
    ACKNOWLEDGED,
    LONGEST,
    OPEN,
    RULES,
    Alert,
    Finding,
    Lookup,
    MisuseRule,
    judge_lookups,
)
from node.domain.officers import Actor
from node.domain.reasons import TEXT_MALFORMED
from node.domain.rights_reasons import ALERT_UNKNOWN
from node.ports import StaffBook
from node.services.house import House
from records.characters import check_characters
from records.duties import Post
from records.process_reasons import DUTY_NOT_HELD, NO_LAWFUL_CASE
from records.refusal import Refusal

MISUSE_ALERT = "MISUSE_ALERT"
_LOOKERS = frozenset({Post.SUPERVISOR, Post.AUDITOR, Post.LEADER})
_DECIDERS = frozenset({Post.SUPERVISOR, Post.LEADER})
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReport:
    """One alert with the words of its rule, for the supervisor."""

    alert: Alert
    words: str
    officer_name: str


class GuardLookups:
    """Counts names by officer."""

    def __init__(self, house: House, rules: Sequence[MisuseRule] = RULES) -> None:
        """At the archives of `house`."""
        self._house = house
        self._rules = rules

    def admit(self, actor: Actor, kind: str, names: Sequence[str], case_no: str = "") -> None:
        """The names are counted, and the officer may go on.

        Args:
            actor: Who deals with them.
            kind: One of `domain.misuse`.
            names: As typed; only their keyed digests are kept.
            case_no: The case behind them; empty = none.

        Raises:
            Refusal: NO_LAWFUL_CASE while an alert that blocks is open.
        """
        now = self._house.clock()
        spelled = {"".join(name.split()) for name in names if name.strip()}
        with self._house.book.read() as reader:
            kids = reader.person_kids()
            since = now - LONGEST
            past = reader.lookups_of(actor.officer_id, since)
            blocked = any(one.blocks for one in reader.open_alerts(actor.officer_id))
        fresh = {(one.name_key, one.case_no) for one in past if one.kind == kind}
        new = [
            name
            for name in sorted(spelled)
            if fresh.isdisjoint((key, case_no) for key in self._keys(kids, name))
        ]
        if new:
            # Also of whoever is stopped already: the supervisor sees how far it went.
            blocked = self._count(actor, kind, new, case_no) or blocked
        if blocked:
            raise Refusal(NO_LAWFUL_CASE)

    def verify_free(self, actor: Actor) -> None:
        """Return only if nothing stops the officer. Raises Refusal: NO_LAWFUL_CASE."""
        with self._house.book.read() as reader:
            if any(one.blocks for one in reader.open_alerts(actor.officer_id)):
                raise Refusal(NO_LAWFUL_CASE)

    def _count(self, actor: Actor, kind: str, names: Sequence[str], case_no: str) -> bool:
        """Whether the officer is stopped now."""
        now = self._house.clock()
        with self._house.book.write() as book:
            kids = book.person_kids()[:1]
            for name in names:
                lookup = Lookup(
                    officer_id=actor.officer_id,
                    archive_code=actor.archive_code,
                    kind=kind,
                    name_key=self._keys(kids, name)[0],
                    case_no=case_no,
                    at=now,
                )
                book.add_lookup(self._house.new_id(), lookup, now - LONGEST - timedelta(hours=1))
            past = book.lookups_of(actor.officer_id, now - LONGEST)
            found = judge_lookups(past, now, self._rules)
            return any([self._raise_alert(book, actor, one) for one in found])

    def _raise_alert(self, book: CaseWriter, actor: Actor, found: Finding) -> bool:
        """One alert for a rule and an officer while it is open; its count rises with the names."""
        now = self._house.clock()
        known = [one for one in book.open_alerts(actor.officer_id) if one.rule == found.rule.code]
        if known:
            blocks = known[0].blocks or found.blocks
            names = max(found.names, known[0].names)
            book.save_alert(replace(known[0], names=names, blocks=blocks))
            if blocks and not known[0].blocks:
                self._say(book, actor, "misuse_blocked")
            return blocks
        alert = Alert(
            alert_id=self._house.new_id(),
            archive_code=actor.archive_code,
            officer_id=actor.officer_id,
            rule=found.rule.code,
            at=now,
            names=found.names,
            blocks=found.blocks,
        )
        book.save_alert(alert)
        self._say(book, actor, "misuse_blocked" if found.blocks else "misuse_alert")
        return found.blocks

    def _say(self, book: CaseWriter, actor: Actor, kind: str) -> None:
        now = self._house.clock()
        book.note(actor.archive_code, "", kind, actor.officer_id, now)
        book.add_notice(
            Notice(
                notice_id=self._house.new_id(),
                archive_code=actor.archive_code,
                case_no="",
                code=MISUSE_ALERT,
                at=now,
                target=actor.officer_id,
            )
        )

    def _keys(self, kids: Sequence[int], name: str) -> tuple[str, ...]:
        return self._house.people.every(kids, b"name in a lookup\n" + name.encode())


class Alerts:
    """The supervisor's side."""

    def __init__(self, house: House, staff: StaffBook, rules: Sequence[MisuseRule] = RULES) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._staff = staff
        self._words = {rule.code: rule.words for rule in rules}

    def list(self, actor: Actor) -> Sequence[AlertReport]:
        """Alerts at the archive, open ones first. Raises Refusal: DUTY_NOT_HELD."""
        if not _LOOKERS & set(actor.posts):
            raise Refusal(DUTY_NOT_HELD)
        with self._house.book.read() as book:
            found = book.list_alerts(actor.archive_code, _MOST)
        return [
            AlertReport(
                alert=one,
                words=self._words.get(one.rule, one.rule),
                officer_name=self._staff.get(one.officer_id).officer.display_name,
            )
            for one in found
        ]

    def acknowledge(self, alert_id: str, note: str, actor: Actor) -> Alert:
        """The finding is recorded and the officer may go on; the count begins anew.

        Raises:
            Refusal: DUTY_NOT_HELD (also for one's own alert), ALERT_UNKNOWN, TEXT_MALFORMED.
        """
        if not _DECIDERS & set(actor.posts):
            raise Refusal(DUTY_NOT_HELD)
        if not 4 <= len(note.strip()) <= 200:
            raise Refusal(TEXT_MALFORMED, "note: 4-200 characters")
        check_characters(note)
        now = self._house.clock()
        with self._house.book.write() as book:
            known = book.list_alerts(actor.archive_code, _MOST)
            alert = next((one for one in known if one.alert_id == alert_id), None)
            if alert is None or alert.state != OPEN:
                raise Refusal(ALERT_UNKNOWN)
            if alert.officer_id == actor.officer_id:
                raise Refusal(DUTY_NOT_HELD, "own alert")
            settled = replace(
                alert,
                state=ACKNOWLEDGED,
                acknowledged_by=actor.officer_id,
                acknowledged_at=now,
                note=note.strip(),
            )
            book.save_alert(settled)
            book.forget_lookups(alert.officer_id)
            book.note(alert.archive_code, "", "misuse_acknowledged", actor.officer_id, now)
        return settled
