"""`lantai-node correction`: propose and decide corrections of the index, reissue what follows."""

import argparse
from dataclasses import asdict

from node.bootstrap import open_office, system_clock
from node.cli.frame import Commands, say
from node.cli.session import add_officer_step, open_actor
from node.domain.correction_reasons import CORRECTION_MALFORMED
from node.domain.corrections import (
    Correction,
    DecideCorrection,
    ProposeCorrection,
    ReopenCommand,
    verify_region,
)
from records.refusal import Refusal


def add_commands(commands: Commands) -> None:
    """`correction` and its steps are sub-commands."""
    correction = commands.add_parser("correction", help="correct the index, never the record")
    steps = correction.add_subparsers(dest="step", required=True, metavar="STEP")
    listed = add_officer_step(steps, "list", "corrections of the archive, newest first")
    listed.add_argument("--state", action="append", default=[], help="proposed, approved, returned")
    listed.set_defaults(run=_list)
    propose = add_officer_step(steps, "propose", "what the page says (correction clerk)")
    propose.add_argument("--reference", required=True, metavar="档号")
    propose.add_argument("--field", required=True)
    propose.add_argument("--value", required=True, help="as the page has it; '' = nothing")
    propose.add_argument("--image", required=True, metavar="SHA256")
    propose.add_argument("--region", required=True, metavar="L,T,R,B", help="thousandths of it")
    propose.add_argument("--reason", required=True)
    propose.add_argument("--because", default="", metavar="CASE", help="where it was noticed")
    propose.set_defaults(run=_propose)
    for name, words, run in (
        ("show", "one correction and what was issued from the old value", _show),
        ("approve", "the index says the new value (another person)", _approve),
        ("return", "the index stays as it is", _return),
        ("reissue", "take up the case of a certificate again (dispatcher)", _reissue),
    ):
        parser = add_officer_step(steps, name, words)
        parser.add_argument("correction", metavar="CORRECTION")
        parser.set_defaults(run=run)
        if name == "return":
            parser.add_argument("--note", required=True)
        if name == "reissue":
            parser.add_argument("--number", required=True, help="of the certificate to replace")


def _list(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    found = office.corrections.views.list(actor, chosen.state)
    lines = "\n".join(_line(one) for one in found) or "没有修正"
    say({"corrections": [_plain(one) for one in found]}, lines, as_json=chosen.json)
    return 0


def _propose(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    command = ProposeCorrection(
        archive_code=actor.archive_code,
        reference_code=chosen.reference,
        field=chosen.field,
        new_value=chosen.value,
        image=chosen.image,
        region=_region(chosen.region),
        reason=chosen.reason,
        because=chosen.because,
    )
    return _told(chosen, office.corrections.index.propose(command, actor))


def _show(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    view = office.corrections.views.view(chosen.correction, actor)
    affected = [asdict(one) for one in view.affected]
    lines = [_line(view.correction)]
    lines += [f"  {one.certificate.number} {one.step} {one.replaced_by}" for one in view.affected]
    said = {**_plain(view.correction), "affected": affected}
    say(said, "\n".join(lines), as_json=chosen.json)
    return 0


def _approve(chosen: argparse.Namespace) -> int:
    return _decide(chosen, approve=True, note="")


def _return(chosen: argparse.Namespace) -> int:
    return _decide(chosen, approve=False, note=chosen.note)


def _decide(chosen: argparse.Namespace, *, approve: bool, note: str) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    command = DecideCorrection(
        archive_code=actor.archive_code,
        correction_id=chosen.correction,
        approve=approve,
        note=note,
    )
    return _told(chosen, office.corrections.index.decide(command, actor))


def _reissue(chosen: argparse.Namespace) -> int:
    office = open_office(chosen.data)
    actor, _ = open_actor(office, chosen, system_clock())
    command = ReopenCommand(
        archive_code=actor.archive_code,
        correction_id=chosen.correction,
        number=chosen.number,
    )
    work = office.corrections.replacing.reopen(command, actor).summary
    said = {"case_no": work.case_no, "state": work.state}
    say(said, f"{work.case_no} {work.state}", as_json=chosen.json)
    return 0


def _told(chosen: argparse.Namespace, correction: Correction) -> int:
    say(_plain(correction), _line(correction), as_json=chosen.json)
    return 0


def _line(one: Correction) -> str:
    """Without the values: a terminal is looked at over shoulders."""
    return f"{one.correction_id} {one.state} {one.reference_code} {one.field}".strip()


def _plain(one: Correction) -> dict[str, object]:
    return {
        "correction_id": one.correction_id,
        "state": one.state,
        "reference_code": one.reference_code,
        "field": one.field,
        "old_value": one.old_value,
        "new_value": one.new_value,
        "index_version": one.index_version,
        "replaces": [certificate.number for certificate in one.affected],
    }


def _region(text: str) -> tuple[int, int, int, int]:
    parts = text.split(",")
    if not all(part.strip().isdecimal() and part.isascii() for part in parts):
        raise Refusal(CORRECTION_MALFORMED, "region")
    return verify_region(int(part) for part in parts)
