"""Cut the district into the ground of each office, and that into beats. Nothing is left, nothing overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import shapely
from shapely.geometry import MultiPoint, Point, Polygon

from koban.lib.osm import Box

BEATS_OF_AN_OFFICE = 2
SMOOTH = 0.06
"""Of the height of the box: corners of a border that matter less are dropped, on both sides of it alike."""
Home = tuple[Point, float]
"""A house, and the weight of the people in it."""


def cells(homes: Sequence[Home], box: Box) -> list[Polygon]:
    """The ground that is nearer to one house than to any other; together the cells fill the box."""
    frame = shapely.box(*box)
    points = MultiPoint([point for point, _ in homes])
    found = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame, ordered=True))
    return [cell for cell in shapely.intersection(found, frame) if isinstance(cell, Polygon)]


def beats(homes: Sequence[Home], shares: Sequence[float], box: Box) -> list[list[Polygon]]:
    """Beats of each office, south to north then west to east, cut half-way between houses. They fill the box.

    shares: of the people for each office, adding up to one.
    """
    faces, weights = cells(homes, box), [weight for _, weight in homes]
    label: list[int] = [0] * len(faces)
    for office, group in enumerate(_cut(faces, weights, shares, axis=1)):
        halves = _cut([faces[i] for i in group], [weights[i] for i in group], [0.5, 0.5], axis=0)
        for beat, half in enumerate(halves):
            for position in half:
                label[group[position]] = office * BEATS_OF_AN_OFFICE + beat
    merged = _merged(faces, label, len(shares) * BEATS_OF_AN_OFFICE, box)
    return [merged[i : i + BEATS_OF_AN_OFFICE] for i in range(0, len(merged), BEATS_OF_AN_OFFICE)]


def _cut(
    faces: Sequence[Polygon], weights: Sequence[float], shares: Sequence[float], *, axis: int
) -> list[list[int]]:
    """Positions of the faces in order along one axis, parted so that each part carries its share."""
    order = sorted(range(len(faces)), key=lambda i: faces[i].centroid.coords[0][axis])
    limits = list(accumulate(shares))
    total, seen = sum(weights) or 1.0, 0.0
    parts: list[list[int]] = [[] for _ in shares]
    for i in order:
        middle = (seen + weights[i] / 2) / total
        parts[next((k for k, limit in enumerate(limits) if middle <= limit), len(parts) - 1)].append(i)
        seen += weights[i]
    return parts


def _merged(faces: Sequence[Polygon], label: Sequence[int], count: int, box: Box) -> list[Polygon]:
    """One piece for each label. Cells of sites in a half-plane hang together; only the edge of the box can part them."""
    by_label = ([face for face, own in zip(faces, label, strict=True) if own == k] for k in range(count))
    pieces = [piece for faces_of in by_label if isinstance(piece := shapely.union_all(faces_of), Polygon)]
    whole_offices = all(isinstance(shapely.union_all(pieces[i : i + 2]), Polygon) for i in range(0, count, 2))
    if len(pieces) < count or not whole_offices:
        return _quarters(box, count)
    smooth = shapely.coverage_simplify(pieces, SMOOTH * (box[3] - box[1]), simplify_boundary=False)
    return [piece for piece in smooth if isinstance(piece, Polygon)]


def _quarters(box: Box, count: int) -> list[Polygon]:
    """Plain rectangles, for a map with so few houses that their cells do not hang together."""
    west, south, east, north = box
    rows = count // BEATS_OF_AN_OFFICE
    high, middle = (north - south) / rows, (west + east) / 2
    return [
        shapely.box(left, south + row * high, right, south + (row + 1) * high)
        for row in range(rows)
        for left, right in ((west, middle), (middle, east))
    ]


def whole(parts: Sequence[Polygon]) -> Polygon:
    """The ground of an office: its beats together. Raises ValueError if they do not touch."""
    shape = shapely.union_all(list(parts))
    if not isinstance(shape, Polygon):
        raise ValueError("the beats of an office lie apart")
    return shape
