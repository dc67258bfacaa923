"""The municipality's own comments on the pages: ``kommentarer/<case year>/<page>.md``.

This year's is shown, last year's is folded under it, and numbers typed by hand are held against
the report's.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import swedish
from analysis.measures.totals import TOTAL
from analysis.present.bundle import Text, folded
from analysis.present.comments import WHO, Comment
from analysis.present.data import ReportData
from analysis.present.markdown import literal
from analysis.present.sheet import Excerpt
from analysis.present.texts import say
from analysis.present.values import is_hidden, values
from analysis.settings.questionnaire import NKI

NUMBERS = ("governing_lower", "governing_upper", "index", "change")
"""The columns of the newest year's indices whose numbers a comment may tell, besides the index."""
NAMED = {"nki": "nki", "factor": "faktor", "question": "fraga"}
"""How a value's name begins, by kind of index."""


def comment(data: ReportData, page: str, *, level: int = 2) -> Text | None:
    """The year's comment on a page, and last year's folded; None without any.

    Parameters
    ----------
    page
        One of `PAGES`, or an area.
    level
        The level of its heading.
    """
    this, last = (shown(data, page, year) for year in (data.year, data.year - 1))
    if not (this or last):
        return None
    heading = literal(say("gemensamt.kommentar_rubrik"))
    told = [f"{'#' * level} {heading}", "", "::: {.nki-comment}", this, ":::"]
    if last:
        title = say("gemensamt.kommentar_forra_aret", ar=data.year - 1)
        told += ['::: {.content-visible when-format="html"}', folded(title, last), ":::"]
    return Text("\n".join([*told, ""]))


def shown(data: ReportData, page: str, year: int) -> str:
    """A year's comment on a page with who wrote it, as Markdown; empty without one.

    The municipality's words are about its own numbers: a report of made-up answers, or of another
    municipality, has none.
    """
    found = _written(data, page, year)
    if found is None:
        return ""
    words = found.markdown(values(data, year, found.names))
    return f"{words}\n*{literal(_signed(found))}*\n"


def excerpt(data: ReportData, page: str) -> Excerpt | None:
    """The year's comment for where there is room for a part of it only.

    Its words are without bold, italics and links.
    """
    found = _written(data, page, data.year)
    if found is None:
        return None
    blocks = found.sentences(values(data, data.year, found.names))
    heading = say("gemensamt.kommentar_rubrik")
    return Excerpt(heading, blocks, _signed(found), say("blad.las_mer"))


def _written(data: ReportData, page: str, year: int) -> Comment | None:
    """A year's comment on a page, where the report is about the municipality's own numbers."""
    if not data.own:
        return None
    return Comment.read(data.project.comments / str(year) / f"{page}.md")


def _signed(found: Comment) -> str:
    return say(
        "gemensamt.kommentar_av",
        namn=str(found.front[WHO]),
        datum=swedish.long_date(found.when) if found.when else "",
    )


def differing(data: ReportData) -> list[str]:
    """Remarks on numbers typed by hand that the report does not have, and on hidden values.

    A number typed by hand stands beside the nearest one that the report has.
    """
    if not data.own:
        return []
    told = []
    near = data.settings.guards.checks.typed_number.value
    of_year = (path for path in data.project.comment_files if path.parent.name == str(data.year))
    for comment in filter(None, map(Comment.read, of_year)):
        named = values(data, data.year, comment.names)
        told += [
            f"{comment.where}, rad {line}: {{{{ {name} }}}} visas inte ({named[name]}). "
            "Skriv om meningen så att den inte behöver talet."
            for name, line in comment.places
            if is_hidden(named[name])
        ]
        for number, sentence in comment.typed():
            rows = _spoken_of(data, comment.path.stem, sentence)
            # A page shows the year's total in its official definition alone.
            newest = rows[(rows["year"] == str(data.year)) & rows["is_official_definition"]]
            shown = pd.concat([rows["governing"], *(newest[name].abs() for name in NUMBERS)])
            if number in set(shown.map(swedish.number)):
                continue
            distance = (newest["governing"] - float(number.replace(",", "."))).abs()
            if len(newest) and distance.min() <= near:
                row = newest.iloc[int(distance.argmin())]
                name = f"{NAMED[row['kind']]}.{row['scope']}"
                name += "" if row["kind"] == "nki" else f".{row['measure']}"
                told.append(
                    f"{comment.where}: kommentaren säger {number}, sidan "
                    f"{swedish.number(row['governing'])} ({data.label(row['scope']).lower()}). "
                    f"Skriv {{{{ {name} }}}}, så följer talet med."
                )
    return told


def _spoken_of(data: ReportData, page: str, sentence: str) -> pd.DataFrame:
    """The indices, of every year, that a sentence on a page speaks of.

    Of the areas that it names and of the page's own, or else the total; of the factors and
    questions that it names, or else NKI.
    """
    questions = data.settings.questionnaire

    def named(keys: Iterable[str]) -> list[str]:
        return [key for key in keys if data.label(key).casefold() in sentence]

    scopes = [*named(questions.area_keys), page if page in questions.area_keys else TOTAL]
    measures = named((*questions.factor_keys, *questions.item_keys)) or [NKI]
    measures += [NKI] if NKI in sentence else []
    rows = data.select(measure=measures)
    return rows[rows["scope"].isin(scopes) & rows["governing"].notna()]
