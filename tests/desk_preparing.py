"""What has to be there before a form can be sent; each names the places of the form's path."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from desk_form import FILING
from fake_management import WAITING
from fake_office import SHANGRAO, World
from full_world import HELD, propose_correction, sign_in_command

from node.domain.corrections import DecideCorrection
from node.domain.drafts import Draft


def draft(world: World, case_no: str) -> Mapping[str, str]:
    name = f"draft-{case_no[-4:]:0>24}"
    fields = {key: (str(value),) for key, value in FILING.items()}
    kept = {"officer_id": "330400/zhoumin", "saved_at": world.clock()}
    world.drafts.save(Draft(draft_id=name, fields=fields, **kept))
    return {"id": name}


def returned(world: World, case_no: str) -> Mapping[str, str]:
    case = world.cases[case_no]
    case.state, case.review_note, case.question = "supplement_required", "缺证件", ""
    return {}


def letter(posted: bool) -> Callable[[World, str], Mapping[str, str]]:
    def make(world: World, case_no: str) -> Mapping[str, str]:
        made = [one for one in world.papers.kept.values() if bool(one.posting) is posted]
        world.papers.kept[made[0].paper_id] = replace(made[0], answer=None)
        return {"id": made[0].case_no, "paper": made[0].paper_id}

    return make


def proposed(world: World, case_no: str) -> Mapping[str, str]:
    return {"id": propose_correction(world).correction_id}


def approved(world: World, case_no: str) -> Mapping[str, str]:
    found = proposed(world, case_no)
    reviewer = world.office().sign_in.sign_in(sign_in_command("dengke")).actor
    world.corrections.decide(
        DecideCorrection(
            archive_code=reviewer.archive_code, correction_id=found["id"], approve=True
        ),
        reviewer,
    )
    return found


def ordered(world: World, case_no: str) -> Mapping[str, str]:
    world.cases[case_no].keeper = f"{SHANGRAO}/zhouguoliang"
    return {}


def claimed_by_other(world: World, case_no: str) -> Mapping[str, str]:
    world.cases[case_no].claimed_by = f"{SHANGRAO}/lihua"
    return {}


def asks_leader(world: World, case_no: str) -> Mapping[str, str]:
    world.cases[case_no].needs_leader = True
    return {}


def certificate(world: World, case_no: str) -> Mapping[str, str]:
    return {"number": world.revocations.add(f"361100-2026-{case_no[-4:]:0>6}").number}


def batch(world: World, case_no: str) -> Mapping[str, str]:
    world.management.batches.refresh(WAITING)
    return {"id": WAITING}


def held(world: World, case_no: str) -> Mapping[str, str]:
    return {"id": HELD}


def complaint(world: World, case_no: str) -> Mapping[str, str]:
    return {"id": world.rights.kept.number}


def alert(world: World, case_no: str) -> Mapping[str, str]:
    world.rights.alert = replace(world.rights.alert, state="open", note="")
    return {"id": world.rights.alert.alert_id}


def assigned(world: World, case_no: str) -> Mapping[str, str]:
    kept = world.rights.kept
    world.rights.kept = replace(kept, state="assigned", assigned_to=f"{SHANGRAO}/chenli")
    return {"id": kept.number}
