"""What people do in the small federation: 周金水's application, its review, the two signatures."""

import time
from collections.abc import Callable

from node_houses import NodeWorld
from node_places import MARRIAGE, PASSWORD

from node.domain.application import Application
from node.domain.commands import (
    ConfirmCommand,
    FieldMark,
    FileRequestCommand,
    ReleaseCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.domain.views import CandidateView, CaseProgress, WorkDetail
from records.exchange import Applicant, Proof
from records.queries import Period, RecordQuery, SoughtPerson


def zhou(**changes: object) -> Application:
    """E01: 周金水 at the Jiaxing window asks for his marriage of 1985 in 上饶县."""
    form: dict[str, object] = {
        "window_archive": "330400",
        "applicant": Applicant(
            name="周金水",
            id_type="resident_id",
            id_no="361199196211050313",
            identity_assurance="chip_read",
        ),
        "query": RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(
                name="周金水", sex="男", birth="1962-11-05", id_no="361199196211050313"
            ),
            other_party=SoughtPerson(name="吴桂兰"),
            place="上饶县",
            period=Period(start="1985", end="1985"),
        ),
        "purpose": "property",
        "proofs": (Proof(kind="id_card", sha256="0" * 64, media_type="image/jpeg"),),
        "consent": True,
    }
    return Application(**(form | changes))  # type: ignore[arg-type]


def file_and_review(world: NodeWorld, form: Application, key: str = "key-0000-0001") -> str:
    """The clerk files it, the reviewer accepts it; the case number."""
    node = world.node_of(form.window_archive)
    office = world.office(node.node_id)
    filed = office.file_request.file(
        FileRequestCommand(client_key=key, application=form),
        world.actor(form.window_archive, "clerk"),
    )
    office.review.review(
        ReviewCommand(case_no=filed.case_no, accept=True),
        world.actor(form.window_archive, "reviewer"),
    )
    return filed.case_no


def confirm_first(world: NodeWorld, case_no: str, archive_code: str) -> WorkDetail:
    """The dispatcher claims the case and marks every field of the first candidate."""
    office = world.office(world.node_of(archive_code).node_id)
    dispatcher = world.actor(archive_code, "dispatcher")
    detail = office.work.claim(
        WorkCommand(case_no=case_no, holder_archive=archive_code), dispatcher
    )
    command = as_on_the_image(case_no, archive_code, detail.candidates[0])
    return office.work.confirm(command, dispatcher)


def as_on_the_image(case_no: str, archive_code: str, candidate: CandidateView) -> ConfirmCommand:
    """Every field that would be printed was compared, and is as the image has it."""
    return ConfirmCommand(
        case_no=case_no,
        holder_archive=archive_code,
        reference_code=candidate.entry.reference_code,
        marks=tuple(
            FieldMark(field=code, compared="same" if value else "not_recorded")
            for code, _, value in candidate.printable
        ),
        images=tuple(page.sha256 for page in candidate.entry.images),
    )


def release_and_seal(world: NodeWorld, case_no: str, archive_code: str) -> WorkDetail:
    """Two officers order the extract."""
    office = world.office(world.node_of(archive_code).node_id)
    office.release.release(
        ReleaseCommand(
            case_no=case_no, holder_archive=archive_code, password=PASSWORD + "dispatcher"
        ),
        world.actor(archive_code, "dispatcher"),
    )
    return office.release.seal(
        SealCommand(case_no=case_no, holder_archive=archive_code, password=PASSWORD + "sealer"),
        world.actor(archive_code, "sealer"),
    )


def wait_for(
    look: Callable[[], object], seconds: float = 60.0, message: str = "it never came"
) -> object:
    """What `look` gives once it is truthy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.03)
    raise AssertionError(message)


def progress(world: NodeWorld, case_no: str, archive_code: str = "330400") -> CaseProgress:
    office = world.office(world.node_of(archive_code).node_id)
    return office.cases.progress(case_no, world.actor(archive_code, "clerk"))
