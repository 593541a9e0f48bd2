"""The map of a place: drawn by us from its landmarks, so that no other site is asked for tiles.

It is a sketch, as one draws on the back of an envelope: directions are right, distances are in
minutes on foot and only their order is drawn.
"""

import math
import random
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 440
CENTRE = (WIDTH / 2, HEIGHT / 2)
#: Degrees from the north, clockwise.
BEARINGS = {"n": 0, "ne": 45, "e": 90, "se": 135, "s": 180, "sw": 225, "w": 270, "nw": 315}
NEAREST, FARTHEST = 105, 190  # drawing units from the place
FLATNESS = 0.72  # the drawing is wider than high
MARK = 13
LETTERS_PER_LINE = 16


@dataclass(frozen=True, kw_only=True)
class Point:
    """A landmark: what, where seen from the place, how many minutes on foot."""

    kind: str
    kind_label: str
    name: str
    direction: str
    direction_label: str
    minutes: int

    @property
    def distance(self) -> str:
        """« à 5 minutes à pied »."""
        if self.minutes == 0:
            return "sur place"
        return f"à {self.minutes} minute{'s' if self.minutes > 1 else ''} à pied"


def draw(*, seed: str, points: list[Point]) -> str:
    """SVG text of the map; the page says the same in words, so the drawing itself is hidden."""
    rng = random.Random(f"map:{seed}")  # noqa: S311 a drawing, not a secret
    spots = _places(points)
    parts = [
        f'<svg class="plan" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">',
        f'<path class="bocage__ground" d="M0 0H{WIDTH}V{HEIGHT}H0z"/>',
        *_fields(rng),
        *(_road(spot, rng) for spot in spots),
        *(_landmark(point, spot) for point, spot in zip(points, spots, strict=True)),
        _here(),
        "</svg>",
    ]
    return "".join(parts)


def _places(points: list[Point]) -> list[tuple[float, float]]:
    """Where each landmark is drawn; two in one direction stand a little apart."""
    far = max((point.minutes for point in points), default=1) or 1
    used: dict[str, int] = {}
    spots = []
    for point in points:
        turn = used.get(point.direction, 0)
        used[point.direction] = turn + 1
        angle = math.radians(BEARINGS[point.direction] + (26 * turn if turn % 2 else -26 * turn))
        reach = NEAREST + (FARTHEST - NEAREST) * math.sqrt(point.minutes / far)
        x = CENTRE[0] + math.sin(angle) * reach * 1.15
        y = CENTRE[1] - math.cos(angle) * reach * FLATNESS
        spots.append((x, y))
    return spots


def _fields(rng: random.Random) -> list[str]:
    """A few parcels around, cut by the roads drawn over them."""
    kinds = ("wash", "marsh", "sunk", "wash")
    columns, rows = 5, 4
    step_x, step_y = WIDTH / columns, HEIGHT / rows
    grid = [
        [
            (
                column * step_x + (rng.uniform(-28, 28) if 0 < column < columns else 0),
                row * step_y + (rng.uniform(-22, 22) if 0 < row < rows else 0),
            )
            for column in range(columns + 1)
        ]
        for row in range(rows + 1)
    ]
    parts = []
    for row in range(rows):
        for column in range(columns):
            corners = [
                grid[row][column],
                grid[row][column + 1],
                grid[row + 1][column + 1],
                grid[row + 1][column],
            ]
            outline = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in corners) + "z"
            parts.append(f'<path class="parcel--{rng.choice(kinds)}" d="{outline}"/>')
    for row in range(1, rows):
        line = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in grid[row])
        parts.append(f'<path class="hedge" d="{line}"/>')
    return parts


def _road(spot: tuple[float, float], rng: random.Random) -> str:
    """A gently bent way from the place to a landmark."""
    bend_x = (CENTRE[0] + spot[0]) / 2 + rng.uniform(-24, 24)
    bend_y = (CENTRE[1] + spot[1]) / 2 + rng.uniform(-24, 24)
    way = f"M{CENTRE[0]:.0f} {CENTRE[1]:.0f}Q{bend_x:.0f} {bend_y:.0f} {spot[0]:.0f} {spot[1]:.0f}"
    return f'<path class="plan__road" d="{way}"/>'


def _landmark(point: Point, spot: tuple[float, float]) -> str:
    """Its mark, its name on two lines at most, its minutes."""
    x, y = spot
    lines = _lines(point.name)
    # Away from the place, where its own mark stands.
    above = y < CENTRE[1] - MARK
    top = y - MARK - 10 - 19 * len(lines) if above else y + MARK + 20
    middle = min(max(x, 92), WIDTH - 92)
    words = "".join(
        f'<text class="plan__name" x="{middle:.0f}" y="{top + 19 * rank:.0f}">{escape(line)}</text>'
        for rank, line in enumerate(lines)
    )
    minutes = f"{point.minutes} min" if point.minutes else "sur place"
    return (
        f'<g class="plan__landmark plan__landmark--{point.kind}">'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{MARK}"/>{_sign(point.kind, x, y)}{words}'
        f'<text class="plan__minutes" x="{middle:.0f}" y="{top + 19 * len(lines):.0f}">'
        f"{minutes}</text></g>"
    )


def _lines(name: str) -> list[str]:
    """The name, cut between two words when it is long."""
    words, lines = name.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > LETTERS_PER_LINE and lines[-1] and len(lines) < 2:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _sign(kind: str, x: float, y: float) -> str:
    """A few strokes that tell a station from a car park, without a colour."""
    strokes = {
        "station": "M-5 -6h10v8h-10zM-5 -2h10M-4 6l2 -4M4 6l-2 -4",
        "bus": "M-6 -5h12v8h-12zM-6 0h12M-3 3v3M3 3v3",
        "parking": "M-3 6v-12h4a3.5 3.5 0 0 1 0 7h-4",
        "bicycle": "M-5 3a3 3 0 1 0 .1 0M5 3a3 3 0 1 0 .1 0M-5 3l3 -7h5l2 7M-2 -4l3 7",
        "entrance": "M-6 0h10M1 -4l4 4l-4 4",
    }.get(kind, "M0 -6v12M-6 0h12")
    return f'<path class="plan__sign" transform="translate({x:.0f} {y:.0f})" d="{strokes}"/>'


def _here() -> str:
    x, y = CENTRE
    return (
        f'<path class="plan__here" d="M{x:.0f} {y + 8:.0f}c-26 -30 -24 -60 0 -60s26 30 0 60z"/>'
        f'<circle class="plan__eye" cx="{x:.0f}" cy="{y - 30:.0f}" r="7"/>'
    )
