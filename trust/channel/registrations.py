"""The contract's services by name, so that a bootstrap needs no generated module."""

from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.descriptor import FileDescriptor

from protos.lantai.v1 import (
    certificates_pb2,
    certificates_pb2_grpc,
    desk_pb2,
    desk_pb2_grpc,
    directory_pb2,
    directory_pb2_grpc,
    enrolment_pb2,
    enrolment_pb2_grpc,
    exchange_pb2,
    exchange_pb2_grpc,
    liveness_pb2,
    liveness_pb2_grpc,
    relay_pb2,
    relay_pb2_grpc,
    routing_pb2,
    routing_pb2_grpc,
    witness_pb2,
    witness_pb2_grpc,
)
from trust.channel.server import ServiceRegistration

_Add = Callable[[Any, grpc.Server], None]
_SERVICES: dict[str, tuple[FileDescriptor, _Add]] = {
    "Certificates": (
        certificates_pb2.DESCRIPTOR,
        certificates_pb2_grpc.add_CertificatesServicer_to_server,
    ),
    "Desk": (desk_pb2.DESCRIPTOR, desk_pb2_grpc.add_DeskServicer_to_server),
    "Directory": (directory_pb2.DESCRIPTOR, directory_pb2_grpc.add_DirectoryServicer_to_server),
    "Enrolment": (enrolment_pb2.DESCRIPTOR, enrolment_pb2_grpc.add_EnrolmentServicer_to_server),
    "Exchange": (exchange_pb2.DESCRIPTOR, exchange_pb2_grpc.add_ExchangeServicer_to_server),
    "Liveness": (liveness_pb2.DESCRIPTOR, liveness_pb2_grpc.add_LivenessServicer_to_server),
    "Relay": (relay_pb2.DESCRIPTOR, relay_pb2_grpc.add_RelayServicer_to_server),
    "Routing": (routing_pb2.DESCRIPTOR, routing_pb2_grpc.add_RoutingServicer_to_server),
    "Witness": (witness_pb2.DESCRIPTOR, witness_pb2_grpc.add_WitnessServicer_to_server),
}


def register(name: str, servicer: object) -> ServiceRegistration:
    """The registration of a service of the contract, e.g. "Exchange".

    Raises:
        KeyError: no such service; a programmer's mistake.
    """
    descriptor, add = _SERVICES[name]
    return ServiceRegistration(
        descriptor=descriptor.services_by_name[name], add=add, servicer=servicer
    )
