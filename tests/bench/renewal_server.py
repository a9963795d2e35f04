"""A supervised server that renews its certificate every 100 ms: `renewal_server DIR PORT`.

Its own process, because the fault that the measurement looks for (grpc/grpc#36693) ends the
process. Every answered call stands in a durable table before it is answered.
"""

from trust.channel import tls13

tls13.require()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from channel_world import EchoExchange, Someone, World  # noqa: E402
from sqlalchemy import Column, Integer, MetaData, String, Table, insert  # noqa: E402

from trust.channel.server import ServerSettings  # noqa: E402
from trust.channel.supervised import serve_supervised  # noqa: E402
from trust.envelope.dsse import envelope_to_json  # noqa: E402
from trust.envelope.statement import sign_statement  # noqa: E402
from trust.identity.council import CouncilKeys, council_to_json  # noqa: E402
from trust.store.engine import open_engine, transaction  # noqa: E402

EVERY_SECONDS = 0.1
metadata = MetaData()
acknowledged = Table(
    "acknowledged",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call", String(64), nullable=False, index=True),
)


class DurableExchange(EchoExchange):
    """Answers what it has stored."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.engine = open_engine(f"sqlite:///{folder / 'acknowledged.db'}")
        metadata.create_all(self.engine)

    def Submit(self, request, context):
        with transaction(self.engine) as connection:
            connection.execute(insert(acknowledged).values(call=request.payload.decode()))
        return request


def hand_over(world: World, folder: Path) -> None:
    """What the caller needs: its identity, the trust list, the council."""
    jiaxing = world.people["jiaxing"]
    identity = jiaxing.holder.current
    for name, content in (
        ("chain.pem", identity.chain_pem),
        ("key.pem", identity.private_key_pem),
        ("roots.pem", identity.roots_pem),
        ("statement.json", jiaxing.statement),
    ):
        (folder / name).write_bytes(content)
    keys = {signer.kid: signer.public_key for signer in world.council}
    (folder / "council.json").write_bytes(council_to_json(CouncilKeys(threshold=2, keys=keys)))
    envelope = sign_statement(world.current_view().trust_list, *world.council[:2])
    (folder / "trust.json").write_bytes(envelope_to_json(envelope))


def rotate(world: World, own: Someone, folder: Path) -> None:
    """A new certificate every 100 ms, first stated, then shown; how many stands in a file."""
    count, due = 0, time.monotonic()
    while True:
        identity = world.issue(own.participant)
        own.statement = world.state(
            own.participant, own.signer, identity, sequence=time.time_ns() // 1000
        )
        own.holder.replace(identity)
        count += 1
        (folder / f"rotations-{os.getpid()}").write_text(str(count))
        due = max(due + EVERY_SECONDS, time.monotonic() - EVERY_SECONDS)
        time.sleep(max(0.0, due - time.monotonic()))


def serve(world: World, folder: Path, port: int) -> int:
    own = world.people["shangrao"]
    from trust.channel.credentials import server_credentials
    from trust.channel.registrations import register
    from trust.channel.server import build_server

    server = build_server(
        listen=f"127.0.0.1:{port}",
        credentials=server_credentials(own.holder),
        services=[register("Exchange", DurableExchange(folder))],
        gate=world.gate(own),
        workers=8,
        settings=ServerSettings(),
    )
    server.start()
    threading.Thread(target=rotate, args=(world, own, folder), daemon=True).start()
    (folder / "pid").write_text(str(os.getpid()))
    server.serve_until_terminated(1.0)
    return 0


def main(folder: Path, port: int) -> int:
    world = World()
    world.join("jiaxing")
    world.join("shangrao")
    hand_over(world, folder)

    def report(number: int, crashes: int) -> None:
        with (folder / "crashes").open("a") as file:
            line = {"signal": number, "crashes": crashes, "at": time.time()}
            file.write(json.dumps(line) + "\n")

    return serve_supervised(lambda: serve(world, folder, port), report)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
