"""Run by test_tls_attacks: calls, rotations and 200 half-open handshakes at once, in a process.

Its own process, because the fault that it looks for (grpc/grpc#36693) ends the process.
"""

from trust.channel import tls13

tls13.require()

import json  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

from channel_world import EchoExchange, World  # noqa: E402

from protos.lantai.v1 import envelope_pb2, exchange_pb2_grpc  # noqa: E402
from records.refusal import Refusal  # noqa: E402


def flood(port: int, is_enough: Callable[[], bool]) -> int:
    """Opens 200 connections again and again, sends three bytes on each, says no more."""
    opened = 0
    while not is_enough():
        connections = []
        for _ in range(200):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", port))
            connections.append(connection)
        time.sleep(0.1)
        for connection in connections:
            try:
                connection.send(b"\x16\x03\x01")
                opened += 1
            except OSError:
                pass
        time.sleep(0.25)
        for connection in connections:
            connection.close()
    return opened


def main(seconds: float) -> int:
    """Print what happened; 0 where every call was answered."""
    world = World()
    jiaxing, shangrao = world.join("jiaxing"), world.join("shangrao")
    server, target = world.serve(shangrao, EchoExchange())
    partner = world.call(jiaxing, target, shangrao)
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    counts = {"answered": 0, "failed": 0, "rotations": 0}
    begun, done = time.monotonic(), threading.Event()
    codes: list[str] = []

    def is_enough() -> bool:
        """After `seconds`; later where the machine is busy, when enough was answered."""
        much = counts["answered"] > 50 and counts["rotations"] > 5
        return time.monotonic() - begun > (seconds if much else 60.0)

    def call() -> None:
        while not done.is_set():
            try:
                stub.Locate(envelope_pb2.Envelope(payload_type="x"))
                counts["answered"] += 1
            except Refusal as refusal:
                counts["failed"] += 1
                codes.append(str(refusal))
            time.sleep(0.002)

    def rotate() -> None:
        while not done.is_set():
            time.sleep(0.1)
            world.rotate(shangrao)
            counts["rotations"] += 1

    threads = [threading.Thread(target=call) for _ in range(3)]
    threads.append(threading.Thread(target=rotate))
    for thread in threads:
        thread.start()
    counts["half_open"] = flood(int(target.rpartition(":")[2]), is_enough)
    done.set()
    for thread in threads:
        thread.join()
    partner.close()
    server.stop(0)
    print(json.dumps({**counts, "codes": codes[:5]}))
    return 0 if counts["failed"] == 0 and counts["answered"] > 50 else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
