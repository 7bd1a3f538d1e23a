"""Charts in the workbook: Excel's own, drawn from the cells beside them, or pictures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from simulator.report.natives import ends_of_axis, interval_words, is_monthly, months_apart, native, shares_across, steps_of
from simulator.report.pictures import DOTS_AN_INCH, picture, picture_size
from simulator.report.text import either
from simulator.report.workbook_formulas import HEAD, address
from simulator.report.workbook_intervals import FONT, INK, QUIET, Bars, Place, write_lengths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.report.blocks import Chart
    from simulator.report.cells import Laid, Scale
    from simulator.report.natives import Native

PICTURE_WIDTH = 760
SIZE = {"x_scale": 1.6, "y_scale": 1.5}


def add_chart(book: Any, sheet: Any, chart: Chart, laid: Laid, place: Place, head: Any, lang: str) -> None:  # noqa: ANN401  XlsxWriter is optional
    """Put a chart right of its data: Excel's own where it can draw it, else the picture.

    Parameters
    ----------
    book, sheet : Workbook, Worksheet
        XlsxWriter's.
    chart : Chart
    laid : Laid
        How its table is written.
    place : Place
    head : Format
        Of the heads of columns that a waterfall needs.
    lang : {'zh', 'en'}
    """
    drawn = native(chart)
    described = {"description": chart.caption, "object_position": 2}
    if drawn is None:
        png = picture(chart)
        scale = PICTURE_WIDTH / picture_size(png)[0] * DOTS_AN_INCH / 96
        sheet.insert_image(
            HEAD + 1, place.column, f"{chart.key}.png", {"image_data": io.BytesIO(png), "x_scale": scale, "y_scale": scale, **described}
        )
        return
    font = {"name": FONT[lang], "size": 9, "color": QUIET}
    bars, taken = write_lengths(book, sheet, chart.data, laid, drawn, place, head, lang)
    place = Place(place.sheet, place.column + taken)
    if drawn.form == "waterfall":
        made, column = _waterfall(book, sheet, chart, laid, place, drawn, font, head, lang, bars), place.column + 6
    else:
        made, column = _native_chart(book, chart, laid, place, drawn, font, bars), place.column
    title = either(lang, "；", "; ").join(part for part in (chart.caption, interval_words(chart.data, drawn, lang)) if part)
    made.set_title({"name": title, "name_font": {"name": FONT[lang], "size": 12, "color": INK}, "overlay": False})
    sheet.insert_chart(HEAD + 1, column, made, {**SIZE, **described})


def _native_chart(book: Any, chart: Chart, laid: Laid, place: Place, drawn: Native, font: Mapping[str, object], bars: Sequence[Bars]) -> Any:  # noqa: ANN401
    kinds = {
        "line": {"type": "line"},
        "bar": {"type": "column" if drawn.is_upright else "bar"},
        "stack": {"type": "bar"} if drawn.is_single else {"type": "column" if drawn.is_upright else "bar", "subtype": "stacked"},
        "scatter": {"type": "scatter"},
    }
    made = book.add_chart(kinds[drawn.form])
    if drawn.form == "scatter":
        _fill_scatter(made, chart, laid, place, drawn, font, bars)
    elif drawn.is_single:
        _fill_single(made, chart, laid, place, drawn, font)
    else:
        _fill_series(made, chart, laid, place, drawn, font, bars)
    return made


def _fill_scatter(
    made: Any,  # noqa: ANN401
    chart: Chart,
    laid: Laid,
    place: Place,
    drawn: Native,
    font: Mapping[str, object],
    bars: Sequence[Bars],
) -> None:
    name, first, last, scales = place.sheet, HEAD + 1, HEAD + len(chart.data.rows), laid.scales[0]
    across, up = drawn.columns
    named = {"data_labels": {"series_name": True, "value": False, "position": "right", "font": font}} if drawn.is_named else {}
    marker = {"type": "circle", "size": 9, "fill": {"color": drawn.colours[0]}, "border": {"none": True}}
    for i, j in ((i, i) for i in range(first, last + 1)) if drawn.is_named else [(first, last)]:
        places = {"categories": [name, i, across, j, across], "values": [name, i, up, j, up]}
        crossed = {f"{way}_error_bars": one.of_rows(i, j) for way, one in zip("xy", bars, strict=True) if one.is_drawn}
        made.add_series({"name": [name, i if drawn.is_named else HEAD, 0 if drawn.is_named else up], **places, "marker": marker, **named, **crossed})
    made.set_legend({"none": True})
    made.set_x_axis({**_axis(laid.heads[across], scales[across], font), "major_gridlines": {"visible": False}})
    made.set_y_axis(_axis(laid.heads[up], scales[up], font))


def _fill_single(made: Any, chart: Chart, laid: Laid, place: Place, drawn: Native, font: Mapping[str, object]) -> None:  # noqa: ANN401
    """Bars of one row's parts, each in its own colour."""
    first, last, row = drawn.columns[0], drawn.columns[-1], HEAD + 1
    scale = laid.scales[0][first]
    made.add_series(
        {
            "name": chart.caption,
            "categories": [place.sheet, HEAD, first, HEAD, last],
            "values": [place.sheet, row, first, row, last],
            "points": [{"fill": {"color": colour}} for colour in drawn.colours],
            "gap": 60,
            "data_labels": {"value": True, "num_format": scale.spreadsheet_format, "font": {**font, "color": INK}},
        }
    )
    whole = {"min": 0, "max": 1, "num_format": "0%"} if shares_across(chart.data) else {}
    made.set_x_axis({**_axis(scale.unit, scale, font), **whole})
    made.set_y_axis({"num_font": font, "line": {"color": QUIET}, "label_position": "low", "reverse": True, "crossing": "max"})
    made.set_legend({"none": True})


def _fill_series(
    made: Any,  # noqa: ANN401
    chart: Chart,
    laid: Laid,
    place: Place,
    drawn: Native,
    font: Mapping[str, object],
    bars: Sequence[Bars],
) -> None:
    name, first, last, scales = place.sheet, HEAD + 1, HEAD + len(chart.data.rows), laid.scales[0]
    is_level = drawn.form != "line" and not drawn.is_upright
    for j, colour, width, interval in zip(drawn.columns, drawn.colours, drawn.widths, bars, strict=True):
        look: dict[str, object] = {"line": {"color": colour, "width": width}}
        if drawn.form != "line":
            look = {"fill": {"color": colour}, "gap": 60}
        if interval.is_drawn:
            look["y_error_bars"] = interval.of_rows(first, last)
        elif drawn.form == "bar" and is_level:
            look["data_labels"] = {"value": True, "num_format": scales[j].spreadsheet_format, "font": {**font, "color": INK}}
        made.add_series({"name": [name, HEAD, j], "categories": [name, first, 0, last, 0], "values": [name, first, j, last, j], **look})
    unit = _axis(scales[drawn.columns[0]].unit, scales[drawn.columns[0]], font)
    if drawn.form != "line":
        cells = (row[j] for row in chart.data.rows for j in drawn.columns)
        unit |= ends_of_axis([float(value) for value in cells if isinstance(value, int | float)])
    if drawn.form == "stack" and shares_across(chart.data):
        unit |= {"min": 0, "max": 1, "num_format": "0%"}
    names: dict[str, object] = {"num_font": font, "line": {"color": QUIET}, "label_position": "low"}
    if is_monthly(chart.data):
        apart = months_apart(len(chart.data.rows))
        names |= {"date_axis": True, "num_format": "yyyy-mm", "major_unit": apart, "major_unit_type": "months"}
    elif not is_level:
        names |= {"interval_unit": max(len(chart.data.rows) // 8, 1), "name": laid.heads[0], "name_font": {**font, "bold": False}}
    else:
        names |= {"reverse": True, "crossing": "max"}
    made.set_x_axis(unit if is_level else names)
    made.set_y_axis(names if is_level else unit)
    made.set_legend({"position": "bottom", "font": font} if len(drawn.columns) > 1 else {"none": True})


def _waterfall(
    book: Any,  # noqa: ANN401
    sheet: Any,  # noqa: ANN401
    chart: Chart,
    laid: Laid,
    place: Place,
    drawn: Native,
    font: Mapping[str, object],
    head: Any,  # noqa: ANN401
    lang: str,
    bars: Sequence[Bars],
) -> Any:  # noqa: ANN401
    """Stacked columns on columns without colour, from five columns that are computed from the table's amounts; intervals stand at the steps' ends."""
    keys = [column.key for column in chart.data.columns]
    amount = keys.index("amount")
    scale = laid.scales[0][amount]
    steps, first = steps_of(chart.data), HEAD + 1
    end, base, *kinds = range(place.column, place.column + 5)
    words = (("终点", "end"), ("底座", "base"), ("合计", "total"), ("增加", "rise"), ("减少", "fall"))
    for column, word in zip((end, base, *kinds), words, strict=True):
        sheet.write_string(HEAD, column, either(lang, *word), head)
        sheet.set_column(column, column, 11)
    form = book.add_format({"font_name": FONT[lang], "font_size": 10, "num_format": scale.spreadsheet_format, "font_color": QUIET})
    reached = 0.0
    for i, step in enumerate(steps):
        row, own = first + i, address(first + i, amount)
        before = "0" if i == 0 else address(row - 1, end)
        start, reached = (0.0, step.size) if step.kind == "total" else (reached, step.base + (step.size if step.kind == "rise" else 0.0))
        is_total = step.kind == "total"
        sheet.write_formula(row, end, f"={own}" if is_total else f"={before}+{own}", form, scale.number(reached))
        sheet.write_formula(row, base, "=0" if is_total else f"=MIN({before},{address(row, end)})", form, scale.number(min(start, reached)))
        for column, kind in zip(kinds, ("total", "rise", "fall"), strict=True):
            if step.kind == kind:
                sheet.write_formula(row, column, f"=-{own}" if kind == "fall" else f"={own}", form, scale.number(step.size))
    made = book.add_chart({"type": "column", "subtype": "stacked"})
    last, names = first + len(steps) - 1, [place.sheet, first, keys.index("step"), HEAD + len(steps), keys.index("step")]
    for column, colour in zip((base, *kinds), drawn.colours, strict=True):
        look = {"fill": {"none": True}, "border": {"none": True}} if column == base else {"fill": {"color": colour}}
        shown = {} if column == base else {"data_labels": {"value": True, "num_format": scale.spreadsheet_format, "font": {**font, "color": INK}}}
        values = [place.sheet, first, column, last, column]
        made.add_series({"name": [place.sheet, HEAD, column], "categories": names, "values": values, "gap": 50, **look, **shown})
    if bars[0].is_drawn:
        ends = book.add_chart({"type": "line"})
        values, unseen = [place.sheet, first, end, last, end], {"line": {"none": True}, "marker": {"type": "none"}}
        interval = bars[0].of_rows(first, last)
        ends.add_series({"name": [place.sheet, HEAD, end], "categories": names, "values": values, **unseen, "y_error_bars": interval})
        made.combine(ends)
    made.set_x_axis({"num_font": font, "line": {"color": QUIET}})
    made.set_y_axis(_axis(scale.unit, scale, font))
    made.set_legend({"none": True})
    return made


def _axis(title: str, scale: Scale, font: Mapping[str, object]) -> dict[str, object]:
    """An axis of numbers: its unit as its title, quiet lines."""
    return {
        "name": title,
        "name_font": {**font, "bold": False},
        "num_font": font,
        "num_format": scale.axis_format,
        "major_gridlines": {"visible": True, "line": {"color": "#E2E5EA"}},
        "line": {"none": True},
    }
