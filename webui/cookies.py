"""The cookies of our pages: session, sign-in form, language, letter size."""

from collections.abc import Mapping

from starlette.responses import Response

LANGUAGES = ("zh-CN", "en")
"""Languages of the pages; the first is the default."""

SIZES = ("standard", "large", "elder")
"""Letter sizes: 标准, 大, 长辈."""

SHORTCUTS = ("on", "off")
"""Single-key shortcuts."""

_YEAR_SECONDS = 365 * 24 * 3600


STAFF = "lantai"
"""Whose session it is; pages for others on the same host name their cookies otherwise."""


def session_cookie(*, secure: bool, whose: str = STAFF) -> str:
    """Name of the session cookie; `__Host-` pins it to this host where TLS is in front."""
    return f"__Host-{whose}" if secure else f"{whose}_session"


def set_session(response: Response, session_id: str, *, secure: bool, whose: str = STAFF) -> None:
    """Give the browser a session id that scripts and other sites cannot use."""
    response.set_cookie(
        session_cookie(secure=secure, whose=whose),
        session_id,
        path="/",
        secure=secure,
        httponly=True,
        # A citizen comes back from the real-name provider by a link, which Strict would not let
        # recognise; forms are held by their token and by Origin either way.
        samesite="strict" if whose == STAFF else "lax",
    )


def clear_session(response: Response, *, secure: bool, whose: str = STAFF) -> None:
    """Take the session id away."""
    response.delete_cookie(
        session_cookie(secure=secure, whose=whose),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def set_preference(response: Response, name: str, value: str, *, secure: bool) -> None:
    """Keep `language`, `size` or `shortcuts` for a year."""
    response.set_cookie(
        f"lantai_{name}",
        value,
        max_age=_YEAR_SECONDS,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def read_language(cookies: Mapping[str, str]) -> str:
    """The language chosen by cookie, else the default."""
    return _choice(cookies.get("lantai_language", ""), LANGUAGES)


def read_size(cookies: Mapping[str, str]) -> str:
    """The letter size chosen by cookie, else the standard one."""
    return _choice(cookies.get("lantai_size", ""), SIZES)


def read_shortcuts(cookies: Mapping[str, str]) -> str:
    """Whether single-key shortcuts are on."""
    return _choice(cookies.get("lantai_shortcuts", ""), SHORTCUTS)


def _choice(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]
