"""An archive behind a letter box, for tests of the citizens' pages: opens letters, writes views.

The real one is node/services/citizen_counter.py; this one keeps no case and needs no node.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from fake_parts import one_page_pdf

from node.adapters.sql_citizen_box import SqlBoxInside, ensure_box
from node.citizen_config import CitizenConfig, box_address, write_citizen_folder
from node.cli.citizens import make_demo_provider
from node.config import ArchiveConfig
from node.domain.citizen_keys import close
from node.domain.citizens import (
    FILE,
    CitizenAnswer,
    CitizenFile,
    CitizenLetter,
    CitizenLook,
    CitizenStep,
    CitizenView,
)
from trust.identity.keys import kid_of
from trust.post.sealing import open_sealed
from trust.store.engine import open_engine

PDF = one_page_pdf()


class FakeCounter:
    """The archive's half of the box."""

    def __init__(self, folder: Path, clock) -> None:
        self.folder, self.clock = folder, clock
        self.key = X25519PrivateKey.generate()
        config = CitizenConfig(
            node_id="jiaxing",
            trust_domain="demo.invalid",
            archives=(
                ArchiveConfig(code="330400", name="嘉兴市档案馆"),
                ArchiveConfig(code="330481", name="海宁市档案馆"),
            ),
        )
        write_citizen_folder(folder, config, b"p" * 32, self.key.public_key())
        make_demo_provider(folder)
        engine = open_engine(box_address(folder))
        ensure_box(engine)
        self.box = SqlBoxInside(engine)
        self.letters: list[CitizenLetter] = []

    def open_letters(self) -> Iterator[CitizenLetter]:
        """Every waiting letter, opened and put away."""
        keys = {kid_of(self.key.public_key().public_bytes_raw()): self.key}
        for taken in self.box.take(100):
            letter = msgspec.json.decode(open_sealed(taken.sealed, keys), type=CitizenLetter)
            self.letters.append(letter)
            self.box.put_away(taken.sequence)
            yield letter

    def filed(self) -> CitizenLetter:
        """The newest application that came in."""
        list(self.open_letters())
        return next(letter for letter in reversed(self.letters) if letter.kind == FILE)

    def show(self, letter: CitizenLetter, view: CitizenView) -> None:
        """The citizen's page shows the view from now on."""
        sealed = close(letter.view_key, msgspec.json.encode(view), letter.filing_id, _random)
        self.box.put_view(letter.filing_id, sealed, self.clock(), final=False)

    def send_file(self, letter: CitizenLetter, sha256: str) -> None:
        """The extract lies in the box."""
        place = f"{letter.filing_id}|{sha256}"
        body = close(letter.view_key, PDF, place, _random)
        self.box.put_file(letter.filing_id, sha256, body)


def _random(size: int) -> bytes:
    import secrets

    return secrets.token_bytes(size)


def waiting(now: datetime, **changes: object) -> CitizenView:
    """A case that waits for 登记审核."""
    view = CitizenView(
        case_no="LT-330400-20261121-0042",
        archive_name="嘉兴市档案馆",
        archive_code="330400",
        state="submitted",
        category="marriage_registration",
        purpose="property",
        delivery="mobile",
        submitted_at=now,
        steps=steps(now, 1),
        may_withdraw=True,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def steps(now: datetime, done: int) -> tuple[CitizenStep, ...]:
    """The public stages, so many of them done."""
    codes = ("submitted", "registered", "assisting", "delivered")
    return tuple(
        CitizenStep(code=code, done=n < done, current=n == done, at=now if n < done else None)
        for n, code in enumerate(codes)
    )


def asked_back(now: datetime) -> CitizenView:
    """A case in which an archive asks for one more fact."""
    return waiting(
        now,
        state="supplement_required",
        steps=steps(now, 3),
        paused_reason="等待补充",
        may_add="answer",
        answers=(answer(now, question="配偶姓名是什么？"),),
    )


def answer(now: datetime, **changes: object) -> CitizenAnswer:
    """What Shangrao says."""
    said = CitizenAnswer(
        holder_name="上饶市档案馆",
        state="received",
        outcome="",
        note="",
        question="",
        contact="0793-8228000",
    )
    return replace(said, **changes)  # type: ignore[arg-type]


def certified(now: datetime, sha256: str) -> CitizenView:
    """A case with its extract."""
    return waiting(
        now,
        state="sealed",
        steps=steps(now, 4),
        deadline=now + timedelta(minutes=9),
        may_withdraw=False,
        answers=(answer(now, state="fetched", outcome="HIT_UNIQUE"),),
        files=(
            CitizenFile(
                number="SR-2026-0011-4473",
                template="T1",
                sha256=sha256,
                size_bytes=len(PDF),
                pages=1,
            ),
        ),
        files_here=True,
    )


def looked(now: datetime) -> CitizenView:
    """The answer to 谁查过我的档案."""
    return CitizenView(
        case_no="",
        archive_name="嘉兴市档案馆、海宁市档案馆",
        state="looks",
        category="",
        purpose="",
        delivery="",
        stopped=True,
        looks=(
            CitizenLook(
                at=now - timedelta(days=3),
                archive_name="嘉兴市档案馆",
                category="marriage_registration",
                what="consulted",
                who="body",
            ),
            CitizenLook(
                at=now - timedelta(days=9),
                archive_name="嘉兴市档案馆",
                category="marriage_registration",
                what="released",
                who="own",
                case_no="LT-330400-20261112-0007",
            ),
        ),
        looked_until=now - timedelta(days=1),
    )
