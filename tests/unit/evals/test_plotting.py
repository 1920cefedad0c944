"""Plots are well-formed SVG that says what it shows, keeps inside its axes and lets nothing in."""

from __future__ import annotations

from xml.etree import ElementTree

from evals.plotting import Bar, plot_bars, plot_risk_coverage

SVG = "{http://www.w3.org/2000/svg}"


def parse(plot: str) -> ElementTree.Element:
    return ElementTree.fromstring(plot.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))  # noqa: S314


def of_class(plot: str, name: str) -> list[ElementTree.Element]:
    return [element for element in parse(plot).iter() if name in element.get("class", "").split()]


def test_a_bar_is_as_long_as_its_rate_and_carries_its_interval():
    plot = plot_bars([Bar("Right", "0.83 [0.71–0.91] n 42", 0.83, 0.71, 0.91)], "a", "Rates")
    assert [bar.get("width") for bar in of_class(plot, "bar")] == ["83%"]
    across, *caps = of_class(plot, "interval")
    assert (across.get("x1"), across.get("x2")) == ("71%", "91%")
    assert [cap.get("x1") for cap in caps] == ["71%", "91%"]


def test_a_rate_that_was_not_measured_has_no_bar_and_says_so():
    plot = plot_bars([Bar("Right", "not measured", None)], "a", "Rates")
    assert not of_class(plot, "bar")
    assert not of_class(plot, "interval")
    assert of_class(plot, "figure")[0].text == "not measured"


def test_a_rate_of_zero_is_a_bar_without_length():
    assert [bar.get("width") for bar in of_class(plot_bars([Bar("a", "0.00", 0.0)], "a", "Rates"), "bar")] == ["0%"]


def test_an_earlier_rate_is_marked():
    plot = plot_bars([Bar("Right", "0.83", 0.83, before=0.5)], "a", "Rates")
    assert [mark.get("x") for mark in of_class(plot, "before")] == ["50%"]
    assert not of_class(plot_bars([Bar("Right", "0.83", 0.83)], "a", "Rates"), "before")


def test_what_lies_outside_the_axis_is_drawn_at_its_edge():
    plot = plot_bars([Bar("Retention", "1.20", 1.2, -0.1, 1.4)], "a", "Rates")
    assert of_class(plot, "bar")[0].get("width") == "100%"
    assert (of_class(plot, "interval")[0].get("x1"), of_class(plot, "interval")[0].get("x2")) == ("0%", "100%")


def test_a_plot_is_an_image_with_its_title_and_figures_in_words():
    for plot in (
        plot_bars([Bar("Danish", "0.83 [0.71–0.91] n 42", 0.83, 0.71, 0.91)], "lang", "Right, by language"),
        plot_risk_coverage([(0.5, 0.0), (1.0, 0.1)], "lang", "Right, by language"),
    ):
        root = parse(plot)
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == "lang-title lang-description"
        assert root.findtext(f"{SVG}title") == "Right, by language"
    assert "0.10" in (root.findtext(f"{SVG}desc") or "")


def test_text_in_a_plot_stays_text():
    hostile = "</text><script>alert(1)</script>\"'&"
    plot = plot_bars([Bar(hostile, hostile, 0.5)], "a", hostile)
    assert "<script" not in plot
    assert of_class(plot, "label")[0].text == hostile


def test_the_curve_runs_from_left_to_right_and_up_with_the_risk():
    plot = plot_risk_coverage([(0.5, 0.0), (1.0, 0.1)], "risk", "Risk")
    line = next(parse(plot).iter(f"{SVG}polyline"))
    assert line.get("points") == "500,1000 1000,0"


def test_the_two_percent_line_lies_below_the_highest_risk_and_the_reached_coverage_on_it():
    plot = plot_risk_coverage([(0.5, 0.0), (1.0, 0.1)], "risk", "Risk", reached=0.6)
    (line,), (dot,) = of_class(plot, "limit"), of_class(plot, "reached")
    assert dot.get("cx") == "60%"
    assert dot.get("cy") == line.get("y1")
    heights = [float(grid.get("y1", "")) for grid in of_class(plot, "grid")]
    assert min(heights) < float(line.get("y1", "")) < max(heights)
    assert not of_class(plot_risk_coverage([(1.0, 0.1)], "risk", "Risk"), "reached")


def test_a_curve_without_points_says_so():
    assert "No points." in plot_risk_coverage([], "risk", "Risk")


def test_no_plot_needs_a_style_attribute_which_the_page_would_not_allow():
    plots = plot_bars([Bar("a", "0.5", 0.5, 0.4, 0.6, 0.3)], "a", "A") + plot_risk_coverage([(1.0, 0.1)], "b", "B")
    assert "style=" not in plots
