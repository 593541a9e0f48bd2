"""The bocage: parcels cut by hedges, drawn from a seed.

Once on a page, as an inline SVG: colours are then classes of `static/css/drawings.css`. In a
list, as picture files that browsers fetch when they come into sight and keep: they carry the same
colours themselves. Both follow the light and dark schemes.
"""

import math
import random
import zlib
from functools import lru_cache

Point = tuple[float, float]
Polygon = list[Point]

#: Class of a parcel and how often it is drawn.
CROPS = {"leaf": 3, "ochre": 2, "marsh": 3, "wash": 4, "clay": 1, "sunk": 3}
GAP = 2.2  # half the width of a path between two parcels, in drawing units
FURROW_SHARE = 0.42
ORCHARD_SHARE = 0.16
HEDGE_SHARE = 0.45
TILT = 0.3  # radians
PICTURES = 1000
#: Colours of the picture files, in the light and in the dark scheme: those of `tokens.css`.
COLOURS = {
    "bocage__ground": ("#e2ecd9", "#22362a"),
    "parcel--leaf": ("#1f5b3a", "#4f9a6d"),
    "parcel--ochre": ("#e3a93c", "#cf9f48"),
    "parcel--marsh": ("#d3e4e2", "#21343a"),
    "parcel--wash": ("#cfdfc0", "#2c4636"),
    "parcel--clay": ("#a3431f", "#bf6748"),
    "parcel--sunk": ("#f1ecdf", "#101511"),
    "furrows": ("#fbf8f1", "#141a16"),
    "orchard": ("#fbf8f1", "#141a16"),
    "hedge": ("#2f7350", "#5d9c75"),
}
STROKED = {"furrows", "orchard", "hedge"}


@lru_cache(maxsize=512)
def draw(*, seed: str, width: int, height: int, parcels: int) -> str:
    """SVG text of a field of about `parcels` parcels; the same seed gives the same field.

    The drawing is decoration: hidden from assistive technologies.
    """
    return (
        f'<svg class="bocage" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" '
        f'aria-hidden="true" focusable="false">'
        f"{_field(seed=seed, width=width, height=height, parcels=parcels)}</svg>"
    )


def number_of(seed: str) -> int:
    """The number of the picture of a seed, from 0: there are `PICTURES` of each size."""
    return zlib.crc32(seed.encode()) % PICTURES


@lru_cache(maxsize=512)
def draw_picture(*, number: int, width: int, height: int, parcels: int) -> str:
    """The same field as a file that stands by itself, with its colours for both schemes."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice">'
        f"<style>{_style(0)}@media(prefers-color-scheme:dark){{{_style(1)}}}"
        ".furrows,.orchard,.hedge{fill:none}.furrows{stroke-width:1.2;opacity:.5}"
        ".orchard{stroke-width:3.4;stroke-linecap:round;stroke-dasharray:0 11;opacity:.6}"
        ".hedge{stroke-width:5;stroke-linecap:round;stroke-dasharray:0 7}</style>"
        f"{_field(seed=str(number), width=width, height=height, parcels=parcels)}</svg>"
    )


def _style(scheme: int) -> str:
    rules = [
        f".{name}{{{'stroke' if name in STROKED else 'fill'}:{colours[scheme]}}}"
        for name, colours in COLOURS.items()
    ]
    return "".join(rules)


def _field(*, seed: str, width: int, height: int, parcels: int) -> str:
    """What is drawn inside the SVG."""
    rng = random.Random(f"{seed}:{width}:{height}:{parcels}")  # noqa: S311 a drawing, not a secret
    polygons, hedges = _divide(rng, width=width, height=height, parcels=parcels)
    parts = [f'<path class="bocage__ground" d="M0 0H{width}V{height}H0z"/>']
    for polygon in polygons:
        field = _inset(polygon)
        crop = rng.choices(list(CROPS), list(CROPS.values()))[0]
        parts.append(f'<path class="parcel--{crop}" d="{_outline(field)}"/>')
        lot = rng.random()
        if lot < FURROW_SHARE:
            parts.append(f'<path class="furrows" d="{_rows(field, spacing=9)}"/>')
        elif lot < FURROW_SHARE + ORCHARD_SHARE:
            parts.append(f'<path class="orchard" d="{_rows(field, spacing=13)}"/>')
    hedged = "".join(_segment(start, end) for start, end in hedges if rng.random() < HEDGE_SHARE)
    if hedged:
        parts.append(f'<path class="hedge" d="{hedged}"/>')
    return "".join(parts)


def _divide(
    rng: random.Random, *, width: int, height: int, parcels: int
) -> tuple[list[Polygon], list[tuple[Point, Point]]]:
    """Cut the rectangle, the largest piece first; every piece stays convex."""
    polygons: list[Polygon] = [[(0, 0), (width, 0), (width, height), (0, height)]]
    cuts = []
    while len(polygons) < parcels:
        polygons.sort(key=_area)
        first, second, cut = _cut(rng, polygons.pop())
        polygons += [first, second]
        cuts.append(cut)
    return polygons, cuts


def _cut(rng: random.Random, polygon: Polygon) -> tuple[Polygon, Polygon, tuple[Point, Point]]:
    """Leave the longest side near its middle, nearly at right angles, to whatever faces it."""
    count = len(polygon)
    longest = max(range(count), key=lambda i: math.dist(polygon[i], polygon[(i + 1) % count]))
    # Turned so that the longest side comes first.
    corners = polygon[longest:] + polygon[:longest]
    start = _between(corners[0], corners[1], rng.uniform(0.36, 0.64))
    angle = (
        math.atan2(corners[1][1] - corners[0][1], corners[1][0] - corners[0][0])
        + math.pi / 2
        + rng.uniform(-TILT, TILT)
    )
    normal = (-math.sin(angle), math.cos(angle))
    offsets = [(x - start[0]) * normal[0] + (y - start[1]) * normal[1] for x, y in corners]
    facing = next(i for i in range(1, count) if (offsets[i] < 0) != (offsets[(i + 1) % count] < 0))
    here, there = offsets[facing], offsets[(facing + 1) % count]
    end = _between(corners[facing], corners[(facing + 1) % count], here / (here - there))
    first = [start, *corners[1 : facing + 1], end]
    second = [end, *corners[facing + 1 :], corners[0], start]
    return first, second, (start, end)


def _rows(polygon: Polygon, *, spacing: float) -> str:
    """Parallel rows along the longest side, cut at the edge of the (convex) parcel."""
    count = len(polygon)
    start, end = max(
        ((polygon[i], polygon[(i + 1) % count]) for i in range(count)),
        key=lambda side: math.dist(*side),
    )
    length = math.dist(start, end) or 1
    normal = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
    offsets = [x * normal[0] + y * normal[1] for x, y in polygon]
    path = []
    offset = min(offsets) + spacing / 2
    while offset < max(offsets):
        crossings = [
            _between(polygon[i], polygon[(i + 1) % count], (offset - here) / (there - here))
            for i in range(count)
            if ((here := offsets[i]) < offset) != ((there := offsets[(i + 1) % count]) < offset)
        ]
        if len(crossings) == 2:
            path.append(_segment(*crossings))
        offset += spacing
    return "".join(path)


def _inset(polygon: Polygon) -> Polygon:
    """The parcel drawn towards its centre, so that a path of even width is left around it."""
    centre = (
        sum(x for x, _ in polygon) / len(polygon),
        sum(y for _, y in polygon) / len(polygon),
    )
    factor = max(0.5, 1 - GAP / (math.sqrt(_area(polygon)) / 2))
    return [_between(centre, corner, factor) for corner in polygon]


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _area(polygon: Polygon) -> float:
    following = [*polygon[1:], polygon[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, following, strict=True))) / 2


def _outline(polygon: Polygon) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in polygon) + "z"


def _segment(start: Point, end: Point) -> str:
    return f"M{start[0]:.0f} {start[1]:.0f}L{end[0]:.0f} {end[1]:.0f}"
