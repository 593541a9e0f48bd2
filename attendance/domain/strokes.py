"""A drawn signature as a short SVG path: what paper would keep of it, and no more."""

import hashlib
from collections.abc import Sequence
from math import hypot
from typing import TypedDict

from core.domain.canonical import canonical_json

Point = tuple[int, int]

#: Longest side of the drawing, in units of the SVG: about 0.2 mm on the sheet.
SIZE = 160
#: Points closer than this to the line between their neighbours are not kept, in the same units.
TOLERANCE = 1.3
MARGIN = 2
#: Two short lines may be the same by chance: fewer points than that are compared with nothing.
FEWEST_COMPARED = 8


class Drawing(TypedDict):
    """A path and the box that it fills."""

    path: str
    width: int
    height: int


def drawing_digest(strokes: Sequence[Sequence[Sequence[int]]] | None) -> str:
    """SHA-256 of a drawing, to find the same one elsewhere; empty for a typed name or a mere line.

    No hand draws twice through the same points: an equal digest is a copy.
    """
    if not strokes or sum(len(stroke) for stroke in strokes) < FEWEST_COMPARED:
        return ""
    return hashlib.sha256(canonical_json([list(stroke) for stroke in strokes])).hexdigest()


def drawing(strokes: Sequence[Sequence[Sequence[int]]]) -> Drawing | None:
    """The strokes scaled to their own box, simplified; None when there is nothing to see."""
    points = [point for stroke in strokes for point in stroke]
    if len(points) < 2:
        return None
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    width, height = max(x for x, _y in points) - left, max(y for _x, y in points) - top
    scale = SIZE / max(width, height, 1)
    scaled = [
        [(round((x - left) * scale) + MARGIN, round((y - top) * scale) + MARGIN) for x, y in stroke]
        for stroke in strokes
    ]
    return Drawing(
        path="".join(_path(_simplified(stroke)) for stroke in scaled if stroke),
        width=round(width * scale) + 2 * MARGIN,
        height=round(height * scale) + 2 * MARGIN,
    )


def _path(stroke: list[Point]) -> str:
    """`M12 40l3-4 5 6`: relative, because short numbers make small files."""
    x, y = stroke[0]
    parts = [f"M{x} {y}l"]
    if len(stroke) == 1:
        return parts[0] + "1 0"
    for following_x, following_y in stroke[1:]:
        step_x, step_y = following_x - x, following_y - y
        parts.append(f"{step_x}{'' if step_y < 0 else ' '}{step_y} ")
        x, y = following_x, following_y
    return "".join(parts).rstrip()


def _simplified(stroke: list[Point]) -> list[Point]:
    """Ramer, Douglas and Peucker, without recursion."""
    if len(stroke) < 3:
        return stroke
    kept = {0, len(stroke) - 1}
    spans = [(0, len(stroke) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        farthest = max(
            range(first + 1, last),
            key=lambda rank: _distance(stroke[rank], stroke[first], stroke[last]),
        )
        if _distance(stroke[farthest], stroke[first], stroke[last]) > TOLERANCE:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [stroke[rank] for rank in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the segment between two others."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x * along_x + along_y * along_y
    if not length:
        return hypot(point[0] - start[0], point[1] - start[1])
    share = ((point[0] - start[0]) * along_x + (point[1] - start[1]) * along_y) / length
    share = min(1.0, max(0.0, share))
    return hypot(point[0] - start[0] - share * along_x, point[1] - start[1] - share * along_y)
