"""Where the names of a figure's points are put."""

from __future__ import annotations

from analysis.present.figures.labels import Frame, positions

FRAME = Frame(500, 400, (60.0, 80.0), (0.0, 0.5), 14)
FLAT = 0.001


def placed(*points: tuple[float, float], bar: float = FLAT, names: str = "Kompetens") -> list[str]:
    bars = [(y - bar, y + bar) for _, y in points]
    return positions(points, bars, [names] * len(points), FRAME)


def test_a_lone_name_stands_where_it_is_best_liked() -> None:
    assert placed((70, 0.25)) == ["top right"]


def test_a_name_at_the_edge_is_turned_inwards() -> None:
    assert placed((79.9, 0.25)) == ["top left"]
    assert placed((60.1, 0.5)) == ["bottom right"]
    assert placed((79.9, 0.5)) == ["bottom left"]


def test_a_name_leaves_a_neighbours_bar_free() -> None:
    """The matrix's own fault: a name lay over the bar of the point to the right."""
    assert placed((70, 0.25), (72, 0.25), bar=0.1) == ["top left", "top right"]


def test_names_of_points_close_together_do_not_cover_each_other() -> None:
    points = [(70, 0.25), (70.2, 0.26), (70.1, 0.24)]
    chosen = placed(*points)
    boxes = [
        FRAME.text("Kompetens", *FRAME.at(*point), one)
        for point, one in zip(points, chosen, strict=True)
    ]
    assert [a.shared(b) for i, a in enumerate(boxes) for b in boxes[:i]] == [0, 0, 0]
