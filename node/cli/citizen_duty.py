"""The node's hand in the citizens' letter box, where the settings name one."""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path

from node.adapters.image_files import ImageFiles
from node.adapters.sql_citizen_box import SqlBoxInside, ensure_box
from node.adapters.sql_citizen_ledger import SqlCitizenLedger
from node.bootstrap import Base
from node.citizen_config import box_address
from node.config import NodeConfig
from node.domain.real_name import audience_of
from node.domain.reasons import CONFIG_MALFORMED
from node.services.access_log import AccessLogService
from node.services.citizen_counter import CitizenCounter, CounterParts
from node.services.citizen_views import CitizenViews
from node.services.dispatching import Dispatch
from node.services.file_request import FileRequestService
from node.services.real_name_words import RealNameWords
from node.services.routing import RouteCase
from records.refusal import Refusal
from trust.envelope.suites import PublicKey
from trust.identity.keys import kid_of, read_exchange_key
from trust.store.engine import open_engine

KEY_FILE = "citizen-box.key"
"""Below keys/: what letters of citizens are sealed for."""


def citizen_duty(base: Base) -> Mapping[str, Callable[[], int]]:
    """The duty by its name; nothing where no letter box is named.

    Raises:
        Refusal: those of the store and of the key.
    """
    if not base.config.citizen_box:
        return {}
    return {"citizens": make_counter(base).run}


def real_name_keys(config: NodeConfig) -> Mapping[str, PublicKey]:
    """The pinned keys of the real-name provider by kid. Raises Refusal: CONFIG_MALFORMED."""
    try:
        raw = [base64.b64decode(one, validate=True) for one in config.citizen_real_name]
    except ValueError as fault:
        raise Refusal(CONFIG_MALFORMED, "citizen_real_name") from fault
    return {key.kid: key for key in map(PublicKey.from_raw, raw)}


def make_counter(base: Base) -> CitizenCounter:
    """The archive's half of the letter box on this base."""
    house, places = base.house, base.places
    named = base.config.citizen_box
    engine = open_engine(named if "://" in named else box_address(places.data / named))
    ensure_box(engine)
    passphrase = places.passphrase.read_bytes().strip() if places.passphrase else None
    key = read_exchange_key(places.data / "keys" / KEY_FILE, passphrase)
    box = SqlBoxInside(engine)
    ledger = SqlCitizenLedger(base.engine, base.folder.secret(), house.random)
    dispatch = Dispatch(house)
    files = FileRequestService(house, RouteCase(house, base.clues), base.clues, dispatch)
    counter = CounterParts(
        box=box,
        ledger=ledger,
        keys={kid_of(key.public_key().public_bytes_raw()): key},
        papers=ImageFiles(Path(places.data) / "papers", base.fields),
        words=RealNameWords(
            real_name_keys(base.config),
            audience_of(base.config.node_id, base.config.trust_domain),
        ),
    )
    views = CitizenViews(house, box, ledger, base.images, AccessLogService(house))
    return CitizenCounter(house, counter, (files, dispatch), views, base.log)
