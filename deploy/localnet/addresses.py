"""Where every process of a sample federation listens: loopback, free ports."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.localnet.plan import NODES
from deploy.localnet.ports import LOOPBACK, choose_ports, is_free


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """host:port of each listener."""

    registry: str
    enrolment: str
    certificates: str
    verify: str
    console: str
    time_stamp: str
    citizen: str
    """Citizens' pages of the first node."""
    grpc: Mapping[str, str]
    """By node id."""
    desk: Mapping[str, str]

    def all(self) -> tuple[str, ...]:
        """Every address once."""
        own = (self.registry, self.enrolment, self.certificates, self.verify)
        pages = (self.console, self.time_stamp, self.citizen)
        return (*own, *pages, *self.grpc.values(), *self.desk.values())

    def are_free(self) -> bool:
        """Whether nothing listens at any of them."""
        return all(is_free(address) for address in self.all())


def choose_addresses() -> Addresses:
    """Addresses on ports that were free a moment ago."""
    ports = iter(f"{LOOPBACK}:{port}" for port in choose_ports(7 + 2 * len(NODES)))
    return Addresses(
        registry=next(ports),
        enrolment=next(ports),
        certificates=next(ports),
        verify=next(ports),
        console=next(ports),
        time_stamp=next(ports),
        citizen=next(ports),
        grpc={node.node_id: next(ports) for node in NODES},
        desk={node.node_id: next(ports) for node in NODES},
    )
