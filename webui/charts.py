"""Charts as SVG drawn on the server: no script, printable, each with a table beside it.

Numbers come in, markup goes out; every text is escaped. A bar or point carries a `<title>`, and
the page shows the same figures as a table (console.md §6), so that nobody depends on the picture.
Colours are classes of charts.css, since our policy allows no style attributes.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 640, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 10, 22
_OPENS, _CLOSES = 8, 17


def hour_line(counts: Sequence[int], label: str, unit: str) -> Markup:
    """Counts over the hours of a day as an area with points; `label` names the picture."""
    top = max(4, *counts)
    first, last = _open_hours(counts)
    inner = _WIDTH - _LEFT - _RIGHT
    points = {
        hour: (_LEFT + inner * (hour - first) / (last - first), _y(counts[hour], top))
        for hour in range(first, last + 1)
    }
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points.values())
    floor = _HEIGHT - _BOTTOM
    parts = [_grid(top)]
    parts.append(
        f'<polygon class="chart-area" points="{_LEFT},{floor} {path} {_WIDTH - _RIGHT},{floor}"/>'
    )
    parts.append(f'<polyline class="chart-line" points="{path}"/>')
    for hour, (x, y) in points.items():
        if counts[hour]:
            said = escape(f"{hour:02}:00 · {counts[hour]} {unit}")
            parts.append(
                f'<circle class="chart-dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5">'
                f"<title>{said}</title></circle>"
            )
        if (hour - first) % (1 if last - first <= 12 else 3) == 0:
            parts.append(
                f'<text class="chart-tick" x="{x:.1f}" y="{_HEIGHT - 6}" '
                f'text-anchor="{"end" if hour == last else "middle"}">{hour:02}</text>'
            )
    return _svg(parts, label, _WIDTH, _HEIGHT)


def _open_hours(counts: Sequence[int]) -> tuple[int, int]:
    """The hours worth drawing: those of an office day, and every other one with something in it."""
    busy = [hour for hour, count in enumerate(counts) if count]
    first, last = min([_OPENS, *busy]), max([_CLOSES, *busy])
    return first, min(last, len(counts) - 1)


def bars(rows: Sequence[tuple[str, float | None, str]], label: str) -> Markup:
    """One bar a row: name, 0..100 (None = no figure), and what is written behind the bar."""
    step, start = 36, 196
    width = _WIDTH - start - 70
    parts = []
    for row, (name, percent, said) in enumerate(rows):
        y = 6 + row * step
        tone = "grey" if percent is None else "ok" if percent >= 95 else "warn"
        tone = "bad" if percent is not None and percent < 80 else tone
        shown = name if len(name) <= 11 else name[:10] + "…"
        parts.append(
            f'<text class="chart-name" x="{start - 10}" y="{y + 17}" text-anchor="end">'
            f"{escape(shown)}<title>{escape(name)}</title></text>"
            f'<rect class="chart-back" x="{start}" y="{y + 2}" width="{width}" height="18" rx="3"/>'
            f'<rect class="chart-bar chart-{tone}" x="{start}" y="{y + 2}" '
            f'width="{width * (percent or 0) / 100:.1f}" height="18" rx="3"/>'
            f'<text class="chart-value" x="{start + width + 8}" y="{y + 17}">{escape(said)}</text>'
        )
    return _svg(parts, label, _WIDTH, max(1, len(rows)) * step + 8)


def heat(rows: Sequence[Sequence[int]], days: Sequence[str], label: str, unit: str) -> Markup:
    """Weekday × hour: the darker, the more; five steps and nothing."""
    top = max(1, *(max(row) for row in rows))
    cell = (_WIDTH - _LEFT - _RIGHT) / 24
    parts = []
    for day, row in enumerate(rows):
        y = 4 + day * 22
        parts.append(
            f'<text class="chart-tick" x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">'
            f"{escape(days[day])}</text>"
        )
        for hour, count in enumerate(row):
            step = 0 if not count else 1 + min(4, count * 5 // (top + 1))
            said = escape(f"{days[day]} {hour:02}:00 · {count} {unit}")
            parts.append(
                f'<rect class="heat-{step}" x="{_LEFT + hour * cell:.1f}" y="{y}" '
                f'width="{cell - 2:.1f}" height="19" rx="2"><title>{said}</title></rect>'
            )
    parts += [
        f'<text class="chart-tick" x="{_LEFT + hour * cell + cell / 2:.1f}" y="176" '
        f'text-anchor="middle">{hour:02}</text>'
        for hour in range(0, 24, 3)
    ]
    return _svg(parts, label, _WIDTH, _HEIGHT)


def _y(count: float, top: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - count / top)


def _grid(top: int) -> str:
    lines = []
    for value in sorted({0, top // 2, top}):
        y = _y(value, top)
        lines.append(
            f'<line class="chart-grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" '
            f'y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="chart-tick" x="{_LEFT - 6}" y="{y + 4:.1f}" '
            f'text-anchor="end">{value}</text>'
        )
    return "".join(lines)


def _svg(parts: Sequence[str], label: str, width: int, height: int) -> Markup:
    body = "".join(parts)
    return Markup(  # noqa: S704 - every text in it was escaped above
        f'<svg class="chart" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid meet">{body}</svg>'
    )
