"""A node at work: gRPC server, worker, directory follower, in one process.

Started by `lantai-node serve`; tests start it in their own process. Nothing is listening before
`start`, and `stop` leaves nothing behind.
"""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

from node.access import ACCESS
from node.adapters.certificate_client import GrpcCertificates
from node.adapters.partner_client import ChannelParts, ChannelShelf, GrpcPartner
from node.adapters.registry_client import GrpcRegistry
from node.asking_wiring import make_asking, make_asking_duty
from node.bootstrap import Base, make_desks, make_office, make_worker, open_base, system_clock
from node.cli.announcing import announces
from node.cli.beating import beats
from node.cli.citizen_duty import citizen_duty
from node.cli.erasing import make_erasing
from node.cli.field_keys import at_rest_duties
from node.cli.posting import make_posting
from node.cli.proving import proof_duty
from node.cli.renewing import RenewCertificate
from node.cli.restoring import ask_witnesses, guard_of, is_shut
from node.cli.rhythms import hourly, restates, unless
from node.cli.stamping import make_stamping
from node.cli.witnessing import make_witnessing
from node.desk_wiring import make_holds
from node.domain import exchange_reasons, post_reasons, reasons, rights_reasons
from node.ports import Clock
from node.rights_wiring import state_hours
from node.servicers.desk import DeskServicer
from node.servicers.directory import DirectoryServicer
from node.servicers.exchange import ExchangeServicer
from node.services.follow_directory import FollowDirectory, Reading
from node.services.hear_partners import HearPartners
from node.services.watch_store import WatchStore
from node.services.worker import Worker
from records import process_reasons
from records import reasons as record_reasons
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, server_credentials
from trust.channel.directory_doors import GrpcDirectory
from trust.channel.gate import Gate
from trust.channel.news import PartnerNews
from trust.channel.quota import MemoryRateLimiter, RateLimiter, RedisRateLimiter, open_redis
from trust.channel.registrations import register
from trust.channel.server import (
    DATA_BYTES,
    Server,
    ServerSettings,
    build_server,
)
from trust.channel.status import reasons_by_code
from trust.envelope import reasons as envelope_reasons
from trust.identity import reasons as identity_reasons
from trust.identity.council import council_from_json
from trust.identity.directory_scope import SMALL_FEDERATION, Scope
from trust.identity.participant import Participant, ParticipantKind
from trust.post import reasons as seal_reasons
from trust.store import reasons as store_reasons
from trust.store.engine import transaction
from trust.transparency import reasons as log_reasons

KNOWN = reasons_by_code(
    reasons,
    exchange_reasons,
    process_reasons,
    record_reasons,
    envelope_reasons,
    identity_reasons,
    store_reasons,
    log_reasons,
    post_reasons,
    rights_reasons,
    seal_reasons,
)
_WITNESS_SECONDS = 2.0
_FOLLOWER_RESTS = {"directory": 0.1, "beat": 0.2, "post": 0.2}
"""Seconds between two looks at what is due with the registry; a second for everything else."""
_ASKED_AT_ONCE = 128
"""Questions on their way at once; a thread waits for each."""


class RunningNode:
    """One node, from its data folder."""

    def __init__(self, data: Path, clock: Clock = system_clock) -> None:
        """Everything is opened and nothing listens.

        Raises:
            Refusal: as `open_base`; NODE_NOT_ENROLLED without a certificate.
        """
        self.base = open_base(data, clock, secrets.token_bytes)
        base = self.base
        self.guard = guard_of(base)
        identity = base.folder.tls_identity()
        self.holder = IdentityHolder(identity)
        self.address = base.config.address or base.config.listen
        self.desks = make_desks(base)
        self.posting = make_posting(base, self.desks)
        if self.posting.is_only_way:
            self.address = self.posting.address
        self._state_keys()
        self._parts = ChannelParts(
            own=identity.participant,
            holder=self.holder,
            key_statement=base.folder.tls_statement,
            directory=base.kept,
            known=KNOWN,
            clock=clock,
            news=PartnerNews(base.config.node_id, base.kept.find),
        )
        self._shelf = ChannelShelf(self._parts)
        self.office = make_office(base)
        self._threads = ThreadPoolExecutor(_ASKED_AT_ONCE, "ask-partners")
        direct = GrpcPartner(self._shelf, base.house.signer, self._parts, secrets.token_bytes)
        partner = self.posting.reach(direct, KNOWN)
        self.ask_partners = make_asking(base, self.desks, partner, self._threads)
        certificates = GrpcCertificates(self._shelf, base.kept)
        self._reading = Reading(
            council=council_from_json(base.places.council.read_bytes()), scope=scope_of(base)
        )
        more = {
            "health": WatchStore(self._probe_store, self._tell_health, clock).run,
            "news": self._make_news(),
            "asking": make_asking_duty(base, self.ask_partners).run,
            "held": make_holds(base).run,
            "retention": make_erasing(base).retain.run,
            **at_rest_duties(base),
            "log_copy": self.guard.run,
            "log_time": make_stamping(base).duty.run,
            "proofs": proof_duty(base, certificates),
            **citizen_duty(base),
        }
        self.worker = make_worker(base, self.desks, partner, certificates, more)
        self.worker.pause_while(is_shut(base))
        self._registry: PartnerChannel | None = None
        self.follower = self._make_follower()
        self.server = self._make_server()

    def start(self) -> int:
        """Listening and at work; the port that was bound."""
        self._ask_witnesses()
        port = self.server.start()
        self.worker.start()
        if self.follower is not None:
            self.follower.start()
        return port

    def _ask_witnesses(self) -> None:
        """Before anything is written; who does not answer at once is heard when it does."""
        if self._registry is None:
            return
        asked = Thread(
            target=ask_witnesses, args=(self.base, self.guard, self._registry), daemon=True
        )
        asked.start()
        asked.join(_WITNESS_SECONDS)

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Nothing of it runs any more; calls in flight had the grace."""
        self.server.stop(grace_seconds)
        self._end()

    def serve_until_terminated(self) -> None:
        """Returns after SIGTERM or SIGINT, stopped cleanly."""
        self.server.serve_until_terminated()
        self._end()

    def _end(self) -> None:
        if self.follower is not None:
            self.follower.stop()
        self.worker.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._shelf.close()
        self.base.engine.dispose()

    def _state_keys(self) -> None:
        base, now = self.base, self.base.house.clock()
        base.folder.state_tls(base.config.node_id, self.holder.current, now)
        self.posting.state_key()
        state_hours(base.folder, base.house, base.plan)
        for code in base.house.archives:
            base.folder.state_log(base.config.node_id, code, now)
        if not self.address.endswith(":0"):
            base.folder.state_endpoint(base.config.node_id, self.address, now)

    def _make_follower(self) -> Worker | None:
        """The thread that fetches the directory and tells the registry that we are awake."""
        base = self.base
        if not base.config.registry:
            return None
        own = self._parts.own
        expected = Participant(
            kind=ParticipantKind.REGISTRY,
            slug=base.config.registry_id,
            trust_domain=own.trust_domain,
        )
        settings = PartnerSettings(clock=base.house.clock, known=KNOWN)
        channel = PartnerChannel(
            base.config.registry, expected, self.holder, self._parts.key_statement, settings
        )
        self._registry = channel
        registry = GrpcRegistry(channel)
        follow = FollowDirectory(
            base.kept,
            registry,
            self._reading,
            base.folder.declared,
            base.house.clock,
            base.log,
        )
        follow.every(base.config.directory_seconds)
        witnessing, shut = make_witnessing(base), is_shut(base)
        duties = [
            ("directory", follow.run),
            ("beat", beats(base, registry, follow.hurry)),
            ("renewal", RenewCertificate(base, self.holder, registry, follow.publish).run),
            ("log_keys", restates(base)),
            ("notices", announces(base)),
            ("post_key", hourly(base, self.posting.state_key)),
            ("post", unless(shut, self.posting.by_relay(channel).run)),
            ("log_owner", unless(shut, witnessing.owner(channel).run)),
            ("log_witness", unless(shut, witnessing.witness(channel).run)),
        ]
        rests = {name: _FOLLOWER_RESTS.get(name, 1.0) for name, _ in duties}
        return Worker(duties, base.log, rests=rests)

    def _probe_store(self) -> None:
        with transaction(self.base.engine):
            return

    def _tell_health(self, serving: bool) -> None:
        self.server.set_serving(serving)

    def _make_news(self) -> Callable[[], int]:
        """Takes up what partners have and we lack, while the registry is away or silent."""
        base, news = self.base, self._parts.news

        def reach(slug: str) -> GrpcDirectory:
            return GrpcDirectory(self._shelf.channel(ParticipantKind.NODE, slug))

        if news is None:
            return lambda: 0
        hear = HearPartners(base.kept, self._reading, news, reach, base.house.clock, base.log)
        return hear.run

    def _make_server(self) -> Server:
        base = self.base
        house = base.house
        exchange = ExchangeServicer(
            house,
            self.desks.requests,
            self.desks.answers,
            self.desks.locate,
            self.desks.status,
            self.desks.files,
        )
        gate = Gate(
            own=self._parts.own,
            access=ACCESS,
            view=lambda: base.kept.current().view,
            denied=lambda: base.kept.current().denied,
            clock=house.clock,
            limiter=_limiter(base),
            statement=base.folder.tls_statement,
            news=self._parts.news,
        )
        return build_server(
            listen=base.config.listen,
            credentials=server_credentials(self.holder),
            services=(
                register("Exchange", exchange),
                register("Directory", DirectoryServicer(base.kept, base.config.node_id)),
                register("Desk", DeskServicer(self.office)),
            ),
            gate=gate,
            workers=base.config.workers,
            settings=ServerSettings(message_bytes=DATA_BYTES),
        )


def scope_of(base: Base) -> Scope:
    """How much of the directory this node reads."""
    chosen = base.config.directory_scope
    return Scope(
        own=base.config.node_id,
        everyone=chosen == "all",
        everyone_up_to=SMALL_FEDERATION if chosen == "auto" else 0,
    )


def _limiter(base: Base) -> RateLimiter:
    if base.config.redis:
        return RedisRateLimiter(open_redis(base.config.redis))
    return MemoryRateLimiter()
