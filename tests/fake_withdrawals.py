"""Certificates that two officers end, in the fake office."""

from collections.abc import Sequence
from dataclasses import replace

from fake_parts import PASSWORD, STAFF

from node.domain.certificate_standing import ENDED, ORDERED, VALID, CertificateStanding
from node.domain.correction_reasons import WITHDRAWAL_UNDER_WAY
from node.domain.exchange_reasons import NO_SUCH_PAPER, NOT_NAMED_KEEPER, PASSWORD_WRONG
from node.domain.officers import Actor
from node.domain.paper_commands import ConfirmWithdrawalCommand, WithdrawCommand
from records.refusal import Refusal

VALID_ONE, WAITING_ONE = "361100-2026-000011", "361100-2026-000012"
_CASE = "LT-330400-20261121-{:04}"


class FakeWithdrawals:
    """Both doors: orders, and what the page shows of them."""

    def __init__(self, world) -> None:
        self.world = world
        self.kept: dict[str, CertificateStanding] = {}
        self.add(VALID_ONE)
        waits = {"state": ORDERED, "reason_class": "leaked", "dispatcher": "王敏"}
        waits |= {"keeper": "周国梁", "at": world.clock()}
        self.kept[WAITING_ONE] = replace(self.add(WAITING_ONE), **waits)

    def add(self, number: str) -> CertificateStanding:
        case_no = _CASE.format(8000 + len(self.kept))
        made = CertificateStanding(number=number, case_no=case_no, file_sha256="ab" * 32)
        self.kept[number] = made
        return made

    def find(self, number: str, actor: Actor) -> CertificateStanding:
        if number not in self.kept:
            raise Refusal(NO_SUCH_PAPER, number[:40])
        one = self.kept[number]
        return replace(one, mine=one.state == ORDERED and one.keeper == actor.display_name)

    def waiting(self, actor: Actor) -> Sequence[CertificateStanding]:
        return [self.find(one.number, actor) for one in self.kept.values() if one.state == ORDERED]

    def notice(self, number: str, actor: Actor) -> bytes:
        self.find(number, actor)
        return self.world.pdf

    def order(self, command: WithdrawCommand, actor: Actor) -> str:
        if command.password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)
        keeper = next((one for one in STAFF if one.officer_id == command.seal_keeper), STAFF[4])
        one = self.kept.get(command.number) or self.add(command.number)
        if one.state != VALID:
            raise Refusal(WITHDRAWAL_UNDER_WAY)
        self.kept[command.number] = replace(
            one,
            state=ORDERED,
            reason_class=command.reason_class,
            replaced_by=command.replaced_by,
            dispatcher=actor.display_name,
            keeper=keeper.display_name,
            at=self.world.clock(),
        )
        return "order"

    def confirm(self, command: ConfirmWithdrawalCommand, actor: Actor) -> None:
        if command.password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)
        waiting = [one for one in self.kept.values() if one.state == ORDERED]
        named = [one for one in waiting if one.keeper == actor.display_name]
        wanted = [one for one in named if one.case_no == command.case_no] or named
        if not wanted:
            raise Refusal(NOT_NAMED_KEEPER)
        done = replace(wanted[0], state=ENDED, notice="T8", notice_drawn=True)
        self.kept[done.number] = done
