"""The node's part in witnessing put together, and what `status` says about it."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from node.adapters.sql_witness import SqlOwnLogs, SqlWitnessBook
from node.adapters.witness_client import GrpcWitness
from node.adapters.witness_key import WitnessKey
from node.bootstrap import Base
from node.services.watch_logs import ShowLogs, WatchLogs
from records.refusal import Refusal
from trust.channel.client import PartnerChannel
from trust.envelope.dsse import Envelope
from trust.envelope.suites import PublicKey
from trust.transparency.checkpoint import log_origin
from trust.transparency.log import TransparencyLog
from trust.transparency.reasons import LOG_PROOF_INVALID
from trust.transparency.witness import verify_witnessed, witnesses_of


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

    def verify_ledger(self, connection: Connection, archive_code: str, key: PublicKey) -> int:
        """Leaves of the log that witnesses vouch for; the log still begins with them.

        A log whose hashes were all rewritten agrees with itself; it does not agree with what two
        other archives have signed.

        Raises:
            Refusal: LOG_FORKED (it does not continue the witnessed checkpoint), LOG_PROOF_INVALID
                (fewer witnesses than the trust list demands).
        """
        base = self.base
        snapshot, now = base.kept.find(), base.house.clock()
        quorum = snapshot.view.trust_list.witness_quorum if snapshot else 0
        origin = log_origin(base.house.trust_domain, archive_code)
        note = self.book.standing(origin).note
        log = TransparencyLog()
        if snapshot is None or not note:
            if quorum and log.size(connection, origin):
                raise Refusal(LOG_PROOF_INVALID, f"0 of {quorum} witnesses")
            return 0
        keys = []
        for node_id in witnesses_of(origin, snapshot.view.trust_list.members):
            with suppress(Refusal):
                keys.append(snapshot.get_key(node_id, "witness", "", now).envelope)
        evidence = verify_witnessed(
            note,
            origin=origin,
            log_key=key,
            witness_keys=keys,
            view=snapshot.view,
            quorum=max(1, quorum),
            now=now,
        )
        log.check_continues(connection, origin, evidence.checkpoint)
        return evidence.checkpoint.size

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
