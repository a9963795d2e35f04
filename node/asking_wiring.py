"""Puts together what asks several archives at once."""

from concurrent.futures import Executor

from node.adapters.sql_askings import SqlAskings
from node.bootstrap import Base, Desks
from node.ports import Partner
from node.services.ask_in_turn import AskInTurn
from node.services.ask_partners import AskPartners
from node.services.local_partner import LocalPartner
from node.services.routing import RouteCase


def make_asking(base: Base, desks: Desks, partner: Partner, threads: Executor) -> AskPartners:
    """Asks through `partner`, and our own archives without a network."""
    house = base.house
    local = LocalPartner(house, desks.requests, desks.answers, desks.locate, desks.files)

    def reach(node_id: str) -> Partner:
        return local if node_id == house.node_id else partner

    return AskPartners(house, RouteCase(house, base.clues), reach, threads)


def make_asking_duty(base: Base, asking: AskPartners) -> AskInTurn:
    """Asks what the pages and the commands have noted."""
    book = SqlAskings(base.engine, base.fields)
    return AskInTurn(base.house, book, asking, base.staff, base.log)
