"""People who are not in the record ask for it as if they were: how many would a machine release?

Each attempt is one applicant with a genuine card of their own, who knows much of the victim's
record: a stranger of the same name born within a year, a sibling, or a former spouse who knows
both names and the date. The application goes through the real rules, without a database: the
eligibility table of the window and of the holder, the matching of the record with all that the
citizen said, and the rule that the applicant stands in the record. `released` counts those whom a
machine would call unique and releasable.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

from deploy.holdings.id_numbers import with_check_digit
from node.adapters.reference_tables import load_query_reader
from node.domain.application import Application, eligibility_of_form, verify_application
from node.domain.catalogue import candidate_of, judge
from records.eligibility import evaluate_eligibility
from records.eligibility_terms import Effect
from records.entries import CatalogueEntry
from records.exchange import Applicant, Proof
from records.kinds import get_kind
from records.matching import Scales
from records.outcomes import Outcome
from records.own_record import IN_THE_RECORD, Card, Standing, stands_in
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from records.sought import QueryReader
from records.weighing import weigh

MARRIAGE = "marriage_registration"
ATTACKERS = ("near_twin", "sibling", "former_spouse")
PEOPLE = 2_000_000
"""People of the index that the names are weighed against."""
_CHANCE = 2e-5
"""Of a name: one person in fifty thousand bears it; common ones identify even less."""
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰英华玉萍红玲建国文辉力健俊帆志鹏"
_VOUCHED = (Outcome.HIT_UNIQUE, Outcome.HIT_SAME_PERSON_MULTI, Outcome.HIT_PARTIAL)
_YEAR = 366


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a card."""

    name: str
    sex: str
    birth: date
    id_no: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One application by somebody who is not in the record."""

    attacker: str
    form: Application
    entry: CatalogueEntry


@dataclass
class Found:
    """What the attempts came to."""

    seed: int
    attempts: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    released: int = 0
    own: int = 0
    """Of the people who are in the records, asking with the same rules: how many are unique."""
    own_asked: int = 0
    seeds: list[str] = field(default_factory=list)
    """Which attempts were released; empty as it should be."""

    def add(self, other: "Found") -> None:
        self.attempts.update(other.attempts)
        self.ended.update(other.ended)
        self.released += other.released
        self.own += other.own
        self.own_asked += other.own_asked
        self.seeds += other.seeds

    def figures(self) -> dict[str, object]:
        # asdict() would count a Counter's pairs anew (bpo-35540).
        return {**vars(self), "attempts": dict(self.attempts), "ended": dict(self.ended)}

    def text(self) -> str:
        said = ", ".join(f"{name} {count}" for name, count in sorted(self.attempts.items()))
        ended = ", ".join(f"{name} {count}" for name, count in self.ended.most_common())
        return (
            f"{sum(self.attempts.values())} attempts ({said}), seed {self.seed}\n"
            f"  ended: {ended}\n"
            f"  released: {self.released} (goal 0) {' '.join(self.seeds[:5])}\n"
            f"  the people themselves, same rules: {self.own} of {self.own_asked} releasable\n"
        )


def run_twins(count: int, seed: int, tables: Path, processes: int = 1) -> Found:
    """So many attempts, and as a control one in ten of the victims asking for themselves."""
    found = Found(seed=seed)
    share = [count // processes + (number < count % processes) for number in range(processes)]
    jobs = [(part, f"{seed}/{number}", tables) for number, part in enumerate(share)]
    if processes == 1:
        found.add(_attempts(*jobs[0]))
        return found
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done in pool.map(_attempts, *zip(*jobs, strict=True)):
            found.add(done)
    return found


def _attempts(count: int, seed: str, tables: Path) -> Found:
    rng, reader, found = Random(f"twins/{seed}"), load_query_reader(tables), Found(seed=0)
    for number, attempt in enumerate(draw(rng, count)):
        found.attempts[attempt.attacker] += 1
        ended, releasable = judge_attempt(attempt.form, attempt.entry, reader)
        found.ended[ended] += 1
        if releasable:
            found.released += 1
            found.seeds.append(f"{seed}:{number} {attempt.attacker}")
        if number % 10 == 0:
            found.own_asked += 1
            ended, releasable = judge_attempt(_own_form(attempt.entry, rng), attempt.entry, reader)
            found.own += releasable
    return found


def judge_attempt(
    form: Application, entry: CatalogueEntry, reader: QueryReader
) -> tuple[str, bool]:
    """How the application ends, and whether a machine would release the record to it."""
    try:
        verify_application(form)
        sought = reader.read(form.query)
    except Refusal as refusal:
        return refusal.code, False
    decision = evaluate_eligibility(eligibility_of_form(form))
    if decision.effect is not Effect.ALLOW:
        return decision.code or decision.effect.value, False
    scales = Scales(
        reader.folding,
        reader.calendar,
        lambda _: _CHANCE,
        PEOPLE,
        likeness=reader.likeness,
    )
    roles = [person.role for person in sought.kind.people if person.is_sought]
    matches = [match for role in roles if (match := weigh(sought, entry, role, scales))]
    judgement = judge(matches[:1] if len(matches) == 1 else _best(matches), sought, reader.folding)
    if judgement.outcome not in _VOUCHED:
        return judgement.outcome.value, False
    card = Card(name=form.applicant.name, id_no=form.applicant.id_no)
    standing = Standing.PROVEN
    if form.applicant.relation in IN_THE_RECORD:
        standing = stands_in(
            card,
            get_kind(entry.category),
            entry.values,
            folding=reader.folding,
            calendar=reader.calendar,
        )
    if standing is Standing.ABSENT:
        return "not the applicant's", False
    releasable = candidate_of(judgement.shown[0]).releasable and standing is Standing.PROVEN
    return f"{judgement.outcome.value}, {'release' if releasable else 'for a person'}", releasable


def _best(matches: list) -> list:  # type: ignore[type-arg]
    """One reading of a record: as the search keeps the better role of each entry."""
    return sorted(matches, key=lambda match: -match.score)[:1]


def draw(rng: Random, count: int) -> Iterator[Attempt]:
    """Attempts in turn by each kind of attacker, each on a record of its own."""
    for number in range(count):
        first, second = _person(rng, "男"), _person(rng, "女")
        event = date(rng.randrange(1979, 2003), rng.randrange(1, 13), rng.randrange(1, 29))
        entry = _entry(rng, number, first, second, event)
        attacker = ATTACKERS[number % len(ATTACKERS)]
        make = {"near_twin": _near_twin, "sibling": _sibling, "former_spouse": _former_spouse}
        yield Attempt(attacker, make[attacker](rng, first, second, event), entry)


def _person(rng: Random, sex: str, born: date | None = None, family: str = "") -> Person:
    birth = born or date(1945, 1, 1) + timedelta(days=rng.randrange(30 * 365))
    given = rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < 0.7 else "")
    return _with_card(rng, (family or rng.choice(_FAMILY)) + given, sex, birth)


def _with_card(rng: Random, name: str, sex: str, birth: date) -> Person:
    order = rng.randrange(1, 999)
    if (order % 2 == 1) != (sex == "男"):
        order += 1
    body = f"361199{birth:%Y%m%d}{order:03d}"
    return Person(name, sex, birth, with_check_digit(body))


def _entry(rng: Random, number: int, first: Person, second: Person, event: date) -> CatalogueEntry:
    """A line of a register; the older it is, the less it says of the two."""
    values = {
        "event_type": "marriage",
        "event_date": event.isoformat(),
        "registration_office": "上饶县旭日镇人民政府",
        "certificate_no": f"({event:%y})旭镇结字第{number % 900 + 1}号",
    }
    with_ids, with_births = rng.random() < 0.4, rng.random() < 0.85
    for side, person in (("a", first), ("b", second)):
        values |= {f"{side}_name": person.name, f"{side}_sex": person.sex}
        if with_births:
            values[f"{side}_birth"] = person.birth.isoformat()
        else:
            # 虚岁 as written: between the true age and two years more.
            age = event.year - person.birth.year + rng.choice((0, 1, 1))
            values[f"{side}_age_recorded"] = str(age)
        if with_ids:
            values[f"{side}_id_no"] = person.id_no
    return CatalogueEntry(
        archive_code="361100",
        category=MARRIAGE,
        reference_code=f"J012-003-{number:06d}",
        year=event.year,
        values=values,
    )


def _form(
    applicant: Person,
    query: RecordQuery,
    relation: str = "party",
) -> Application:
    return Application(
        window_archive="330400",
        applicant=Applicant(
            name=applicant.name,
            id_type="resident_id",
            id_no=applicant.id_no,
            relation=relation,
            identity_assurance="chip_read",
        ),
        query=query,
        purpose="property",
        proofs=(Proof(kind="id_card", sha256="0" * 64, media_type="image/jpeg"),),
        consent=True,
    )


def _query(subject: Person, other: str, event: date | None, *, by_number: bool) -> RecordQuery:
    return RecordQuery(
        category=MARRIAGE,
        subject=SoughtPerson(
            name=subject.name,
            sex=subject.sex,
            birth=subject.birth.isoformat(),
            id_no=subject.id_no if by_number else "",
        ),
        other_party=SoughtPerson(name=other),
        place="上饶县",
        period=None if event is None else Period(start=event.isoformat(), end=event.isoformat()),
    )


def _near_twin(rng: Random, first: Person, second: Person, event: date) -> Application:
    """Same name, born within a year of the victim; half of them have found out the rest."""
    days = rng.choice((-1, 1)) * rng.randrange(1, _YEAR)
    twin = _with_card(rng, first.name, first.sex, first.birth + timedelta(days=days))
    knows = rng.random() < 0.5
    other = second.name if knows else ""
    return _form(
        twin, _query(twin, other, event if knows else _year_of(event), by_number=rng.random() < 0.7)
    )


def _year_of(event: date) -> date:
    return event.replace(month=1, day=1)


def _sibling(rng: Random, first: Person, second: Person, event: date) -> Application:
    """Knows everything but has a card of their own; asks as if they were the one."""
    away = rng.choice((-1, 1)) * rng.randrange(300, 2200)
    family = first.name[0]
    sibling = _person(rng, first.sex, first.birth + timedelta(days=away), family)
    if rng.random() < 0.5:
        sibling = replace(sibling, name=first.name[:-1] + rng.choice(_GIVEN))
    # The clerk is told the victim's name and birth; the number on the card is the sibling's.
    sought = first if rng.random() < 0.5 else replace(first, id_no=sibling.id_no)
    by_number = sought.id_no == sibling.id_no
    query = _query(sought, second.name, event, by_number=by_number)
    return _form(sibling, query)


def _former_spouse(rng: Random, first: Person, second: Person, event: date) -> Application:
    """Was married to one of them before and asks for the new marriage, as party or as spouse."""
    former = _person(rng, second.sex)
    relation = rng.choice(("party", "spouse"))
    shape = rng.randrange(3)
    if shape == 0:
        query = _query(first, second.name, event, by_number=False)
    elif shape == 1:
        query = _query(second, first.name, event, by_number=False)
    else:
        # In their own name, beside the former spouse's.
        query = _query(former, first.name, event, by_number=True)
    return _form(former, query, relation)


def _own_form(entry: CatalogueEntry, rng: Random) -> Application:
    """The person of the record, with their own card, as a clerk would type it."""
    values = entry.values
    born = values.get("a_birth", "")
    event = date.fromisoformat(values["event_date"])
    birth = (
        date.fromisoformat(born)
        if born
        else date(event.year - int(values["a_age_recorded"]) + 1, 6, 15)
    )
    person = _with_card(rng, values["a_name"], "男", birth)
    if values.get("a_id_no"):
        person = replace(person, id_no=values["a_id_no"])
    return _form(person, _query(person, values["b_name"], event, by_number=True))
