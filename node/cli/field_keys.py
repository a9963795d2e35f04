"""`lantai-node keys list|rotate|burn`: the keys that seal and digest personal data at rest."""

import argparse
import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect

from node.adapters.asking_tables import askings
from node.adapters.carry_digests import CarryDigests
from node.adapters.case_log import CaseLog
from node.adapters.correction_tables import corrections
from node.adapters.duty_tables import complaints
from node.adapters.erasure_tables import ensure_erasure_tables, erasures
from node.adapters.person_tables import person_kids
from node.adapters.seal_files import SealFiles, uses
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_casebook import case_rows, lock_writers
from node.bootstrap import Base, make_office, open_base, system_clock
from node.cli.frame import Commands, add_shared, say
from node.cli.progress import ProgressBar
from node.cli.session import add_login_options, open_actor
from node.domain.officers import Actor
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
        step.add_argument(
            "--people", action="store_true", help="the key of digests of names and ID numbers"
        )
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


def at_rest_duties(base: Base) -> dict[str, Callable[[], int]]:
    """What goes on in the background.

    Files in plain, or under an older key, are sealed; digests under an older key are carried to
    the newest, also after a killed rotation.
    """
    sealing = SealFiles(sealed_folders(base), base.fields, base.log)
    return {"files": sealing.run, "digests": make_carrying(base).run}


def make_carrying(base: Base) -> CarryDigests:
    """Carries digests of names and identity numbers to the newest key."""
    return CarryDigests(base.engine, base.house.people, base.log)


def _list(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    fields = base.fields
    found = fields.fingerprints()
    words = "\n".join(
        f"{kid}  {said}  {'加密中' if kid == fields.newest else '仅解密'}"
        for kid, said in found.items()
    )
    with base.engine.connect() as connection:
        people = person_kids(connection)
    told = {kid: base.house.people.fingerprint(kid) for kid in people if kid}
    words += "\n" + "\n".join(f"{kid}  {told.get(kid, '-')}  姓名与证件号摘要" for kid in people)
    content = {"keys": found, "newest": fields.newest, "people": told, "people_in_use": people}
    say(content, words, as_json=chosen.json)
    return 0


def _rotate(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    actor, _ = open_actor(make_office(base), chosen, system_clock())
    require_act(actor, actor.archive_code, Act.ERASE)
    if chosen.people:
        return _rotate_people(chosen, base, actor)
    store = base.folder.field_keys()
    store.add()
    fields = SealedFields(store, secrets.token_bytes)
    register(base.engine, fields)
    # Before the transaction: it sees to its tables in one of its own, and would wait for ours.
    rows = sealed_rows(base, fields)
    with transaction(base.engine) as connection:
        # Writers that still know the old key only wait; their next write finds the new one.
        lock_writers(connection)
        done = rows.reseal(connection)
    scrub(base.engine, ())
    content = {"newest": fields.newest, "resealed": done}
    say(content, f"新密钥 {fields.newest}，已重新加密 {done} 份", as_json=chosen.json)
    return 0


def _rotate_people(chosen: argparse.Namespace, base: Base, actor: Actor) -> int:
    """A new key, and every digest under it; an unfinished rotation is finished instead."""
    carrying = make_carrying(base)
    resumed = not carrying.is_done()
    if not resumed:
        carrying.begin(base.folder.person_keys(), _teller(base, actor))
    bar, total, done = ProgressBar(), carrying.count(), 0
    while seen := carrying.step():
        done = min(done + seen, total)
        bar("digests", done, total)
    newest = base.house.people.load()
    content = {"newest": newest, "looked_at": done, "resumed": resumed}
    words = f"摘要密钥 {newest}，已处理 {done} 行" + ("（续接上次）" if resumed else "")
    say(content, words, as_json=chosen.json)
    return 0


def _teller(base: Base, actor: Actor) -> Callable[[Connection, int], None]:
    """A leaf in the log of each archive of the node, with the change itself."""
    log = CaseLog(base.config.trust_domain, secrets.token_bytes)
    now = base.house.clock()

    def tell(connection: Connection, _kid: int) -> None:
        for code in base.house.archives:
            log.append_note(connection, code, "", "person_key_made", actor.officer_id, now)

    return tell


def _burn(chosen: argparse.Namespace) -> int:
    base, now = open_base(chosen.data), system_clock()
    office = make_office(base)
    actor, _ = open_actor(office, chosen, now)
    leader, _ = open_actor(office, chosen, now, "leader_")
    require_act(actor, actor.archive_code, Act.ERASE)
    require_act(leader, actor.archive_code, Act.APPROVE_ERASURE)
    if leader.person_id == actor.person_id:
        raise Refusal(DUTY_CONFLICT, "leader")
    if chosen.people:
        return _burn_people(chosen, base)
    rows = sealed_rows(base, base.fields)
    with transaction(base.engine) as connection:
        lock_writers(connection)
        in_rows = rows.uses(connection, chosen.kid)
        if in_rows or uses(sealed_folders(base), chosen.kid):
            raise Refusal(reasons.FIELD_KEY_IN_USE, f"key {chosen.kid}")
    base.folder.field_keys().destroy(chosen.kid)
    forget(base.engine, chosen.kid)
    say({"burnt": chosen.kid}, f"密钥 {chosen.kid} 已销毁", as_json=chosen.json)
    return 0


def _burn_people(chosen: argparse.Namespace, base: Base) -> int:
    with transaction(base.engine) as connection:
        lock_writers(connection)
        if chosen.kid in person_kids(connection):
            raise Refusal(reasons.FIELD_KEY_IN_USE, f"person key {chosen.kid}")
    base.folder.person_keys().destroy(chosen.kid)
    say({"burnt": chosen.kid}, f"摘要密钥 {chosen.kid} 已销毁", as_json=chosen.json)
    return 0
