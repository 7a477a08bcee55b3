"""Mixing colours."""

from collections.abc import Iterable, Sequence

RGB = tuple[int, int, int]
WHITE: RGB = (255, 255, 255)


def rgb(value: str) -> RGB:
    """The colour written as `#rrggbb`."""
    return (int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16))


def mix(a: RGB, b: RGB, t: float) -> RGB:
    """From a (t = 0) to b (t = 1)."""
    return (
        round(a[0] + (b[0] - a[0]) * t),
        round(a[1] + (b[1] - a[1]) * t),
        round(a[2] + (b[2] - a[2]) * t),
    )


def shade(colour: RGB, factor: float) -> RGB:
    """Darker (below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, round(c * factor))) for c in colour)
    return (red, green, blue)


def ramp(stops: Sequence[RGB], steps: int) -> list[RGB]:
    """That many colours, evenly along the polyline of stops."""
    out = []
    for i in range(steps):
        place = i / max(1, steps - 1) * (len(stops) - 1)
        k = min(int(place), len(stops) - 2)
        out.append(mix(stops[k], stops[k + 1], place - k))
    return out


def warmest(colours: Iterable[RGB]) -> RGB:
    """The most sun-like of them: a blue sun looks like a mistake."""
    return max(colours, key=lambda c: c[0] * 1.4 - c[2] * 2.2)
