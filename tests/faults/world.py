"""A world of real processes with a fault proxy in front of every listener.

    registry, certificates, jiaxing (the window), shangrao (the holder), and on demand pudong (a
    member who holds nothing of the case, watches the others' logs and is the insider attacker),
    time-stamp; and one process of officers for each archive (officers.py).

Each process runs the product's own command on a copy of one founded federation. The directory
names the proxies as endpoints, so that everything between two processes passes through one.
"""

import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from types import TracebackType

from certificate_service.config import FILE as CERTIFICATE_FILE
from certificate_service.config import dump_settings
from certificate_service.config import load_settings as load_certificates
from deploy.localnet.document import Federation, read_federation
from deploy.localnet.layout import Layout
from deploy.localnet.ports import LOOPBACK, choose_ports, wait_until
from federation_registry.config import load_settings as load_registry
from federation_registry.config import write_settings as write_registry
from federation_registry.folder import Folder
from node.config import FILE as NODE_FILE
from node.config import dump_config, load_config
from records.refusal import Refusal
from tests.faults.child import Plan
from tests.faults.officers_client import Officers
from tests.faults.processes import Command, Managed
from tests.faults.proxy import FaultProxy
from tests.faults.template import copy_template
from trust.identity.council import council_from_json
from trust.identity.directory_files import load_snapshot

REGISTRY, CERTIFICATES = "registry", "certificates"
WINDOW, HOLDER, WITNESS = "jiaxing", "shangrao", "pudong"
ARCHIVES = {WINDOW: "330400", HOLDER: "361100", WITNESS: "310115"}
NODES = (WINDOW, HOLDER, WITNESS)
_DIRECTORY_SECONDS = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is different in this world from an ordinary one."""

    nodes: tuple[str, ...] = (WINDOW, HOLDER)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    """By name of the process; officers of a node are "officers-<node>"."""
    node_settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Changes of node.toml, by node."""
    time_stamp: bool = False
    crash_points: bool = False
    """Points can be armed in every process."""
    preload: Mapping[str, str] = field(default_factory=dict)
    """Environment of every process."""
    attack_pause: float = 0.2
    """Seconds between two attacks."""
    resume: bool = False
    """The folder is a world that was left behind: its processes go on where they were."""


class World:
    """Everything that runs, by name; a context manager that ends all of it."""

    def __init__(self, template: Path, folder: Path, seed: int, setup: Setup | None = None) -> None:
        """A copy of the template is in `folder`; nothing runs."""
        self.setup = setup or Setup()
        self._template = template
        self.seed = seed
        self.rng = Random(seed)
        if self.setup.resume and folder.is_dir():
            _put_logs_aside(folder / "logs")
        else:
            shutil.rmtree(folder, ignore_errors=True)
            copy_template(template, folder)
        self.layout = Layout(root=folder.resolve())
        self.federation: Federation = read_federation(folder)
        self.listens: dict[str, str] = {}
        self.proxies: dict[str, FaultProxy] = {}
        self.processes: dict[str, Managed] = {}
        self.officers: dict[str, Officers] = {}
        self._stack = ExitStack()
        self._choose_addresses()
        self._write_settings()

    def __enter__(self) -> "World":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        """Everything of this world."""
        return self.layout.root

    @property
    def names(self) -> tuple[str, ...]:
        """Processes that serve, in the order in which they are started."""
        return (REGISTRY, CERTIFICATES, *self.setup.nodes)

    def start(self) -> None:
        """Every process listens, every node knows where the others are."""
        for name in self.names:
            proxy = FaultProxy(self.proxies_at(name), self.listens[name], self.seed)
            proxy.start()
            self.proxies[name] = proxy
        self._make_processes()
        try:
            for name in self.names:
                self.processes[name].spawn()
            for name in self.names:
                self.processes[name].wait_listening()
            self.wait_directory()
            for node in self.setup.nodes:
                self.officers[node] = Officers(self.processes[f"officers-{node}"])
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Nothing of it runs."""
        for officers in self.officers.values():
            officers.close()
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                process.resume()
        for process in reversed(self.processes.values()):
            process.kill() if process.is_alive() else None
        for proxy in self.proxies.values():
            proxy.stop()

    def data(self, name: str) -> Path:
        """Data folder of a service or node."""
        fixed = {REGISTRY: self.layout.registry, CERTIFICATES: self.layout.certificates}
        return fixed.get(name) or self.layout.node(name)

    def before(self, path: Path) -> Path:
        """The file as it was in the template."""
        return self._template / path.relative_to(self.folder)

    def proxies_at(self, name: str) -> str:
        """Address under which others reach the process."""
        return self._fronts[name]

    def kill(self, *names: str) -> None:
        """kill -9, supervisors included."""
        for name in names:
            self.processes[name].kill()

    def revive(self, *names: str) -> None:
        """They run and listen again."""
        for name in names:
            self.processes[name].spawn()
        for name in names:
            self.processes[name].wait_listening()

    def replan(self, name: str, **changes: object) -> None:
        """The process is started with these changes of its plan from now on."""
        process = self.processes[name]
        process.plan = replace(process.plan, **changes)  # type: ignore[arg-type]

    def arm(self, name: str, point: str, meeting: int = 1) -> None:
        """The process of that name dies at the point, once."""
        folder = self._points(name)
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{point}"
        partial.write_text(str(meeting), encoding="ascii")
        partial.rename(folder / point)

    def was_met(self, name: str, point: str) -> bool:
        """Whether the process died there."""
        return (self._points(name) / f"{point}.met").exists()

    def points_met(self, name: str) -> int:
        """How often the process died at a point."""
        folder = self._points(name)
        return sum(1 for _ in folder.glob("*.met")) if folder.is_dir() else 0

    def wait_directory(self) -> None:
        """Every node has the present address of every process."""
        if not wait_until(self._knows_addresses, _DIRECTORY_SECONDS):
            message = "the directory did not follow the addresses"
            raise AssertionError(message)

    def set_weather(self, names: Sequence[str] = (), **changes: float | bool | int) -> None:
        """The weather in front of these processes (all when empty); fair without changes."""
        for name in names or self.names:
            self.proxies[name].set(**changes)

    def _points(self, name: str) -> Path:
        return self.folder / "points" / name

    def _choose_addresses(self) -> None:
        names = (REGISTRY, "enrolment", CERTIFICATES, "verify", *NODES)
        ports = iter(choose_ports(2 * len(names) + len(NODES)))
        self._fronts = {name: f"{LOOPBACK}:{next(ports)}" for name in names}
        self.listens = {name: f"{LOOPBACK}:{next(ports)}" for name in names}
        self._desks = {name: f"{LOOPBACK}:{next(ports)}" for name in NODES}

    def _write_settings(self) -> None:
        self._settle_registry()
        self._settle_certificates()
        for node in NODES:
            config, _places = load_config(self.layout.node(node))
            changed = replace(
                config,
                listen=self.listens[node],
                address=self._fronts[node],
                desk=self._desks[node],
                registry=self._fronts[REGISTRY],
                directory_seconds=1.0,
                **dict(self.setup.node_settings.get(node, {})),  # type: ignore[arg-type]
            )
            text = dump_config(changed)
            (self.layout.node(node) / NODE_FILE).write_text(text, encoding="utf-8")

    def _settle_registry(self) -> None:
        folder = Folder(path=self.layout.registry)
        settings = load_registry(folder)
        changed = replace(
            settings,
            listen=self.listens[REGISTRY],
            public_address=self._fronts[REGISTRY],
            enrol_listen=self.listens["enrolment"],
        )
        write_registry(folder, changed)

    def _settle_certificates(self) -> None:
        settings, _places = load_certificates(self.layout.certificates)
        changed = replace(
            settings,
            listen=self.listens[CERTIFICATES],
            address=self._fronts[CERTIFICATES],
            verify_listen=self.listens["verify"],
            registry=self._fronts[REGISTRY],
            directory_seconds=1.0,
            tsa=settings.tsa if self.setup.time_stamp else "",
        )
        text = dump_settings(changed)
        (self.layout.certificates / CERTIFICATE_FILE).write_text(text, encoding="utf-8")

    def _make_processes(self) -> None:
        serve = ("serve", "--data")
        commands = {
            REGISTRY: ("lantai-registry", *serve, str(self.layout.registry)),
            CERTIFICATES: ("lantai-certificate", *serve, str(self.layout.certificates)),
        }
        for node in self.setup.nodes:
            data = str(self.layout.node(node))
            commands[node] = ("lantai-node", *serve, data, "--no-desk")
            sessions = str(self.folder / "officers" / node)
            place = (data, ARCHIVES[node], str(self.folder), sessions, self._desks[node])
            commands[f"officers-{node}"] = ("officers", *place)
            self.listens[f"officers-{node}"] = self._desks[node]
        for name, arguments in commands.items():
            command = Command(name=name, arguments=("--", *arguments), listens=self.listens[name])
            self.processes[name] = Managed(command, self.folder, self._plan(name))
            self.processes[name].preload = self.setup.preload

    def _plan(self, name: str) -> Plan:
        plan = self.setup.plans.get(name, Plan())
        if self.setup.crash_points:
            self._points(name).mkdir(parents=True, exist_ok=True)
            plan = replace(plan, points=str(self._points(name)))
        return plan

    def _knows_addresses(self) -> bool:
        council = council_from_json(self.layout.council_file.read_bytes())
        for node in self.setup.nodes:
            try:
                snapshot = load_snapshot(self.data(node) / "directory", council)
            except Refusal:
                return False  # It is being written at this moment.
            known = {} if snapshot is None else snapshot.endpoints
            for name in (CERTIFICATES, *self.setup.nodes):
                if name not in known or known[name].statement.grpc != self._fronts[name]:
                    return False
        return True


def _put_logs_aside(logs: Path) -> None:
    """What the processes of an earlier run wrote is in a folder of its own beneath `logs`."""
    written = list(logs.glob("*.log"))
    if written:
        aside = logs / f"before-{len(list(logs.glob('before-*'))) + 1}"
        aside.mkdir()
        for path in written:
            path.rename(aside / path.name)


def wait_until_true(condition: object, seconds: float, what: str) -> float:
    """How long it took until the condition held; AssertionError after `seconds`."""
    began = time.monotonic()
    if not wait_until(condition, seconds):  # type: ignore[arg-type]
        raise AssertionError(f"not within {seconds} s: {what}")
    return time.monotonic() - began
