"""Filing behind the guard: names that are tried out are counted, and names that are filed."""

from node.domain.application import Application
from node.domain.commands import AnswerQuestionCommand, FileRequestCommand
from node.domain.misuse import FILE, PREVIEW
from node.domain.officers import Actor
from node.domain.views import CaseSummary, RoutePreview
from node.services.guard_lookups import GuardLookups
from node.services.office import FileRequest


class GuardedFiling:
    """`FileRequest` behind the guard: names that are tried out are counted, and filed ones."""

    def __init__(self, inner: FileRequest, guard: GuardLookups) -> None:
        """Guard `inner`."""
        self._inner = inner
        self._guard = guard

    def preview(self, application: Application, actor: Actor) -> RoutePreview:
        """See `FileRequest.preview`. Raises Refusal: NO_LAWFUL_CASE too."""
        self._guard.admit(actor, PREVIEW, _names(application))
        return self._inner.preview(application, actor)

    def file(self, command: FileRequestCommand, actor: Actor) -> CaseSummary:
        """See `FileRequest.file`. Raises Refusal: NO_LAWFUL_CASE too."""
        self._guard.verify_free(actor)
        filed = self._inner.file(command, actor)
        self._guard.admit(actor, FILE, _names(command.application), filed.case_no)
        return filed

    def resubmit(self, case_no: str, application: Application, actor: Actor) -> CaseSummary:
        """See `FileRequest.resubmit`."""
        self._guard.admit(actor, FILE, _names(application), case_no)
        return self._inner.resubmit(case_no, application, actor)

    def answer_question(self, command: AnswerQuestionCommand, actor: Actor) -> CaseSummary:
        """See `FileRequest.answer_question`."""
        return self._inner.answer_question(command, actor)


def _names(form: Application) -> list[str]:
    return [form.query.subject.name]
