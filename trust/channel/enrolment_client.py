"""The newcomer's end: a channel to the registry's enrolment listener, without a certificate yet.

The roots come with the invitation, over another channel; there is no trust on first use.
"""

from types import TracebackType
from typing import Self

import grpc

from trust.channel.client import PartnerSettings
from trust.channel.conditions import NOW_KEY
from trust.channel.facade import FacadeChannel, Lane, Metadata, Way
from trust.channel.opening import channel_options
from trust.identity.participant import Participant


class EnrolmentChannel:
    """The way to one registry for `Enrol` and `Collect`."""

    def __init__(
        self, target: str, expected: Participant, roots_pem: bytes, settings: PartnerSettings
    ) -> None:
        """`expected` is the registry; nothing is connected yet."""
        self._settings = settings
        credentials = grpc.ssl_channel_credentials(root_certificates=roots_pem)
        options = channel_options(expected.dns_name)
        self._lane = Lane(grpc.secure_channel(target, credentials, options=options))
        self.channel = FacadeChannel(
            Way(
                enter=self._enter,
                metadata=self._metadata,
                timeout_seconds=settings.timeout.total_seconds(),
                known=settings.known,
                failed=lambda _lane, _refusal: None,
            )
        )
        """What stubs are made from."""

    def close(self) -> None:
        """No new calls; running ones may finish."""
        self._lane.retire()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _enter(self) -> Lane:
        self._lane.begin()
        return self._lane

    def _metadata(self) -> Metadata:
        return ((NOW_KEY, str(round(self._settings.clock().timestamp() * 1000))),)
