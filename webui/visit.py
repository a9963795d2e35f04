"""One request as a page handler sees it: everything read, nothing of the web server."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from webui.form import Form
from webui.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of one browser."""

    method: str
    path: str
    params: Mapping[str, str]
    """Places in the path, e.g. {"id": "..."}."""
    query: Mapping[str, str]
    form: Form
    words: Words
    """Sentences of the language chosen."""
    size: str
    """Letter size chosen."""
    shortcuts: str
    """on or off: single-key shortcuts (WCAG 2.1.4)."""
    partial: bool
    """True where htmx asked for a part of the page."""
    session_id: str
    """Session id of the cookie, or a new one that the answer sets; secret."""
    fresh: bool
    """True where the session id is new, so nobody is signed in."""
    now: datetime
    """The server's clock, aware, UTC."""
    client: str
    """Address of the caller, for sign-in limits."""
    origin: str = ""
    """This site as the browser names it, e.g. "https://desk.example"."""
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What this browser keeps for us."""

    @property
    def english(self) -> bool:
        """True where the pages are shown in English."""
        return self.words.language == "en"

    def with_session(self, session_id: str) -> "Visit":
        """The same visit after sign-in: its pages carry tokens of the new session."""
        return replace(self, session_id=session_id, fresh=False)
