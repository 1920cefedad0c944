"""Plots as SVG text: pure functions of their values, without a size of their own or a colour.

A plot is as wide as the page lets it be: what lies along the horizontal axis is placed in percent, so that text keeps
its size on a narrow screen. Colours come from the page, by class. A title and a description say what is drawn to who
cannot see it. Positions outside the axes are drawn at their edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_ROW = 36
_BAR_TOP, _BAR_HEIGHT = 19, 9
_AXIS = 22
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_CURVE_TOP, _CURVE_HEIGHT, _CURVE_FOOT = 42, 300, 46
_RISK_AXES = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
_CURVE_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """A rate, 0 to 1, with its interval; `text` is the figure in words and `before` the rate of an earlier run.

    A `value` of None was not measured: no bar is drawn, and `text` says so.
    """

    label: str
    text: str
    value: float | None
    low: float | None = None
    high: float | None = None
    before: float | None = None


def plot_bars(bars: Sequence[Bar], name: str, title: str) -> str:
    """Return horizontal bars over 0 to 1, each with its label and figure above it.

    Args:
        bars: from top to bottom.
        name: starts the ids of the title and the description; used once in a page.
        title: what the bars show.
    """
    height = len(bars) * _ROW + _AXIS
    floor = height - _AXIS
    parts = [_opening(name, title, "; ".join(f"{bar.label}: {bar.text}" for bar in bars) + ".", height)]
    for row, bar in enumerate(bars):
        parts += _bar(bar, row * _ROW)
    parts += [_tick(at, floor + 15) for at in _TICKS]
    return "".join([*parts, "</svg>"])


def plot_risk_coverage(
    points: Sequence[tuple[float, float]], name: str, title: str, limit: float = 0.02, reached: float | None = None
) -> str:
    """Return the curve of risk over coverage, both 0 to 1, with a line at the risk that is aimed at.

    Args:
        points: (coverage, risk) in rising coverage.
        name: starts the ids of the title and the description; used once in a page.
        title: what the curve shows.
        limit: the risk that is aimed at.
        reached: the largest coverage at which the risk keeps to the limit, marked on its line; None marks nothing.
    """
    top = next((axis for axis in _RISK_AXES if axis >= max((risk for _, risk in points), default=0.0)), 1.0)
    floor = _CURVE_TOP + _CURVE_HEIGHT
    parts = [_opening(name, title, _describe_curve(points, limit, reached), floor + _CURVE_FOOT)]
    parts.append('<text class="axis" x="0" y="12">Risk: share of the answers that are wrong</text>')
    for step in range(6):
        height = _height(top * step / 5, top)
        parts.append(f'<line class="grid" x1="0%" x2="100%" y1="{height}" y2="{height}"/>')
    parts += [_tick(at, floor + 16) for at in _TICKS]
    parts.append(
        f'<text class="axis" x="100%" y="{floor + 36}" text-anchor="end">Coverage: share of questions answered</text>'
    )
    parts += _limit_line(limit, top)
    drawn = " ".join(_curve_point(coverage, risk, top) for coverage, risk in points)
    parts.append(
        f'<svg class="curve" x="0" y="{_CURVE_TOP}" width="100%" height="{_CURVE_HEIGHT}" '
        f'viewBox="0 0 {_CURVE_UNITS} {_CURVE_UNITS}" preserveAspectRatio="none">'
        f'<polyline points="{drawn}" vector-effect="non-scaling-stroke"/></svg>'
    )
    if reached is not None:
        parts.append(f'<circle class="reached" cx="{_percent(reached)}" cy="{_height(limit, top)}" r="5"/>')
    for step in range(1, 6):
        height = _height(top * step / 5, top) - 4
        parts.append(f'<text class="tick halo" x="0" y="{_short(height)}">{top * step / 5:.2f}</text>')
    return "".join([*parts, "</svg>"])


def _opening(name: str, title: str, description: str, height: int) -> str:
    key = escape(name)
    return (
        f'<svg class="plot" role="img" aria-labelledby="{key}-title {key}-description" width="100%" height="{height}">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-description">{escape(description)}</desc>'
    )


def _bar(bar: Bar, top: int) -> Iterable[str]:
    yield f'<text class="label" x="0" y="{top + 13}">{escape(bar.label)}</text>'
    yield f'<text class="figure" x="100%" y="{top + 13}" text-anchor="end">{escape(bar.text)}</text>'
    upper, middle, lower = top + _BAR_TOP, top + _BAR_TOP + _BAR_HEIGHT / 2, top + _BAR_TOP + _BAR_HEIGHT
    yield f'<rect class="track" x="0%" y="{upper}" width="100%" height="{_BAR_HEIGHT}"/>'
    for at in _TICKS[1:-1]:
        yield f'<line class="grid" x1="{_percent(at)}" x2="{_percent(at)}" y1="{upper}" y2="{lower}"/>'
    if bar.value is None:
        return
    yield f'<rect class="bar" x="0%" y="{upper}" width="{_percent(bar.value)}" height="{_BAR_HEIGHT}"/>'
    if bar.low is not None and bar.high is not None:
        low, high = _percent(bar.low), _percent(bar.high)
        yield f'<line class="interval" x1="{low}" x2="{high}" y1="{middle}" y2="{middle}"/>'
        for end in (low, high):
            yield f'<line class="interval" x1="{end}" x2="{end}" y1="{upper + 1}" y2="{lower - 1}"/>'
    if bar.before is not None:
        yield f'<svg class="before" x="{_percent(bar.before)}" y="{middle}"><path d="M0-6 5 0 0 6-5 0Z"/></svg>'


def _tick(at: float, height: int) -> str:
    anchor = "start" if at == 0 else "end" if at == 1 else "middle"
    return f'<text class="tick" x="{_percent(at)}" y="{height}" text-anchor="{anchor}">{at:.2f}</text>'


def _limit_line(limit: float, top: float) -> Iterable[str]:
    height = _height(limit, top)
    yield f'<line class="limit" x1="0%" x2="100%" y1="{height}" y2="{height}"/>'
    yield (
        f'<text class="limit-label halo" x="100%" y="{_short(height - 5)}" text-anchor="end">'
        f"{_short(100 * limit)} % risk</text>"
    )


def _describe_curve(points: Sequence[tuple[float, float]], limit: float, reached: float | None) -> str:
    if not points:
        return "No points."
    risks = [risk for _, risk in points]
    coverage, risk = points[-1]
    kept = "" if reached is None else f" It keeps to {limit:.2f} up to a coverage of {reached:.2f}."
    between = f"The risk lies between {min(risks):.2f} and {max(risks):.2f}"
    return f"{between}; at a coverage of {coverage:.2f} it is {risk:.2f}.{kept}"


def _curve_point(coverage: float, risk: float, top: float) -> str:
    return f"{_short(_CURVE_UNITS * _within(coverage))},{_short(_CURVE_UNITS * (1 - _within(risk / top)))}"


def _height(risk: float, top: float) -> float:
    return round(_CURVE_TOP + _CURVE_HEIGHT * (1 - _within(risk / top)), 2)


def _percent(share: float) -> str:
    return f"{_short(100 * _within(share))}%"


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
