"""Doors of office papers: what pages and commands may ask (services/office_papers.py)."""

from collections.abc import Sequence
from typing import Protocol

from node.domain.office_papers import CasePaper
from node.domain.officers import Actor
from node.domain.paper_commands import (
    ConfirmWithdrawalCommand,
    EnterAnswerCommand,
    LetterCommand,
    PaperCommand,
    PostCommand,
    WithdrawCommand,
)


class Papers(Protocol):
    """T5, T6, T7 (services/office_papers.py)."""

    def refusal(self, command: PaperCommand, actor: Actor) -> CasePaper:
        """T5 is ordered. Raises Refusal: NO_SUCH_PAPER."""
        ...

    def referral(self, command: PaperCommand, actor: Actor) -> CasePaper:
        """T6 is ordered. Raises Refusal: NO_SUCH_PAPER."""
        ...

    def cover(self, command: PaperCommand, actor: Actor) -> CasePaper:
        """T7 is ordered. Raises Refusal: TEMPLATE_INCOMPLETE."""
        ...

    def list(self, case_no: str, actor: Actor) -> Sequence[CasePaper]:
        """Papers of one case, oldest first."""
        ...

    def open(self, paper_id: str, actor: Actor) -> bytes:
        """The drawn PDF. Raises Refusal: PAPER_NOT_DRAWN."""
        ...


class Letters(Protocol):
    """协查函 and 寄送登记 (services/post_letters.py)."""

    def write(self, command: LetterCommand, actor: Actor) -> CasePaper:
        """The letter is ordered; the case lives on in the working-day clock."""
        ...

    def post(self, command: PostCommand, actor: Actor) -> CasePaper:
        """The letter left the house: a line of the register."""
        ...

    def enter_answer(self, command: EnterAnswerCommand, actor: Actor) -> CasePaper:
        """What came back on paper ends that leg."""
        ...

    def register(self, actor: Actor, limit: int = 100) -> Sequence[CasePaper]:
        """寄送登记, newest first."""
        ...


class Withdrawals(Protocol):
    """撤销与更正 (services/withdraw_certificate.py)."""

    def order(self, command: WithdrawCommand, actor: Actor) -> str:
        """The dispatcher signed the status order; its envelope id."""
        ...

    def confirm(self, command: ConfirmWithdrawalCommand, actor: Actor) -> CasePaper:
        """The seal keeper signed it too; T8 is drawn once the status has changed."""
        ...
