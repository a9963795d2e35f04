"""Sends the forms of the desks one by one, each about a case of its own."""

import re
import urllib.parse
from collections.abc import Callable
from dataclasses import replace
from html import unescape

from desk_client import Answer, Client
from desk_form import Row
from desk_forms import ROWS
from fake_office import World


def ready(world: World, row: Row, number: int) -> tuple[str, dict[str, object]]:
    """The path of the form for a case of its own, and what is sent."""
    case_no = f"LT-330400-20261121-{number:04}"
    if row.about:
        world.cases[case_no] = replace(world.cases[row.about], case_no=case_no)
    places = {"id": case_no, **row.places}
    if row.make is not None:
        places |= row.make(world, case_no)
    path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: places[found[1]], row.path)
    image = world.entry.images[0].sha256
    return path, {key: image if said == "IMAGE" else said for key, said in row.sent.items()}


def send(client: Client, path: str, fields: dict[str, object], token: str) -> Answer:
    body = urllib.parse.urlencode({"_csrf": token, **fields}, doseq=True).encode()
    return client.send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})


def inputs(page: str) -> str:
    """The page's words as a browser reads them."""
    return unescape(page)


def walk(first: int, check: Callable[[int, Row], None]) -> None:
    """Checks every form and names all that fail, not the first alone."""
    faults = []
    for number, row in enumerate(ROWS, start=first):
        try:
            check(number, row)
        except AssertionError as fault:
            faults.append(f"{row.path}: {str(fault).splitlines()[0]}")
    assert not faults, "\n".join(faults)
