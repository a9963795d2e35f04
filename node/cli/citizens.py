"""`lantai-node citizen-init` and `citizen`: the letter box, and the pages in front of it.

The pages are for the internet zone: they open the folder of the letter box and nothing else. They
have no key of the archive, no case and no page of the staff.
"""

import argparse
import base64
import secrets
from dataclasses import replace
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.adapters.clues import load_areas
from node.adapters.demo_real_name import DemoRealName
from node.adapters.reference_tables import load_query_reader
from node.adapters.sql_citizen_box import SqlBoxOutside, ensure_box
from node.bootstrap import system_clock
from node.citizen_config import (
    DEMO,
    CitizenConfig,
    CitizenPlaces,
    load_citizen_config,
    write_citizen_folder,
)
from node.citizen_ports import RealName
from node.cli.citizen_duty import KEY_FILE
from node.cli.frame import Commands, add_shared, say
from node.config import FILE, dump_config, load_config
from node.domain.citizen_keys import BoxKeys
from node.domain.citizen_reasons import REAL_NAME_UNKNOWN
from node.domain.citizens import ProvenPerson
from node.domain.real_name import audience_of
from node.services.citizen_letterbox import CitizenLetterbox
from node.services.office import HostedArchive
from node.services.real_name_words import sign_word
from records.jurisdictions import Jurisdictions
from records.refusal import Refusal
from trust.identity.field_key_files import PERSON, FieldKeyFiles
from trust.identity.keys import new_ed25519, read_exchange_key, read_signer, write_private_key
from trust.store.engine import open_engine
from trust.store.person_digests import prefix_of
from trust.store.reasons import FIELD_KEY_IN_USE

REAL_NAME_KEY = "real-name.key"
"""The demo provider's own key, in the box's folder: a real provider keeps its own."""
GROUP = "lantai.real_name"
"""Entry points: name → a function without arguments that returns a `RealName`."""


def add_commands(commands: Commands) -> None:
    """`citizen-init`, `citizen-keys` and `citizen` are sub-commands."""
    init = commands.add_parser("citizen-init", help="群众端信箱：建立目录和密钥")
    add_shared(init)
    init.add_argument("--box", type=Path, default=None, metavar="DIR", help="default DATA/citizen")
    init.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    init.add_argument("--verify-url", default="", metavar="URL", help="查验页地址")
    init.add_argument("--phone", default="", help="馆办公电话")
    init.add_argument("--real-name", default=DEMO, metavar="NAME", help="实名核验方式")
    init.add_argument(
        "--real-name-key", default="", metavar="BASE64", help="实名核验方的签名公钥（Ed25519）"
    )
    init.set_defaults(run=_init)
    keys = commands.add_parser(
        "citizen-keys", help="群众端信箱：查找本人所用的密钥，更换后重启网页"
    )
    add_shared(keys)
    keys.add_argument("--box", type=Path, required=True, metavar="DIR", help="信箱目录")
    keys.add_argument("--rotate", action="store_true", help="make a new key")
    keys.add_argument("--burn", type=int, default=0, metavar="NUMBER", help="destroy an old key")
    keys.set_defaults(run=_keys)
    pages = commands.add_parser("citizen", help="群众端网页（互联网区）")
    pages.add_argument("--box", type=Path, required=True, metavar="DIR", help="信箱目录")
    pages.set_defaults(run=_serve)


def _init(chosen: argparse.Namespace) -> int:
    box = chosen.box or chosen.data / "citizen"
    make_box(
        chosen.data,
        box,
        listen=chosen.listen,
        verify_url=chosen.verify_url,
        phone=chosen.phone,
        real_name=chosen.real_name,
        real_name_key=chosen.real_name_key,
    )
    say({"box": str(box)}, f"群众端信箱已建立：{box.name}", as_json=chosen.json)
    return 0


def make_box(data: Path, box: Path, *, listen: str, real_name_key: str = "", **more: str) -> None:
    """The node in `data` has a letter box in `box` and takes letters from it at its next start.

    Identities that the owner of `real_name_key` signed are believed; the demo brings its own.

    Raises:
        Refusal: CITIZEN_BOX where there is one, DATA_FOLDER, CONFIG_MALFORMED, and those of keys.
    """
    config, places = load_config(data)
    passphrase = places.passphrase.read_bytes().strip() if places.passphrase else None
    path = places.data / "keys" / KEY_FILE
    if not path.exists():
        write_private_key(path, X25519PrivateKey.generate(), passphrase)
    settings = CitizenConfig(
        node_id=config.node_id,
        trust_domain=config.trust_domain,
        archives=config.archives,
        listen=listen,
        parts=config.parts,
        **more,  # type: ignore[arg-type]
    )
    public = read_exchange_key(path, passphrase).public_key()
    write_citizen_folder(box, settings, secrets.token_bytes(32), public)
    if settings.real_name == DEMO:
        real_name_key = make_demo_provider(box)
    if not config.citizen_box:
        inside = box.resolve().is_relative_to(data.resolve())
        named = box.resolve().relative_to(data.resolve()) if inside else box.resolve()
        words = (real_name_key,) if real_name_key else config.citizen_real_name
        moved = replace(config, citizen_box=str(named), citizen_real_name=words)
        (data / FILE).write_text(dump_config(moved), "utf-8")


def make_demo_provider(box: Path) -> str:
    """The demo provider of that box can sign; returns its public key, base64."""
    key = new_ed25519()
    write_private_key(box / REAL_NAME_KEY, key, None)
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _serve(chosen: argparse.Namespace) -> int:
    import uvicorn

    from node.cli.serve import configure_logging
    from node.desk.citizen.app import create_citizen_app
    from node.desk.citizen.settings import CitizenSettings

    configure_logging()
    config, places = load_citizen_config(chosen.box)
    settings = CitizenSettings(
        archives=tuple(
            HostedArchive(archive_code=one.code, name=one.name) for one in config.archives
        ),
        is_sample=config.trust_domain.endswith(".invalid"),
        web_parts=places.parts / "web",
        reader=load_query_reader(places.parts / "tables"),
        places=Jurisdictions(load_areas(None)),
        real_name=real_name_of(config, places.folder),
        clock=system_clock,
        random=secrets.token_bytes,
        verify_url=config.verify_url,
        phone=config.phone,
        hosts=config.hosts,
        secure=config.secure,
    )
    host, _, port = config.listen.rpartition(":")
    server = uvicorn.Config(
        create_citizen_app(open_letterbox(config, places), settings),
        host=host,
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    print(f"citizen http://{config.listen}", flush=True)
    uvicorn.Server(server).run()
    return 0


def open_letterbox(config: CitizenConfig, places: CitizenPlaces) -> CitizenLetterbox:
    """The pages' half of the box, opened. Raises Refusal: those of the store."""
    engine = open_engine(places.database)
    ensure_box(engine)
    people = person_keys(places.folder)
    if not people.load():
        people.add()
    return CitizenLetterbox(
        SqlBoxOutside(engine),
        BoxKeys(places.pepper, {key.kid: key.secret for key in people.load()}),
        (config.node_id, places.counter),
        secrets.token_bytes,
        config.limits,
    )


def person_keys(folder: Path) -> FieldKeyFiles:
    """The keys under which people are found in the box: person-<n>.key in its folder."""
    return FieldKeyFiles(folder, None, secrets.token_bytes, PERSON)


def _keys(chosen: argparse.Namespace) -> int:
    """Numbers and what lies under each; a fresh one; or one that nothing lies under is gone."""
    _, places = load_citizen_config(chosen.box)
    keys, engine = person_keys(places.folder), open_engine(places.database)
    ensure_box(engine)
    box = SqlBoxOutside(engine)
    if chosen.rotate:
        keys.add()
    if chosen.burn and box.count_under(prefix_of(chosen.burn)):
        raise Refusal(FIELD_KEY_IN_USE, f"person key {chosen.burn}")
    if chosen.burn:
        keys.destroy(chosen.burn)
    found = {key.kid: box.count_under(prefix_of(key.kid)) for key in keys.load()}
    content = {"filings": found, "without_key": box.count_under("")}
    words = "\n".join(f"{kid}  {count} 件" for kid, count in found.items())
    say(content, words, as_json=chosen.json)
    return 0


def real_name_of(config: CitizenConfig, folder: Path) -> RealName:
    """The provider that the settings name. Raises Refusal: REAL_NAME_UNKNOWN."""
    if config.real_name == DEMO:
        signer = read_signer(folder / REAL_NAME_KEY, None)
        audience = audience_of(config.node_id, config.trust_domain)

        def sign(person: ProvenPerson, at: datetime) -> ProvenPerson:
            return sign_word(person, audience, at, signer)

        return DemoRealName(secrets.token_bytes, sign)
    for found in entry_points(group=GROUP, name=config.real_name):
        provider: RealName = found.load()()
        return provider
    raise Refusal(REAL_NAME_UNKNOWN, config.real_name[:40])
