"""Applications of the sample federation's people, as a window clerk would fill them in."""

from deploy.holdings.scenario_people import P3, P4, Person
from node.domain.application import Application
from records.exchange import Applicant, Proof
from records.queries import Period, RecordQuery, SoughtPerson

ID_CARD = Proof(kind="id_card", sha256="0" * 63 + "1", media_type="image/jpeg")
"""The clerk saw the original; the sample keeps no picture of it."""


def own_application(
    person: Person, window_archive: str, query: RecordQuery, purpose: str = "property"
) -> Application:
    """The person asks for their own record; the identity card was read by its chip."""
    return Application(
        window_archive=window_archive,
        applicant=Applicant(
            name=person.name,
            id_type="resident_id",
            id_no=person.id_no,
            relation="party",
            identity_assurance="chip_read",
        ),
        query=query,
        purpose=purpose,
        proofs=(ID_CARD,),
        consent=True,
    )


def as_subject(person: Person) -> SoughtPerson:
    """The person as the one who is sought."""
    return SoughtPerson(name=person.name, sex=person.sex, birth=person.birth, id_no=person.id_no)


def e01_application() -> Application:
    """E01: 周金水 at the Jiaxing window, married on 1985-05-20 in 上饶县 with 吴桂兰."""
    query = RecordQuery(
        category="marriage_registration",
        subject=as_subject(P3),
        other_party=SoughtPerson(name=P4.name),
        place="上饶县",
        period=Period(start="1985-05-20", end="1985-05-20"),
    )
    return own_application(P3, "330400", query)
