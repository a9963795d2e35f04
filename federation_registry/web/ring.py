"""The federation as a ring: no map, no borders (console.md §6: 非地理示意图).

Each member is a circle with a sign for its state, so that nobody depends on colour; the width of a
line is the number of agreements. Drawn on the server, printable, with the table beside it.
"""

from collections.abc import Sequence
from math import cos, pi, sin

from markupsafe import Markup, escape

from federation_registry.services.oversee import FederationView, MemberLine

_WIDTH, _HEIGHT = 720, 420
_SIGNS = {
    "ready": ("✓", "ok"),
    "slow": ("!", "warn"),
    "maintenance": ("–", "grey"),
    "silent": ("×", "bad"),
    "denied": ("×", "bad"),
    "suspended": ("–", "grey"),
    "left": ("–", "grey"),
}
MOST = 60
"""Members drawn; with more, the table is the page."""


def draw_ring(view: FederationView, label: str) -> Markup:
    """The ring of nodes around the registries and certificate services."""
    nodes = [one for one in view.members if one.kind == "node"][:MOST]
    middle = [one for one in view.members if one.kind != "node"][:6]
    places = _around(nodes, 280, 165) | _around(middle, 60 if len(middle) > 1 else 0, 40)
    parts = [f'<ellipse class="ring" cx="{_WIDTH / 2}" cy="{_HEIGHT / 2 - 10}" rx="280" ry="165"/>']
    for one, other, count in view.links:
        if one in places and other in places:
            (x1, y1), (x2, y2) = places[one], places[other]
            parts.append(
                f'<line class="link" x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" '
                f'stroke-width="{min(8, 1 + count)}"><title>{escape(one)} – {escape(other)}: '
                f"{count}</title></line>"
            )
    parts += [_circle(one, places[one.participant_id]) for one in (*middle, *nodes)]
    return Markup(  # noqa: S704 - every text in it was escaped
        f'<svg class="chart chart-wide" role="group" aria-label="{escape(label)}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}">{"".join(parts)}</svg>'
    )


def state_of(one: MemberLine) -> str:
    """The state that is shown: standing first, then who is awake."""
    return one.standing if one.standing != "active" else one.liveness or "ready"


def sign_of(one: MemberLine) -> str:
    """✓ ! × or –."""
    return _SIGNS.get(state_of(one), ("–", "grey"))[0]


def tone_of(one: MemberLine) -> str:
    """Class of the state's colour."""
    return _SIGNS.get(state_of(one), ("–", "grey"))[1]


def _around(
    members: Sequence[MemberLine], wide: float, high: float
) -> dict[str, tuple[float, float]]:
    places = {}
    for number, one in enumerate(members):
        angle = 2 * pi * number / max(1, len(members)) - pi / 2
        places[one.participant_id] = (
            _WIDTH / 2 + wide * cos(angle),
            _HEIGHT / 2 - 10 + high * sin(angle),
        )
    return places


def _circle(one: MemberLine, place: tuple[float, float]) -> str:
    x, y = place
    radius = 20 if one.kind == "node" else 16
    name = one.name if len(one.name) <= 10 else one.name[:9] + "…"
    return (
        f'<a href="/fed/nodes/{escape(one.participant_id)}" class="dot dot-{tone_of(one)}">'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}"/>'
        f'<text class="dot-sign" x="{x:.0f}" y="{y + 6:.0f}" text-anchor="middle">{sign_of(one)}'
        f'</text><text class="dot-name" x="{x:.0f}" y="{y + radius + 17:.0f}" '
        f'text-anchor="middle">{escape(name)}</text>'
        f"<title>{escape(one.name)}: {escape(state_of(one))}</title></a>"
    )
