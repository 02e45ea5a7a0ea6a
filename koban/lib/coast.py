"""Where the sea is: OpenStreetMap draws only its coast, and an extract cuts that."""

from itertools import pairwise

import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon

SHORT_OF_THE_EDGE = 0.0005
"""Degrees: a coast whose next corner was cut away ends up to about fifty metres inside the box."""


def sea(coast: list[LineString], box: tuple[float, float, float, float]) -> list[Polygon]:
    """The faces of the box that lie right of a coastline, none if the coast does not part it.

    OpenStreetMap draws land on the left hand of a coast. A cut coast is drawn on to the edge of the box.
    """
    frame = shapely.box(*box)
    lines = [frame.boundary, *(_to_edge(line, frame) for line in coast)]
    faces = shapely.polygonize(list(shapely.get_parts(shapely.union_all(lines)))).geoms if coast else ()
    right, left = _beside(coast, frame, 1), _beside(coast, frame, -1)
    return [face for face in faces if face.intersects(right) and not face.intersects(left)]


def _to_edge(line: LineString, frame: Polygon) -> shapely.Geometry:
    """The line inside the frame, its ends led to the edge where they stop just short of it."""
    inside = line.intersection(frame)
    ends = [Point(line.coords[0]), Point(line.coords[-1])]
    short = [end for end in ends if frame.boundary.distance(end) < SHORT_OF_THE_EDGE]
    return shapely.union_all([inside, *(shapely.shortest_line(end, frame.boundary) for end in short)])


def _beside(coast: list[LineString], frame: Polygon, hand: int) -> MultiPoint:
    """A point a metre or so beside each stretch of coast inside the frame. hand: 1 for right, -1 for left."""
    points = []
    for line in coast:
        for (x1, y1), (x2, y2) in pairwise(line.coords):
            reach = hand * 1e-5 / (((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0)
            side = Point((x1 + x2) / 2 + (y2 - y1) * reach, (y1 + y2) / 2 - (x2 - x1) * reach)
            points += [side] if frame.contains(side) else []
    return MultiPoint(points)
