"""Who asks in the fault runs: a couple whose record is there, and canaries of whom there is none.

Every name and number here is a canary: after a run none of them may be found where it has no
business (criteria.py, C7). The invented ones are drawn from the seed, with characters that no
sample register has.
"""

from random import Random

from deploy.holdings.id_numbers import with_check_digit
from deploy.holdings.scenario_people import P3, P4, Person
from deploy.localnet.applications import as_subject, e01_application, own_application
from node.domain.application import Application
from records.queries import Period, RecordQuery

HIT, MISS = "hit", "miss"
_FAMILY = "訾亓仉隗郗逄鄢靳"
_GIVEN = "鸢翎骐骥璟琮霁霈昶晁暾曦澍潆"
_PLACE = "上饶县"


def canary_of(seed: int, number: int) -> Person:
    """The invented person who asks with the request of that number and finds nothing."""
    rng = Random(f"canary/{seed}/{number}")
    name = rng.choice(_FAMILY) + rng.choice(_GIVEN) + rng.choice(_GIVEN)
    birth = f"19{rng.randrange(45, 65)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    # 361199 is an area that nobody lives in: the number is nobody's.
    body = f"361199{birth}{rng.randrange(1000):03d}"
    sex = "男" if int(body[16]) % 2 else "女"
    day = f"{birth[:4]}-{birth[4:6]}-{birth[6:]}"
    return Person(name=name, sex=sex, id_no=with_check_digit(body), birth=day)


def application_of(kind: str, seed: int, number: int) -> Application:
    """The form of the request of that number."""
    if kind == HIT:
        return e01_application()
    person = canary_of(seed, number)
    query = RecordQuery(
        category="marriage_registration",
        subject=as_subject(person),
        place=_PLACE,
        period=Period(start="1980-01-01", end="1980-12-31"),
    )
    return own_application(person, "330400", query)


def canaries_of(seed: int, misses: int) -> tuple[str, ...]:
    """Names and numbers that must not be found: of the couple, and of that many canaries."""
    people = [P3, P4, *(canary_of(seed, number) for number in range(misses))]
    return tuple(text for person in people for text in (person.name, person.id_no))
