"""No method without a line in an access table, no line without a method (default deny)."""

from google.protobuf.descriptor import FileDescriptor

from certificate_service.access import ACCESS as CERTIFICATE_ACCESS
from federation_registry.access import MEMBER_RIGHTS, STRANGER_RIGHTS
from node.access import ACCESS as NODE_ACCESS
from protos.lantai.v1 import (
    certificates_pb2,
    desk_pb2,
    directory_pb2,
    enrolment_pb2,
    exchange_pb2,
    liveness_pb2,
    relay_pb2,
    routing_pb2,
    witness_pb2,
)
from trust.channel.access import AccessTable

NOT_SERVED_YET: set[str] = set()
"""Contracts that later work fills; no server registers them."""


def methods(*files: FileDescriptor) -> set[str]:
    return {
        f"/{service.full_name}/{method.name}"
        for file in files
        for service in file.services_by_name.values()
        for method in service.methods
    }


def lines(table: AccessTable, wanted: set[str]) -> set[str]:
    return {method for method in wanted if table.find(method) is not None}


def test_every_method_of_the_node_has_its_line() -> None:
    wanted = methods(exchange_pb2.DESCRIPTOR, desk_pb2.DESCRIPTOR)
    NODE_ACCESS.verify_complete(wanted)
    assert lines(NODE_ACCESS, wanted) == wanted


def test_every_method_of_the_registry_has_its_line_on_its_listener() -> None:
    members = methods(
        directory_pb2.DESCRIPTOR,
        routing_pb2.DESCRIPTOR,
        liveness_pb2.DESCRIPTOR,
        enrolment_pb2.DESCRIPTOR,
        relay_pb2.DESCRIPTOR,
        witness_pb2.DESCRIPTOR,
    )
    assert members == set(MEMBER_RIGHTS)
    assert methods(enrolment_pb2.DESCRIPTOR) == set(STRANGER_RIGHTS)


def test_strangers_reach_two_methods_and_nothing_else() -> None:
    assert {m for m, kinds in STRANGER_RIGHTS.items() if kinds} == {
        "/lantai.v1.Enrolment/Enrol",
        "/lantai.v1.Enrolment/Collect",
    }


def test_every_method_of_the_certificate_service_has_its_line() -> None:
    CERTIFICATE_ACCESS.verify_complete(methods(certificates_pb2.DESCRIPTOR))


def test_no_contract_is_forgotten_by_every_server() -> None:
    every = methods(
        certificates_pb2.DESCRIPTOR,
        desk_pb2.DESCRIPTOR,
        directory_pb2.DESCRIPTOR,
        enrolment_pb2.DESCRIPTOR,
        exchange_pb2.DESCRIPTOR,
        liveness_pb2.DESCRIPTOR,
        relay_pb2.DESCRIPTOR,
        routing_pb2.DESCRIPTOR,
        witness_pb2.DESCRIPTOR,
    )
    served = lines(NODE_ACCESS, every) | set(MEMBER_RIGHTS) | lines(CERTIFICATE_ACCESS, every)
    assert every - served == NOT_SERVED_YET
