"""gRPC door of routing: for consoles and for programs without a directory of their own."""

import grpc

from federation_registry.domain.reasons import ROUTE_MALFORMED
from federation_registry.services.answer_route import AnswerRoute
from protos.lantai.v1 import routing_pb2, routing_pb2_grpc
from records.refusal import Refusal
from records.route_terms import RouteAnswer, RouteQuery
from trust.channel.caller import current
from trust.channel.server import ServiceRegistration


class RoutingServicer(routing_pb2_grpc.RoutingServicer):
    """Translates; the rules are `records.routing`."""

    def __init__(self, routes: AnswerRoute) -> None:
        """Serve these."""
        self._routes = routes

    def Route(
        self, request: routing_pb2.RouteRequest, context: grpc.ServicerContext
    ) -> routing_pb2.RouteReply:
        """Answer for the caller itself: nobody asks what another node may ask."""
        own = current(context).participant_id
        if request.asking_node not in ("", own):
            raise Refusal(ROUTE_MALFORMED, "asking_node is not the caller")
        query = RouteQuery(
            category=request.category,
            place=request.place,
            year=request.year or None,
            number=request.number,
            asking_node=request.asking_node,
            purpose=request.purpose,
            requester=request.requester,
            granularity=request.granularity or "extract",
            delivery=request.delivery,
            year_to=request.year_to or None,
        )
        return to_reply(self._routes.answer(query))


def to_reply(answer: RouteAnswer) -> routing_pb2.RouteReply:
    """The answer as a message."""
    ask = answer.ask
    return routing_pb2.RouteReply(
        nodes=[
            routing_pb2.Candidate(
                node_id=one.node_id,
                archive_code=one.archive_code,
                why=one.why,
                agreement_id=one.agreement_id,
                state=one.state,
                notice=one.notice,
            )
            for one in answer.nodes
        ],
        refused=[
            routing_pb2.Refusal(
                node_id=one.node_id,
                archive_code=one.archive_code,
                code=one.code,
                why=one.why,
                rule=one.rule,
            )
            for one in answer.refused
        ],
        ask=routing_pb2.Question(question=ask.question, choices=ask.choices) if ask else None,
        jurisdictions=[
            routing_pb2.Jurisdiction(code=one.code, name=one.name, period=one.period)
            for one in answer.jurisdictions
        ],
        referrals=[routing_pb2.Referral(name=one.name, why=one.why) for one in answer.referrals],
    )


def register_routing(servicer: RoutingServicer) -> ServiceRegistration:
    """The service as a server takes it."""
    return ServiceRegistration(
        descriptor=routing_pb2.DESCRIPTOR.services_by_name["Routing"],
        add=routing_pb2_grpc.add_RoutingServicer_to_server,
        servicer=servicer,
    )
