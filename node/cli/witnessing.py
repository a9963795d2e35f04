"""The node's part in witnessing put together, and what `status` says about it."""

from dataclasses import dataclass

from node.adapters.sql_witness import SqlOwnLogs, SqlWitnessBook
from node.adapters.witness_client import GrpcWitness
from node.adapters.witness_key import WitnessKey
from node.bootstrap import Base
from node.services.watch_logs import ShowLogs, WatchLogs
from trust.channel.client import PartnerChannel
from trust.envelope.dsse import Envelope
from trust.transparency.checkpoint import log_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessing:
    """Owner and witness of one node."""

    base: Base
    book: SqlWitnessBook

    def owner(self, channel: PartnerChannel) -> ShowLogs:
        """The duty that shows our logs."""
        base = self.base
        signers = base.folder.log_signers(tuple(base.house.archives))
        logs = SqlOwnLogs(base.engine, base.house.trust_domain, signers)
        return ShowLogs(base.house, logs, base.folder, self.book, GrpcWitness(channel))

    def witness(self, channel: PartnerChannel) -> WatchLogs:
        """The duty that watches the logs of others; its key is made and declared."""
        base = self.base
        places = base.places
        passphrase = places.passphrase.read_bytes().strip() if places.passphrase else None
        key = WitnessKey(places.data, passphrase, base.config.node_id)
        key.keep_stated(base.folder, base.house.clock())

        def statement() -> Envelope:
            return key.keep_stated(base.folder, base.house.clock())

        own = (key.signer, statement)
        return WatchLogs(base.house, own, self.book, GrpcWitness(channel), base.log)

    def describe(self) -> dict[str, object]:
        """How our logs stand, and what others' logs have shown us."""
        base = self.base
        logs = {}
        for code in base.house.archives:
            one = self.book.standing(log_origin(base.house.trust_domain, code))
            logs[code] = {
                "size": one.sent_size,
                "witnessed_size": one.witnessed_size,
                "witnessed_at": one.witnessed_at.isoformat() if one.witnessed_at else "",
                "alarm": one.alarm,
            }
        alarms = [
            {"log": one.origin, "code": one.code, "at": one.at.isoformat()}
            for one in self.book.alarms()
        ]
        return {"logs": logs, "alarms": alarms}


def make_witnessing(base: Base) -> Witnessing:
    """Of this node."""
    return Witnessing(base=base, book=SqlWitnessBook(base.engine))
