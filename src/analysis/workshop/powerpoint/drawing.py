"""Native charts: their data and workbook, their look, and what must be written anew with the data.

The library knows no intervals: they are elements of the file's own.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE, MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from analysis.workshop.content import Chart, ChartSeries, Form

LANGUAGE = "sv-SE"
EPOCH = datetime(2000, 1, 1)
"""The date in every workbook, so that the same numbers give the same bytes."""
TYPES = {
    Form.LINE: XL_CHART_TYPE.LINE_MARKERS,
    Form.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    Form.POINTS: XL_CHART_TYPE.XY_SCATTER,
}
LABEL, AXIS = Pt(14), Pt(14)
LEAST_GAP = 45
"""Between bars, in per cent of a bar's breadth."""
COLOURS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_5,
)
COMPARED = MSO_THEME_COLOR.ACCENT_2
UNNAMED, NAMED = '<c:showVal val="0"/>', '<c:showVal val="1"/>'
"""A label with words of its own must show something, or it is left out."""


class _FixedWorkbook:
    """Chart data whose workbook has a fixed date, and the names of points beside their numbers.

    Nothing but the chart's own names and numbers is in it.
    """

    names: Sequence[str] = ()

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook, as the library lays it out."""
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            book.set_properties({"created": EPOCH})
            sheet = book.add_worksheet()
            writer: Any = self
            writer._workbook_writer._populate_worksheet(book, sheet)
            sheet.write_column(1, 2, self.names)
        return made.getvalue()


class _Categories(_FixedWorkbook, CategoryChartData):
    pass


class _Points(_FixedWorkbook, XyChartData):
    pass


def data_of(chart: Chart) -> Any:
    """A chart's data as the library takes them."""
    points = chart.form == Form.POINTS
    kind: Any = _Points if points else _Categories
    told = kind(number_format="0.0")
    told.names = chart.series[0].names
    if not points:
        told.categories = chart.categories
    for one in chart.series:
        if not points:
            told.add_series(one.name, one.values)
            continue
        series = told.add_series(one.name)
        for x, y in zip(one.across, one.values, strict=True):
            series.add_data_point(x, y)
    return told


PLOTS = {"lineChart": Form.LINE, "barChart": Form.BARS, "scatterChart": Form.POINTS}
"""How a chart is drawn, by the element in the file: people may turn bars into a line."""


def form_of(drawn: Any) -> Form | None:
    """How a chart is drawn now; None where it is in a way that the program never draws."""
    if len(drawn.plots) != 1:
        return None
    return PLOTS.get(etree.QName(drawn.plots[0]._element).localname)


def takes(drawn: Any, chart: Chart) -> bool:
    """Whether a chart can hold the data of another, as it is drawn now."""
    form = form_of(drawn)
    return form is not None and (form == Form.POINTS) == (chart.form == Form.POINTS)


def draw(drawn: Any, chart: Chart) -> None:
    """Replace a chart's data, and write anew all that follows from them.

    The library keeps the former intervals when data are replaced, and gives them to new series.
    """
    others = len(drawn.plots[0].series) != len(chart.series)
    drawn.replace_data(data_of(chart))
    follow(drawn, chart, others=others)


def follow(drawn: Any, chart: Chart, *, others: bool = False) -> None:
    """Write what follows from a chart's data: names, intervals, colours, the reach of its axes.

    Parameters
    ----------
    drawn, chart
        The chart, with the data in it.
    others
        Whether there are other series than before.
    """
    form = form_of(drawn) or chart.form
    series = zip(drawn.plots[0].series, chart.series, strict=True)
    for number, (plotted, one) in enumerate(series):
        if others:
            # A series that comes is the library's copy of the last one.
            _dress_series(plotted, one, number, form)
        if form != Form.BARS:
            _labels(plotted._element, one)
        _intervals(plotted._element, one, form)
        _second_colour(plotted, one, form)
    _reach(drawn, chart)


def dress(drawn: Any, chart: Chart) -> None:
    """The look of a new chart, in the colours and the type of the theme."""
    drawn.font.size = LABEL
    drawn.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    drawn.has_title = False
    lines = chart.form == Form.LINE
    drawn.has_legend = lines
    if lines:
        drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawn.legend.include_in_layout = False
    for number, (plotted, one) in enumerate(zip(drawn.plots[0].series, chart.series, strict=True)):
        _dress_series(plotted, one, number, chart.form)
    if chart.form == Form.BARS:
        # A few bars would else be as broad as the chart.
        drawn.plots[0].gap_width = max(LEAST_GAP, 300 // len(chart.categories) - 30)
    _dress_axes(drawn, chart)


def _dress_series(plotted: Any, one: ChartSeries, number: int, form: Form) -> None:
    colour = COMPARED if one.line else COLOURS[0 if form != Form.LINE else number % len(COLOURS)]
    if form == Form.BARS:
        plotted.format.fill.solid()
        plotted.format.fill.fore_color.theme_color = colour
        labels = plotted.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = "0.0", False
        labels.position = XL_LABEL_POSITION.INSIDE_BASE
        labels.font.size, labels.font.bold = LABEL, True
        labels.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        return
    line = plotted.format.line
    line.dash_style = MSO_LINE.DASH if one.line else None
    plotted.smooth = False
    if one.line:
        line.color.theme_color = COMPARED if form == Form.LINE else MSO_THEME_COLOR.ACCENT_5
        line.width = Pt(2 if form == Form.LINE else 1)
        plotted.marker.style = XL_MARKER_STYLE.NONE
        return
    if form == Form.POINTS:
        line.fill.background()
    else:
        line.color.theme_color = colour
        line.width = Pt(2.5)
    plotted.marker.style = XL_MARKER_STYLE.CIRCLE
    plotted.marker.size = 10
    plotted.marker.format.fill.solid()
    plotted.marker.format.fill.fore_color.theme_color = colour
    plotted.marker.format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1


def _labels(series: Any, one: ChartSeries) -> None:
    """The value above each point of a line, or each point's own name beside it."""
    for old in series.findall(qn("c:dLbls")):
        series.remove(old)
    if one.line:
        return
    shown = (
        f'<c:showLegendKey val="0"/><c:showVal val="{int(not one.names)}"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/>'
    )
    bold = f'<a:defRPr sz="{LABEL.centipoints}" b="1"/>'
    named = "".join(
        f'<c:dLbl><c:idx val="{place}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/><a:p>'
        f'<a:pPr>{bold}</a:pPr><a:r><a:rPr lang="{LANGUAGE}" sz="{LABEL.centipoints}" b="1"/>'
        f"<a:t>{escape(name)}</a:t></a:r></a:p></c:rich></c:tx>"
        f'<c:dLblPos val="{side}"/>{shown.replace(UNNAMED, NAMED)}</c:dLbl>'
        for place, (name, side) in enumerate(zip(one.names, one.sides, strict=True))
    )
    labels = parse_xml(
        f"<c:dLbls {nsdecls('c', 'a')}>{named}"
        '<c:numFmt formatCode="0.0" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{bold}</a:pPr>"
        f'<a:endParaRPr lang="{LANGUAGE}"/></a:p></c:txPr><c:dLblPos val="t"/>{shown}</c:dLbls>'
    )
    _first_of(series, "c:trendline", "c:errBars", "c:cat", "c:xVal", "c:val").addprevious(labels)


def _dress_axes(drawn: Any, chart: Chart) -> None:
    across, up = drawn.category_axis, drawn.value_axis
    for axis, title in zip((across, up), chart.titles, strict=True):
        axis.has_major_gridlines = False
        axis.tick_labels.font.size = AXIS
        axis.format.line.color.theme_color = MSO_THEME_COLOR.ACCENT_5
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = title
            run = axis.axis_title.text_frame.paragraphs[0].runs[0]
            run.font.size, run.font.bold = Pt(12), False
            run._r.get_or_add_rPr().set("lang", LANGUAGE)
    up.tick_labels.number_format, up.tick_labels.number_format_is_linked = "0", False
    if chart.form == Form.POINTS:
        across.tick_labels.number_format, across.tick_labels.number_format_is_linked = "0", False
        up.tick_labels.number_format = "0.0"
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.form == Form.BARS:
        up.visible = False
    if chart.form == Form.LINE:
        up.has_major_gridlines = True
        up.major_gridlines.format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_2


def _reach(drawn: Any, chart: Chart) -> None:
    axes = [(drawn.value_axis, chart.bounds)]
    axes += [(drawn.category_axis, chart.across)] if chart.form == Form.POINTS else []
    for axis, (low, high) in axes:
        axis.minimum_scale, axis.maximum_scale = low, high


def _intervals(series: Any, one: ChartSeries, form: Form) -> None:
    """The intervals of a series as literal numbers, in the place of any that were there."""
    for old in series.findall(qn("c:errBars")):
        series.remove(old)
    bounds = enumerate(zip(one.values, one.lower, one.upper, strict=False))
    known = [
        (place, round(high - value, 1), round(value - low, 1))
        for place, (value, low, high) in bounds
        if value is not None and low is not None and high is not None
    ]
    if not known:
        return

    def literal(side: str, part: int) -> str:
        points = "".join(f'<c:pt idx="{at[0]}"><c:v>{at[part]}</c:v></c:pt>' for at in known)
        return (
            f"<c:{side}><c:numLit><c:formatCode>0.0</c:formatCode>"
            f'<c:ptCount val="{len(one.values)}"/>{points}</c:numLit></c:{side}>'
        )

    direction = "" if form == Form.BARS else '<c:errDir val="y"/>'
    colour = "tx1" if form == Form.BARS else "accent4"
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}>{direction}<c:errBarType val="both"/>'
        f'<c:errValType val="cust"/><c:noEndCap val="0"/>{literal("plus", 1)}{literal("minus", 2)}'
        f'<c:spPr><a:ln w="19050"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:ln>'
        "</c:spPr></c:errBars>"
    )
    _first_of(series, "c:cat", "c:xVal", "c:val").addprevious(bars)


def _second_colour(plotted: Any, one: ChartSeries, form: Form) -> None:
    """The bars in the second colour; those of former data go."""
    if form != Form.BARS:
        return
    for old in plotted._element.findall(qn("c:dPt")):
        plotted._element.remove(old)
    for place in sorted(one.below):
        fill_of_point = plotted.points[place].format.fill
        fill_of_point.solid()
        fill_of_point.fore_color.theme_color = COMPARED


def _first_of(series: Any, *names: str) -> Any:
    return next(found for tag in names if (found := series.find(qn(tag))) is not None)
