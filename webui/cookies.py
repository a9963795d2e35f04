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


def session_cookie(*, secure: bool) -> str:
    """Name of the session cookie; `__Host-` pins it to this host where TLS is in front."""
    return "__Host-lantai" if secure else "lantai_session"


def set_session(response: Response, session_id: str, *, secure: bool) -> None:
    """Give the browser a session id that scripts and other sites cannot use."""
    response.set_cookie(
        session_cookie(secure=secure),
        session_id,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def clear_session(response: Response, *, secure: bool) -> None:
    """Take the session id away."""
    response.delete_cookie(
        session_cookie(secure=secure), path="/", secure=secure, httponly=True, samesite="strict"
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
