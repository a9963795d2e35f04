"""Puts together what notes questions to several archives; asking them is node/asking_wiring.py."""

from sqlalchemy import Engine

from node.adapters.sql_askings import SqlAskings
from node.ports import Clues
from node.services.ask_in_turn import NoteQuestions
from node.services.house import House
from node.services.routing import RouteCase
from trust.store.sealed_fields import SealedFields


def make_questions(
    house: House, clues: Clues, engine: Engine, fields: SealedFields
) -> NoteQuestions:
    """What pages and commands are given."""
    return NoteQuestions(house, RouteCase(house, clues), SqlAskings(engine, fields))
