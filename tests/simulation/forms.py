"""Who asks in the simulations: strangers to the register, drawn from the seed."""

from dataclasses import replace
from random import Random

from node_acts import zhou
from node_houses import NodeWorld
from node_places import MARRIAGE

from deploy.holdings.id_numbers import with_check_digit
from node.domain.application import Application
from records.exchange import Applicant
from records.queries import Period, RecordQuery, SoughtPerson

_FAMILY = "訾亓仉隗郗逄鄢靳"
_GIVEN = "鸢翎骐骥璟琮霁霈昶晁暾曦澍潆"


def stranger(seed: int, number: int) -> Application:
    """The form of somebody whose marriage is not in the register."""
    rng = Random(f"stranger/{seed}/{number}")
    name = rng.choice(_FAMILY) + rng.choice(_GIVEN) + rng.choice(_GIVEN)
    day = f"19{rng.randrange(45, 65)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    # 361199 is an area that nobody lives in: the number is nobody's.
    body = f"361199{day}{rng.randrange(1000):03d}"
    id_no = with_check_digit(body)
    sex = "男" if int(body[16]) % 2 else "女"
    return zhou(
        applicant=Applicant(
            name=name, id_type="resident_id", id_no=id_no, identity_assurance="chip_read"
        ),
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(
                name=name, sex=sex, birth=f"{day[:4]}-{day[4:6]}-{day[6:]}", id_no=id_no
            ),
            place="上饶县",
            period=Period(start="1985", end="1985"),
        ),
    )


def with_other_party(form: Application) -> Application:
    """The same form with one more fact, as the holder asked."""
    query = replace(form.query, other_party=SoughtPerson(name="鄢霁霈"))
    return replace(form, query=query)


def raise_quota(world: NodeWorld) -> None:
    """The agreement allows as many questions a day as a simulation asks."""
    old = next(one for one in world.extra_parts if b"daily_quota" in one.payload)
    world.extra_parts.remove(old)
    world.agree("jiaxing", "shangrao", version=2, daily_quota=100_000_000)
    world.publish()
