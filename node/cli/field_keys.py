"""`lantai-node keys list|rotate|burn`: the keys that seal personal data at rest."""

import argparse
import secrets
from pathlib import Path

from sqlalchemy import inspect

from node.adapters.asking_tables import askings
from node.adapters.correction_tables import corrections
from node.adapters.duty_tables import complaints
from node.adapters.erasure_tables import ensure_erasure_tables, erasures
from node.adapters.seal_files import SealFiles, uses
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_casebook import case_rows, lock_writers
from node.bootstrap import Base, make_office, open_base, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.session import add_login_options, open_actor
from node.services.house import require_act
from records.duties import Act
from records.process_reasons import DUTY_CONFLICT
from records.refusal import Refusal
from trust.identity.field_register import forget, register
from trust.store import reasons
from trust.store.engine import transaction
from trust.store.scrubbing import scrub
from trust.store.sealed_fields import SealedFields


def add_commands(commands: Commands) -> None:
    """`keys` is a sub-command."""
    keys = commands.add_parser("keys", help="the keys that seal personal data in the database")
    steps = keys.add_subparsers(dest="step", required=True, metavar="STEP")
    shown = steps.add_parser("list", help="numbers and fingerprints")
    rotate = steps.add_parser("rotate", help="make a new key and seal everything under it")
    burn = steps.add_parser("burn", help="destroy an old key: backups sealed with it are dead")
    for step, run in ((shown, _list), (rotate, _rotate), (burn, _burn)):
        add_shared(step)
        step.set_defaults(run=run)
    for step in (rotate, burn):
        add_login_options(step)
    burn.add_argument("kid", type=int, metavar="NUMBER")
    burn.add_argument("--leader-login", type=Path, metavar="FILE", help="the leader who agrees")
    burn.add_argument("--leader-user", default="", help=argparse.SUPPRESS)


def sealed_rows(base: Base, fields: SealedFields) -> SealedRows:
    """Every sealed body of the node's database."""
    ensure_erasure_tables(base.engine)
    more = [corrections] if inspect(base.engine).has_table(corrections.name) else []
    return case_rows(fields, erasures, complaints, askings, *more)


def sealed_folders(base: Base) -> tuple[Path, ...]:
    """Where files lie that are about people: page images and certificates, applicants' papers."""
    return tuple(base.places.data / name for name in ("images", "papers"))


def make_sealing(base: Base) -> SealFiles:
    """Seals in the background what lies in plain, or under an older key."""
    return SealFiles(sealed_folders(base), base.fields, base.log)


def _list(chosen: argparse.Namespace) -> int:
    fields = open_base(chosen.data).fields
    found = fields.fingerprints()
    words = "\n".join(
        f"{kid}  {said}  {'加密中' if kid == fields.newest else '仅解密'}"
        for kid, said in found.items()
    )
    say({"keys": found, "newest": fields.newest}, words, as_json=chosen.json)
    return 0


def _rotate(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    actor, _ = open_actor(make_office(base), chosen, system_clock())
    require_act(actor, actor.archive_code, Act.ERASE)
    store = base.folder.field_keys()
    store.add()
    fields = SealedFields(store, secrets.token_bytes)
    register(base.engine, fields)
    with transaction(base.engine) as connection:
        # Writers that still know the old key only wait; their next write finds the new one.
        lock_writers(connection)
        done = sealed_rows(base, fields).reseal(connection)
    scrub(base.engine, ())
    content = {"newest": fields.newest, "resealed": done}
    say(content, f"新密钥 {fields.newest}，已重新加密 {done} 份", as_json=chosen.json)
    return 0


def _burn(chosen: argparse.Namespace) -> int:
    base, now = open_base(chosen.data), system_clock()
    office = make_office(base)
    actor, _ = open_actor(office, chosen, now)
    leader, _ = open_actor(office, chosen, now, "leader_")
    require_act(actor, actor.archive_code, Act.ERASE)
    require_act(leader, actor.archive_code, Act.APPROVE_ERASURE)
    if leader.person_id == actor.person_id:
        raise Refusal(DUTY_CONFLICT, "leader")
    with transaction(base.engine) as connection:
        lock_writers(connection)
        in_rows = sealed_rows(base, base.fields).uses(connection, chosen.kid)
        if in_rows or uses(sealed_folders(base), chosen.kid):
            raise Refusal(reasons.FIELD_KEY_IN_USE, f"key {chosen.kid}")
    base.folder.field_keys().destroy(chosen.kid)
    forget(base.engine, chosen.kid)
    say({"burnt": chosen.kid}, f"密钥 {chosen.kid} 已销毁", as_json=chosen.json)
    return 0
