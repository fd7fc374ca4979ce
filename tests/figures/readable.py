"""What a reader needs: words that are large enough, and none on another or off the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from izhi.plot.traces import SMALLEST


def words(made: Any) -> list[Any]:
    """All words of a figure that are seen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    made.set_dpi(200)
    FigureCanvasAgg(made).draw()
    found = [*made.texts, *(text for legend in made.legends for text in legend.get_texts())]
    for ax in made.get_axes():
        found += [*ax.texts, ax._left_title, ax.xaxis.label, ax.yaxis.label]
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            found += [t.label1 for t in axis.get_major_ticks() if low <= t.get_loc() <= high and t.label1.get_visible()]
    return [text for text in found if text.get_text()]


def assert_readable(made: Any) -> None:
    """The figure is as wide as a page, and each of its words is large enough, on the page and on no other."""
    assert made.get_size_inches()[0] * 25.4 == pytest.approx(180)
    boxes = {text: text.get_window_extent() for text in words(made)}
    assert all(text.get_fontsize() >= SMALLEST for text in boxes)
    page = made.bbox
    for text, box in boxes.items():
        assert page.x0 <= box.x0 < box.x1 <= page.x1, text
        assert page.y0 <= box.y0 < box.y1 <= page.y1, text
    texts = list(boxes)
    # Letters touch no others by half a point of the screen.
    x0, y0, x1, y1 = np.array([box.padded(-0.5).extents for box in boxes.values()]).T
    across = (x0[:, None] < x1) & (x0 < x1[:, None])
    along = (y0[:, None] < y1) & (y0 < y1[:, None])
    met = [(texts[a], texts[b]) for a, b in np.argwhere(np.triu(across & along, 1))]
    assert not met
