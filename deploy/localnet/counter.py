"""What officers do at a window and at a work desk, scripted with real demo logins.

Every act goes through the node's own use cases with an open session; different people file,
review, release and seal. Nothing is released by a machine.
"""

import base64
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from deploy.holdings.register_pages import written_date
from deploy.localnet.document import Federation, Login
from deploy.reasons import STEP_FAILED
from node.domain.application import Application
from node.domain.commands import (
    ConfirmCommand,
    FieldMark,
    FileRequestCommand,
    HandOverCommand,
    PageCover,
    ReleaseCommand,
    ReviewCommand,
    SealCommand,
    SignInCommand,
    WorkCommand,
)
from node.domain.officers import Actor
from node.domain.views import CaseProgress, WorkDetail
from node.services.office import Office
from node.services.sign_in import totp_at
from records.entries import CatalogueEntry
from records.fields import FieldForm
from records.kinds import get_kind
from records.refusal import Refusal

POLL_SECONDS = 0.05
PATIENCE_SECONDS = 120.0
"""How long a step may take on a slow machine before it counts as failed."""
CLAIMABLE = ("candidates", "identity_resolution", "manual_search")
"""States in which the search is done and a person is needed."""


def current_code(login: Login, now: datetime) -> str:
    """The six digits that an authenticator app would show now for this demo login."""
    secret = parse_qs(urlsplit(login.totp_uri).query)["secret"][0]
    return totp_at(base64.b32decode(secret + "=" * (-len(secret) % 8)), now)


class Counter:
    """The officers of one archive, each signed in once."""

    def __init__(
        self,
        office: Office,
        federation: Federation,
        archive_code: str,
        clock: Callable[[], datetime],
    ) -> None:
        """Work at `archive_code` with the demo logins of `federation`."""
        self._office = office
        self._federation = federation
        self._archive = archive_code
        self._clock = clock
        self._actors: dict[str, Actor] = {}

    def at(self, office: Office) -> "Counter":
        """The same people with their open sessions, at the node as it was opened anew."""
        moved = Counter(office, self._federation, self._archive, self._clock)
        moved._actors = self._actors  # One code opens one session, whichever of the two asks first.
        return moved

    def login(self, user: str) -> Login:
        """The demo login of that user at this archive."""
        return self._federation.login(user, self._archive)

    def officer(self, user: str) -> Actor:
        """The officer with an open session; signs in with password and code the first time.

        Raises:
            Refusal: SIGN_IN_REFUSED, SIGN_IN_LOCKED.
        """
        if user not in self._actors:
            login = self.login(user)
            command = SignInCommand(
                archive_code=self._archive,
                user=user,
                password=login.password,
                totp=current_code(login, self._clock()),
            )
            session = self._office.sign_in.sign_in(command)
            self._actors[user] = self._office.sign_in.open_session(session.token)
        return self._actors[user]

    def file(self, application: Application, client_key: str) -> str:
        """The window clerk files the request; returns its case number."""
        command = FileRequestCommand(client_key=client_key, application=application)
        return self._office.file_request.file(command, self.officer("clerk")).case_no

    def review(self, case_no: str) -> None:
        """The reviewer, another person, accepts it: it is routed and on its way."""
        self._office.review.review(
            ReviewCommand(case_no=case_no, accept=True), self.officer("reviewer")
        )

    def progress(self, case_no: str) -> CaseProgress:
        """The case as the window sees it now."""
        return self._office.cases.progress(case_no, self.officer("clerk"))

    def wait_for(
        self,
        case_no: str,
        reached: Callable[[CaseProgress], bool],
        seconds: float = PATIENCE_SECONDS,
    ) -> CaseProgress:
        """The case once `reached` holds.

        Raises:
            Refusal: STEP_FAILED after `seconds`; the detail says where the case stands.
        """
        end = time.monotonic() + seconds
        while not reached(progress := self.progress(case_no)):
            if time.monotonic() > end:
                legs = ", ".join(f"{leg.holder_archive} {leg.state}" for leg in progress.legs)
                raise Refusal(STEP_FAILED, f"{case_no} {progress.summary.state}: {legs}")
            time.sleep(POLL_SECONDS)
        return progress

    def claim(self, case_no: str, seconds: float = PATIENCE_SECONDS) -> WorkDetail:
        """The dispatcher takes the case once it has arrived and was searched.

        Raises:
            Refusal: STEP_FAILED when it does not arrive.
        """
        end = time.monotonic() + seconds
        dispatcher = self.officer("dispatcher")
        while True:
            waiting = self._office.work.list_work(dispatcher, CLAIMABLE)
            if case_no in {work.case_no for work in waiting}:
                command = WorkCommand(case_no=case_no, holder_archive=self._archive)
                return self._office.work.claim(command, dispatcher)
            if time.monotonic() > end:
                raise Refusal(STEP_FAILED, f"{case_no} did not arrive at {self._archive}")
            time.sleep(POLL_SECONDS)

    def compare(
        self, detail: WorkDetail, corrections: Mapping[str, str] | None = None, choice: int = 0
    ) -> WorkDetail:
        """The dispatcher looked at the page images and marked every printed field.

        Fields in `corrections`, and dates that the index spells with hyphens, are printed as the
        page has them; an empty index value is marked as not recorded.
        """
        candidate = detail.candidates[choice]
        written = _dates_as_written(candidate.entry) | dict(corrections or {})
        dispatcher = self.officer("dispatcher")
        case_no = detail.summary.case_no
        for page in candidate.entry.images:
            self._office.work.page_image(case_no, self._archive, page.sha256, dispatcher)
        command = ConfirmCommand(
            case_no=case_no,
            holder_archive=self._archive,
            reference_code=candidate.entry.reference_code,
            marks=tuple(
                _mark(field, value, written.get(field)) for field, _, value in candidate.printable
            ),
            images=tuple(page.sha256 for page in candidate.entry.images),
        )
        return self._office.work.confirm(command, dispatcher)

    def release(
        self, case_no: str, pages: tuple[str, ...] = (), covers: tuple[PageCover, ...] = ()
    ) -> WorkDetail:
        """The dispatcher orders the extract, or a copy of `pages`, and signs with their key."""
        command = ReleaseCommand(
            case_no=case_no,
            holder_archive=self._archive,
            pages=pages,
            covers=covers,
            password=self.login("dispatcher").password,
        )
        return self._office.release.release(command, self.officer("dispatcher"))

    def seal(self, case_no: str) -> WorkDetail:
        """The seal keeper, another person, signs the same order."""
        command = SealCommand(
            case_no=case_no,
            holder_archive=self._archive,
            password=self.login("sealer").password,
        )
        return self._office.release.seal(command, self.officer("sealer"))

    def save_certificate(self, case_no: str, folder: Path) -> Path:
        """The first sealed PDF of the case lies in `folder`, named by its number."""
        progress = self.wait_for(case_no, lambda case: bool(case.certificates))
        file = progress.certificates[0]
        data = self._office.cases.certificate(case_no, file.sha256, self.officer("clerk"))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{file.number}.pdf"
        path.write_bytes(data)
        return path

    def hand_over(self, case_no: str) -> None:
        """The citizen has the extract: the clock stops."""
        self._office.hand_over.hand_over(HandOverCommand(case_no=case_no), self.officer("clerk"))


def _dates_as_written(entry: CatalogueEntry) -> dict[str, str]:
    """Fields whose page says 1985年5月20日 where the index says 1985-05-20."""
    kind = get_kind(entry.category)
    dates = {
        code: written_date(value)
        for code, value in entry.values.items()
        if kind.get_field(code).form is FieldForm.DATE
    }
    return {code: text for code, text in dates.items() if text != entry.values[code]}


def _mark(field: str, indexed: str, correction: str | None) -> FieldMark:
    if correction is not None:
        return FieldMark(field=field, compared="corrected", value=correction)
    return FieldMark(field=field, compared="same" if indexed else "not_recorded")
