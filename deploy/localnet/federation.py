"""One federation in one folder: founded once, started and stopped as often as one likes."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from deploy.localnet.addresses import Addresses, choose_addresses
from deploy.localnet.appointing import appoint_all
from deploy.localnet.citizen_pages import NODE, citizen_process, ensure_citizen_box
from deploy.localnet.document import (
    FILE_NAME,
    Federation,
    Login,
    NodeEntry,
    read_federation,
    write_federation,
)
from deploy.localnet.founding import Founded, found
from deploy.localnet.furnishing import furnish_all
from deploy.localnet.joining import join_all
from deploy.localnet.layout import Layout
from deploy.localnet.moving import addresses_of, move
from deploy.localnet.plan import NODES
from deploy.localnet.ports import wait_until
from deploy.localnet.processes import ProcessPlan, Supervisor, program
from deploy.localnet.progress import Progress
from deploy.parts import ROOT
from deploy.reasons import FEDERATION_RUNNING, STEP_FAILED
from node.bootstrap import open_office
from node.services.office import Office
from records.refusal import Refusal
from trust.identity.council import council_from_json
from trust.identity.directory import DirectorySnapshot
from trust.identity.directory_files import load_snapshot

DIRECTORY_WAIT_SECONDS = 180.0


def system_clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


class LocalFederation:
    """The processes and data of one folder."""

    def __init__(
        self,
        folder: Path,
        progress: Progress,
        clock: Callable[[], datetime] = system_clock,
        *,
        citizens: bool = False,
    ) -> None:
        """Work in `folder`; nothing is touched yet. `citizens` = their pages run as well."""
        self._citizens = citizens
        self.layout = Layout(root=folder.resolve())
        self.supervisor = Supervisor(self.layout.root)
        self._progress = progress
        self._clock = clock
        self._offices: dict[str, Office] = {}

    def start(self, *, anew: bool = False) -> Federation:
        """All processes run: a new federation where there is none (or `anew`), else the kept one.

        Raises:
            Refusal: FEDERATION_RUNNING, FOLDER_NOT_OURS, PARTS_NOT_READY, PROCESS_DIED,
                PROCESS_NOT_READY, STEP_FAILED.
        """
        if self.supervisor.running():
            raise Refusal(FEDERATION_RUNNING, self.layout.root.name)
        try:
            if not anew and (self.layout.root / FILE_NAME).is_file():
                return self._start_kept()
            return self._start_new()
        except BaseException:
            self.stop()
            raise

    def office(self, node_id: str) -> Office:
        """The node's own use cases, opened on its data once, as its pages have them."""
        if node_id not in self._offices:
            self._offices[node_id] = open_office(self.layout.node(node_id), self._clock)
        return self._offices[node_id]

    def restart(self, *names: str) -> None:
        """The named processes were stopped and run again, with the settings as they are now.

        Raises:
            Refusal: PROCESS_DIED, PROCESS_NOT_READY.
        """
        addresses = addresses_of(read_federation(self.layout.root))
        plans = [self._registry(addresses), *self._others(addresses)]
        self.supervisor.stop(names)
        self.supervisor.start([plan for plan in plans if plan.name in names])
        self._offices.clear()

    def stop(self) -> int:
        """Every process has ended; returns how many there were."""
        return self.supervisor.stop()

    def _start_new(self) -> Federation:
        step = self._progress.step
        addresses = choose_addresses()
        with step("密钥仪式、信任名单、协议与馆藏范围 · keys, trust list, agreements, coverage"):
            founded = found(self.layout, addresses, self._clock)
        with step("登记处启动 · registry"):
            self.supervisor.start([self._registry(addresses)])
        with step("三个节点与出证服务凭一次性口令入网，双人核准 · enrolment"):
            join_all(founded, self._clock)
        with step("导入四馆样本馆藏，人员到岗 · importing the sample holdings; officers"):
            logins = furnish_all(self.layout)
        if self._citizens:
            ensure_citizen_box(self.layout, addresses)
        with step(
            "节点、窗口页面、出证服务、查验页、时间戳启动 · nodes, desks, certificate service"
        ):
            self.supervisor.start(self._others(addresses))
        with step("各节点取得目录 · every node has the directory"):
            self._wait_for_directory()
        with step("馆领导签发任命 · appointments"):
            offices = {plan.node_id: self.office(plan.node_id) for plan in NODES}
            appoint_all(offices, founded.authorities, self._clock())
        federation = self._describe(founded, logins)
        if self._citizens:
            federation = _with_citizens(federation, addresses)
        write_federation(self.layout.root, federation)
        return federation

    def _start_kept(self) -> Federation:
        federation = read_federation(self.layout.root)
        addresses = addresses_of(federation)
        if not addresses.are_free():
            addresses = choose_addresses()
            federation = move(self.layout, federation, addresses)
        if self._citizens:
            ensure_citizen_box(self.layout, addresses)
            federation = _with_citizens(federation, addresses)
        with self._progress.step("原有联邦重新启动 · starting the kept federation"):
            self.supervisor.start([self._registry(addresses)])
            self.supervisor.start(self._others(addresses))
        write_federation(self.layout.root, federation)
        return federation

    def _registry(self, addresses: Addresses) -> ProcessPlan:
        data = str(self.layout.registry)
        return ProcessPlan(
            name="registry",
            command=(program("lantai-registry"), "serve", "--data", data),
            listens=(addresses.registry, addresses.enrolment),
        )

    def _others(self, addresses: Addresses) -> list[ProcessPlan]:
        certificates = str(self.layout.certificates)
        service = program("lantai-certificate")
        plans = [
            ProcessPlan(
                name=plan.node_id,
                command=(
                    program("lantai-node"),
                    "serve",
                    "--data",
                    str(self.layout.node(plan.node_id)),
                ),
                listens=(addresses.grpc[plan.node_id], addresses.desk[plan.node_id]),
            )
            for plan in NODES
        ]
        if self._citizens:
            plans.append(citizen_process(self.layout, addresses))
        return [
            *plans,
            ProcessPlan(
                name="certificates",
                command=(service, "serve", "--data", certificates),
                listens=(addresses.certificates,),
            ),
            ProcessPlan(
                name="verify-site",
                command=(service, "verify-site", "--data", certificates),
                listens=(addresses.verify,),
            ),
            ProcessPlan(
                name="console",
                command=(
                    program("lantai-registry"),
                    "console",
                    "--data",
                    str(self.layout.registry),
                    "--listen",
                    addresses.console,
                    "--parts",
                    str(ROOT / "var" / "parts"),
                ),
                listens=(addresses.console,),
            ),
            ProcessPlan(
                name="time-stamp",
                command=(
                    sys.executable,
                    "-m",
                    "deploy.localnet.time_stamp_server",
                    "--data",
                    str(self.layout.time_stamp),
                    "--listen",
                    addresses.time_stamp,
                ),
                listens=(addresses.time_stamp,),
            ),
        ]

    def _wait_for_directory(self) -> None:
        """Every node holds every endpoint, agreement, coverage and key that was declared."""
        if not wait_until(self._is_directory_complete, DIRECTORY_WAIT_SECONDS):
            raise Refusal(STEP_FAILED, "the directory did not become complete: see logs")

    def _is_directory_complete(self) -> bool:
        council = council_from_json(self.layout.council_file.read_bytes())
        snapshots = []
        for plan in NODES:
            try:
                snapshots.append(
                    load_snapshot(self.layout.node(plan.node_id) / "directory", council)
                )
            except Refusal:
                return False  # It is being written at this moment.
        return all(snapshot is not None and _is_complete(snapshot) for snapshot in snapshots)

    def _describe(self, founded: Founded, logins: tuple[Login, ...]) -> Federation:
        layout, addresses = self.layout, founded.addresses
        return Federation(
            registry={
                "grpc": addresses.registry,
                "enrolment": addresses.enrolment,
                "web": f"http://{addresses.console}/fed",
                "data": str(layout.registry),
            },
            certificate_service={
                "grpc": addresses.certificates,
                "verify": f"http://{addresses.verify}",
                "data": str(layout.certificates),
            },
            nodes=tuple(
                NodeEntry(
                    node_id=plan.node_id,
                    archive=plan.name,
                    grpc=addresses.grpc[plan.node_id],
                    desk=f"http://{addresses.desk[plan.node_id]}",
                    data=str(layout.node(plan.node_id)),
                    archives=tuple(
                        {"archive_code": archive.archive_code, "name": archive.name}
                        for archive in plan.archives
                    ),
                    logins=tuple(
                        login
                        for login in logins
                        if login.archive_code in {a.archive_code for a in plan.archives}
                    ),
                )
                for plan in NODES
            ),
            trust_list=str(layout.trust_list),
            council_keys=str(layout.council_file),
            seal_roots=str(layout.seal_roots),
            tsa=f"http://{addresses.time_stamp}/tsa",
        )


def _with_citizens(federation: Federation, addresses: Addresses) -> Federation:
    nodes = tuple(
        replace(node, citizen=f"http://{addresses.citizen}") if node.node_id == NODE else node
        for node in federation.nodes
    )
    return replace(federation, nodes=nodes)


def _is_complete(snapshot: DirectorySnapshot) -> bool:
    """All that the plan declares: endpoints of nodes and services, agreements, coverage."""
    endpoints = snapshot.endpoints.keys() >= {plan.node_id for plan in NODES} | {"certificates"}
    tls = sum(part.kind == "key" and part.subject.endswith("/tls/") for part in snapshot.parts())
    return (
        endpoints
        and tls >= len(NODES) + 1
        # Each pair of the three nodes has one agreement; a node holds those it is a party to.
        and len(snapshot.agreements) >= len(NODES) - 1
        and len(snapshot.coverage) >= 14
    )
