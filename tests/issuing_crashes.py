"""kill -9 at every write of an issuance: the process that issues dies there, another takes over.

A forked child does the node's and the service's part of one release. Every durable write (commit of
a transaction, replacement of a file) is a crash point before it and one after it; at the chosen one
the child kills itself with SIGKILL. Then a second child does the same work to its end. What must
hold afterwards is read from the log and the register by `faults_of`.
"""

import hashlib
import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from certificate_house import World
from certificate_papers import HOLDER
from sqlalchemy import select, text
from sqlalchemy.engine.default import DefaultDialect

from certificate_service.adapters.sql_file_proofs import SQLFileProofs
from certificate_service.adapters.sql_long_files import SQLLongFiles
from certificate_service.adapters.tables import release as releases
from certificate_service.services.authorise import ReleasePapers
from certificate_service.services.issue_certificate import IssueCertificate
from records.refusal import Refusal
from trust.store.engine import transaction
from trust.transparency.leaf import Leaf, decode_leaf, encode_leaf


@dataclass
class Points:
    """Counts writes; dies at the chosen one (0 = never)."""

    chosen: int
    met: int = 0

    def __call__(self) -> None:
        self.met += 1
        if self.met == self.chosen:
            os.kill(os.getpid(), signal.SIGKILL)

    def arm(self) -> None:
        """Every commit and every file replacement of this process is a point, before and after."""
        commit, move, link = DefaultDialect.do_commit, Path.replace, os.link

        def do_commit(dialect: Any, connection: Any) -> None:
            self()
            commit(dialect, connection)
            self()

        def do_replace(path: Path, target: Any) -> Any:
            self()
            moved = move(path, target)
            self()
            return moved

        def do_link(*arguments: Any, **named: Any) -> None:
            self()
            link(*arguments, **named)
            self()

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
        Path.replace = do_replace  # type: ignore[method-assign]
        os.link = do_link


def in_child(world: World, work: Callable[[], None], chosen: int) -> tuple[bool, int]:
    """Whether the child was killed, and how many points it met; the parent's state is untouched."""
    world.engine.dispose()
    report, answer = os.pipe()
    child = os.fork()
    if child == 0:
        points = Points(chosen)
        status = 1
        try:
            points.arm()
            work()
            os.write(answer, str(points.met).encode())
            status = 0
        except BaseException:  # noqa: BLE001 -- the child ends here, whatever it was
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(status)
    os.close(answer)
    said = os.read(report, 32)
    os.close(report)
    _pid, ended = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(ended)
    if not killed and os.waitstatus_to_exitcode(ended):
        message = "the issuing child failed"
        raise AssertionError(message)
    return killed, int(said or 0)


def issue_as_node(world: World, papers: ReleasePapers) -> None:
    """What a node does, from the signed order to the confirmed certificate; takes up what is there.

    The node knows nothing but its log: a leaf that is there is not written again; an index that was
    taken makes it prepare again with the next one.
    """
    caller, issue = "shangrao", world.issue
    known = world.register.find(release_id(papers))
    papers = replace(papers, leaf_index=known.leaf_index if known else size(world))
    release = issue.prepare(papers, world.images(papers), caller)
    token = hashlib.sha256(release.token).hexdigest()
    leaves = read_leaves(world)
    found = [i for i, leaf in leaves if leaf.token_sha256 == token]
    if not found and release.leaf_index != len(leaves):
        papers = replace(papers, leaf_index=len(leaves))
        release = issue.prepare(papers, world.images(papers), caller)
        token = hashlib.sha256(release.token).hexdigest()
    index = (
        found[0]
        if found
        else append(
            world,
            Leaf(ts_ms=world.ms, kind="certificate", number=release.number, token_sha256=token),
        )
    )
    pdf = issue.issue(release.release_id, prove(world, index), caller)
    digest = hashlib.sha256(pdf)
    found = [i for i, leaf in read_leaves(world) if leaf.file_sha256 == digest.hexdigest()]
    index = (
        found[0]
        if found
        else append(
            world,
            Leaf(
                ts_ms=world.ms,
                kind="certificate_file",
                number=release.number,
                file_sha256=digest.hexdigest(),
            ),
        )
    )
    issue.confirm(release.release_id, digest.digest(), prove(world, index), caller)


def release_id(papers: ReleasePapers) -> str:
    return str(json.loads(papers.order.payload)["release_id"])


def size(world: World) -> int:
    with transaction(world.engine) as connection:
        return world.log.size(connection, world.origin)


def append(world: World, leaf: Leaf) -> int:
    with transaction(world.engine) as connection:
        return world.log.append(connection, world.origin, encode_leaf(leaf))


def prove(world: World, index: int) -> str:
    with transaction(world.engine) as connection:
        return world.log.make_proof(connection, world.origin, index, world.log_signer, world.now)


def read_leaves(world: World) -> list[tuple[int, Leaf]]:
    query = text("select idx, body from log_leaf where log_id = :log order by idx")
    with world.engine.connect() as connection:
        rows = connection.execute(query, {"log": world.origin})
        return [(int(index), decode_leaf(bytes(body))) for index, body in rows]


def crash_once(world: World, chosen: int) -> tuple[bool, int]:
    """One release, killed at that point, then finished by another process."""
    papers = world.papers()
    killed, met = in_child(world, lambda: issue_as_node(world, papers), chosen)
    if killed:
        in_child(world, lambda: issue_as_node(world, papers), 0)
    # Done once more, it changes nothing.
    world.engine.dispose()
    before = len(read_leaves(world))
    issue_as_node(world, papers)
    assert len(read_leaves(world)) == before
    return killed, met


def faults_of(world: World) -> list[str]:
    """Everything that must not be: numbers used twice, leaves or certificates without the other."""
    found: list[str] = []
    leaves = [leaf for _index, leaf in read_leaves(world)]
    tokens = Counter(leaf.number for leaf in leaves if leaf.kind == "certificate")
    files = Counter(leaf.number for leaf in leaves if leaf.kind == "certificate_file")
    by_token = {leaf.token_sha256: leaf.number for leaf in leaves if leaf.kind == "certificate"}
    by_file = {leaf.file_sha256: leaf.number for leaf in leaves if leaf.kind == "certificate_file"}
    with world.engine.connect() as connection:
        rows = list(connection.execute(select(releases)))
    numbers = Counter(row.number for row in rows)
    found += [f"{number} used {count} times" for number, count in numbers.items() if count > 1]
    for kind, counted in (("certificate", tokens), ("certificate_file", files)):
        found += [
            f"{number}: {count} leaves {kind}" for number, count in counted.items() if count > 1
        ]
        found += [f"{number}: leaf {kind} without certificate" for number in counted - numbers]
    for row in rows:
        pdf = world.register.file(row.release_id) if row.state != "prepared" else b""
        if row.state != "confirmed":
            found.append(f"{row.number}: {row.state}")
        if by_token.get(hashlib.sha256(row.token).hexdigest()) != row.number:
            found.append(f"{row.number}: certificate without leaf")
        if by_file.get(hashlib.sha256(pdf).hexdigest()) != row.number:
            found.append(f"{row.number}: file without leaf")
    places = Counter(row.status_index for row in rows)
    found += [f"place {place} twice" for place, count in places.items() if count > 1]
    return found + _sealed_twice(world)


def _sealed_twice(world: World) -> list[str]:
    """The seal signer's own memory: one document for each release."""
    import sqlite3

    path = world.folder / "archives" / HOLDER / "seal.db"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        ((count, distinct),) = database.execute(
            "select count(*), count(distinct release_id) from sealed_release"
        )
    return [] if count == distinct else ["a release sealed two documents"]


def prepare_world(world: World) -> None:
    """All the parts of production whose writes could be interrupted."""
    proofs = SQLFileProofs(world.engine)
    SQLLongFiles(world.engine)
    world.publisher._file_proofs = proofs
    world.issue = IssueCertificate(replace(world.issue._parts, file_proofs=proofs))
    # Fonts and outlines are warm before the first fork; the children inherit them.
    try:
        world.certify()
    except Refusal as refusal:  # pragma: no cover
        raise AssertionError(refusal.line()) from refusal
    world.seals._signers.clear()
