"""What an archive's own programs call; they come with a certificate of this very node."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import grpc

from node.domain.application_json import parse_application
from node.domain.commands import FileRequestCommand
from node.domain.views import CaseProgress
from node.services.office import Office
from protos.lantai.v1 import desk_pb2, desk_pb2_grpc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POLL_SECONDS = 0.1
_AT_ONCE = 200


class DeskServicer(desk_pb2_grpc.DeskServicer):
    """FileRequest, GetCase, Watch."""

    def __init__(self, office: Office) -> None:
        """Use the same cases as the pages and the commands."""
        self._office = office

    def FileRequest(
        self, request: desk_pb2.FileRequestRequest, context: grpc.ServicerContext
    ) -> desk_pb2.CaseReply:
        """The request is filed by the officer whose session is given."""
        actor = self._office.sign_in.open_session(request.session)
        command = FileRequestCommand(
            client_key=request.client_key, application=parse_application(request.request_json)
        )
        case = self._office.file_request.file(command, actor)
        return _reply(self._office.cases.progress(case.case_no, actor))

    def GetCase(
        self, request: desk_pb2.GetCaseRequest, context: grpc.ServicerContext
    ) -> desk_pb2.CaseReply:
        """One case of the officer's window."""
        actor = self._office.sign_in.open_session(request.session)
        return _reply(self._office.cases.progress(request.case_no, actor))

    def Watch(
        self, request: desk_pb2.WatchRequest, context: grpc.ServicerContext
    ) -> Iterator[desk_pb2.CaseEvent]:
        """Events as they are committed; ends with the caller's deadline."""
        after = request.after or self._office.cases.last_event()
        while context.is_active():
            events = self._office.cases.events(after, _AT_ONCE)
            for event in events:
                after = event.sequence
                yield desk_pb2.CaseEvent(
                    sequence=event.sequence,
                    case_no=event.case_no,
                    archive_code=event.archive_code,
                    desk=event.desk,
                    state=event.state,
                    at_ms=_ms(event.at),
                )
            if not events:
                time.sleep(_POLL_SECONDS)


def _reply(progress: CaseProgress) -> desk_pb2.CaseReply:
    clock = progress.summary.clock
    return desk_pb2.CaseReply(
        case_no=progress.summary.case_no,
        state=progress.summary.state,
        now_ms=_ms(clock.now),
        deadline_ms=_ms(clock.deadline) if clock.deadline else 0,
        certificates=[file.number for file in progress.certificates],
    )


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
