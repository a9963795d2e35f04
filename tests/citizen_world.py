"""Citizens' pages in front of a letter box, for tests: a browser with a phone in its hand."""

import contextlib
import functools
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import uvicorn
from desk_client import Answer, Client
from desk_server import PARTS, serving

from node.adapters.clues import load_areas
from node.adapters.reference_tables import load_query_reader
from node.citizen_config import load_citizen_config
from node.cli.citizens import open_letterbox, real_name_of
from node.desk.citizen.app import create_citizen_app
from node.desk.citizen.settings import CitizenSettings
from node.services.office import HostedArchive
from records.jurisdictions import Jurisdictions
from records.sought import QueryReader
from trust.channel.quota import Limit

ZHOU = {"name": "周金水", "id_no": "361199196211050313", "mobile": "13800001234"}
ANSWERS: dict[str, dict[str, str]] = {
    "archive": {"archive": "330400"},
    "category": {"category": "marriage_registration"},
    "relation": {"relation": "party"},
    "subject": {"subject_former": "周锦水"},
    "other": {"other_name": "吴桂兰"},
    "when": {"period": "85年", "period_sure": "sure"},
    "where": {"place": "上饶县"},
    "more": {"words": "公社在桥头"},
    "purpose": {"purpose": "property"},
    "delivery": {"delivery": "mobile"},
}
"""E01, as the citizen answers it on the phone."""


@functools.cache
def _reader() -> QueryReader:
    return load_query_reader(PARTS / "tables")


@functools.cache
def _places() -> Jurisdictions:
    return Jurisdictions(load_areas(None))


class NoLimit:
    """Counts nothing: tests type faster than people."""

    def take(self, key: str, limit: Limit, now: datetime) -> None:
        """Always."""


@contextlib.contextmanager
def citizen_pages(
    box: Path, clock: Callable[[], datetime], *, limited: bool = False
) -> Iterator[str]:
    """The URL of the citizens' pages of the letter box in that folder."""
    config, places = load_citizen_config(box)
    settings = CitizenSettings(
        archives=tuple(
            HostedArchive(archive_code=one.code, name=one.name) for one in config.archives
        ),
        is_sample=True,
        web_parts=PARTS / "web",
        reader=_reader(),
        places=_places(),
        real_name=real_name_of(config, places.folder),
        clock=clock,
        random=secrets.token_bytes,
        verify_url="http://verify.demo.invalid/",
        phone="0573-82521000",
    )
    servers: list[uvicorn.Server] = []
    limiter = None if limited else NoLimit()
    app = create_citizen_app(open_letterbox(config, places), settings, limiter)
    with serving(app, servers) as url:
        yield url


class Phone(Client):
    """One browser of one citizen."""

    def token(self) -> str:
        found = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.get("/track").text)
        assert found is not None
        return found[1]

    def begin(self) -> str:
        """A new application; returns its code."""
        answer = self.post("/apply")
        assert answer.status == 303, answer.text[:400]
        return self.cookies["lantai_filing"]

    def answer(self, name: str, **changes: str) -> Answer:
        return self.post(f"/apply/{name}", {**ANSWERS[name], **changes})

    def answer_all(self, **changes: dict[str, str]) -> None:
        """Every question that the pages ask, in the order in which they ask."""
        path = "/apply/next"
        for _ in range(20):
            answer = self.get(path)
            if answer.status == 303:
                path = answer.headers["location"].partition("?")[0]
                continue
            name = path.rpartition("/")[2]
            sent = self.post(path, {**ANSWERS[name], **changes.get(name, {})})
            assert sent.status == 303, (name, sent.text[:2000])
            path = sent.headers["location"].partition("?")[0]
            if path in ("/apply/check", "/real-name"):
                return
        raise AssertionError(path)

    def prove(self, **changes: str) -> "Phone":
        """Through the demo provider and back."""
        page = self.get("/real-name").text
        found = re.search(r'href="(/real-name/demo\?state=[0-9a-f]+)"', page)
        assert found is not None, page[:500]
        state = found[1].partition("=")[2]
        sent = self.post("/real-name/demo", {**ZHOU, **changes, "state": state})
        assert sent.status == 303, sent.text[:2000]
        back = self.get(sent.headers["location"])
        assert back.status == 303, back.text[:500]
        return self

    def file(self) -> str:
        """The application is sent; returns its code."""
        answer = self.post("/apply/check", {"consent": "yes"})
        assert (answer.status, answer.headers.get("location")) == (303, "/apply/done"), answer.text
        return self.cookies["lantai_filing"]
