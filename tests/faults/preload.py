"""What the fork server imports once, so that each process of a world starts within a moment.

Imports only: no connection, no engine, no thread may exist before the fork (the product's own
supervisor forks in the same state, trust/channel/supervised.py).
"""

from importlib import import_module

from trust.channel import tls13

# gRPC reads its suites when it is first loaded.
tls13.require()

for _name in (
    "node.cli",
    "node.cli.running",
    "certificate_service.cli",
    "certificate_service.cli.running",
    "federation_registry.cli",
    "tests.faults.officers",
    "tests.faults.points",
    "tests.faults.clocks",
    "tests.faults.mutants",
    "tests.faults.repeating",
):
    import_module(_name)
for _group in import_module("node.cli").GROUPS:
    import_module(f"node.cli.{_group}")
