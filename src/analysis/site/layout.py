"""Lays out the folder for a render engine: pages, settings, assets, pictures, tables.

Both engines take the same folder. Its `_quarto.yml` is the project's own, without menu entries for
pages that were not made.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import yaml
from nbformat import v4

from analysis import present, render, store, swedish
from analysis.errors import ConfigurationError
from analysis.present.markdown import literal, marked
from analysis.present.texts import say
from analysis.render import pictures
from analysis.render.sheets import DATA as SHEET_DATA
from analysis.render.whole import FILES, HTML, PDF
from analysis.render.whole import LIST as WHOLE_LIST
from analysis.render.whole import SETTINGS as WHOLE
from analysis.settings.reading import alias_problem
from analysis.site import own_pages, picture_list, profile
from analysis.site.material import DATA, PICTURES, SHEETS, Material, Page

if TYPE_CHECKING:
    from analysis.present.mark import Mark
    from analysis.project import Project
    from analysis.settings import Settings

VARIABLES = "_variables.yml"
MARK = "_mark.html"
SHEET_LIST, PICTURE_LIST = "_blad.md", "_bilder.md"
# A policy for Quarto's pages, which contain inline scripts; the embedded engine has a stricter one.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)
HEADING = re.compile(r"(#+) [^\n]*")
OF_THE_DECISION = ("beslut", "tillhor")
"""What the title block of a PDF says of the matter that it is decided with: the appendix's only."""
DIVIDER = " · "
"""Between the links of the footer."""
NO_STYLES = '<template id="plotly.js-style-global" class="no-inline-styles"></template>'
"""Plotly's sign that its rules stand in a style sheet (`report.css`)."""
SCRIPTS = ("plotly-basic.min.js", "report.js")


def lay_out(folder: Path, material: Material, marks: Sequence[Mark], *, policy: str = "") -> None:
    """Make the build folder.

    Parameters
    ----------
    folder
        Emptied first.
    material
        The executed pages, the pages without computing, and the configuration.
    marks
        The marks on every page and on the PDF.
    policy
        Content security policy of every page.
    """
    settings, project = material.settings, material.project
    today = material.request.today.isoformat()
    if folder.exists():
        shutil.rmtree(folder)
    store.copy_files(project.reports, folder)
    for package in (present, render):
        store.copy_files(Path(package.__path__[0]) / "assets", folder / "assets")
    for name in (PICTURES, DATA):
        store.copy_files(material.workspace.build / name, folder / name)
    listed = picture_list.lay_out(material.pages, folder / PICTURES, folder)
    store.write_text(folder / PICTURE_LIST, listed)
    store.write_text(folder / WHOLE_LIST, whole_list(FILES))
    told = [{"ord": mark.word, "text": mark.told} for mark in marks]
    look = profile.lay_out(material.profile, folder)
    of_pdf = {"marken": told, **look.pdf}
    fronts = {
        "typst": {**of_pdf, **_appendix(settings, today)},
        "docx": look.word,
    }
    sheets = store.read_json(material.workspace.build / SHEETS)
    store.write_json(folder / SHEET_DATA, {"look": look.sheets, "sheets": sheets})
    titles = {name: sheets[Path(name).stem]["title"] for name in material.documents}
    store.write_text(folder / SHEET_LIST, _listed(titles))
    for page in material.pages:
        more = {k: v for one in page.formats for k, v in fronts.get(one, {}).items()}
        if page.draft:
            more = {key: told for key, told in more.items() if key not in OF_THE_DECISION}
        store.write_text(folder / page.source, _page(page, more))
    config = profile.in_settings(_site_settings(project), look)
    if material.home:
        menu = config["website"]["navbar"]
        menu["left"] = own_pages.lay_out(project.own_pages, folder, menu["left"])
    pages = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix in (".ipynb", ".qmd")
    }
    config = prune(config, pages)
    config["website"]["title"] = (
        f"{settings.report.site.title} – {settings.report.municipality.organisation}"
    )
    store.write_json(folder / WHOLE, {**_front(settings, today), **of_pdf})
    footer = config["website"].get("page-footer", {})
    footer |= {place: _linked(text, pages) for place, text in footer.items()}
    if policy:
        line = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        config["format"]["html"].setdefault("include-in-header", []).append({"text": line})
    store.write_text(folder / MARK, _marks(marks))
    for name, content in ((store.SITE_SETTINGS, config), (VARIABLES, _variables(settings, today))):
        store.write_text(
            folder / name, yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        )


def _listed(titles: Mapping[str, str]) -> str:
    """Links to the documents of one page, as Markdown for the page of downloads.

    Parameters
    ----------
    titles
        By path in the site.
    """
    if not titles:
        return ""
    rows = [say("blad.lista_rad", titel=title, adress=name) for name, title in titles.items()]
    told = [f"## {marked(say('blad.lista_rubrik'))}", marked(say("blad.lista"))]
    return "\n\n".join([*told, "\n".join(f"- {marked(row)}" for row in rows)]) + "\n"


def whole_list(names: Collection[str]) -> str:
    """Links to the files of the whole report, as Markdown for the page of downloads."""
    told = {HTML: "hela.html", PDF: "hela.pdf"}
    rows = [marked(say(text, adress=name)) for name, text in told.items() if name in names]
    return "\n".join(f"- {row}" for row in rows) + "\n" if rows else ""


def _site_settings(project: Project) -> dict[str, Any]:
    """The project's ``_quarto.yml``."""
    text = (project.root / store.SITE_SETTINGS).read_text(encoding="utf-8")
    if problem := alias_problem(text, store.SITE_SETTINGS):
        raise ConfigurationError("Inställningarna behöver rättas", problems=[problem])
    config: dict[str, Any] = yaml.safe_load(text)
    # It tells whoever starts Quarto in the root that there are no pages there.
    config["project"].pop("pre-render", None)
    return config


def prune(config: Mapping[str, Any], pages: Collection[str]) -> dict[str, Any]:
    """The site's settings without menu entries for pages that do not exist.

    Examples
    --------
    >>> menu = {"left": [{"href": "a.qmd"}, {"text": "B", "menu": [{"href": "b.qmd"}]}]}
    >>> prune({"website": {"navbar": menu}}, ["a.qmd"])
    {'website': {'navbar': {'left': [{'href': 'a.qmd'}]}}}
    """

    def kept(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: kept(item) for key, item in value.items()}
        if isinstance(value, list):
            items = [kept(item) for item in value]
            return [item for item in items if not _missing(item, pages)]
        return value

    pruned: dict[str, Any] = kept(config)
    return pruned


def _linked(footer: str, pages: Collection[str]) -> str:
    """A part of the footer without links to pages that do not exist.

    Examples
    --------
    >>> _linked("[A](/a.ipynb) · [B](/b.qmd) · Källa: SKR", ["b.qmd"])
    '[B](/b.qmd) · Källa: SKR'
    """
    parts = footer.split(DIVIDER)
    hrefs = [part.rpartition("](/")[2].rstrip(")") for part in parts]
    kept = zip(parts, hrefs, strict=True)
    return DIVIDER.join(part for part, href in kept if not _missing({"href": href}, pages))


def _missing(entry: Any, pages: Collection[str]) -> bool:
    if not isinstance(entry, Mapping):
        return False
    if "menu" in entry:
        return not entry["menu"]
    href = str(entry.get("href", ""))
    return href.endswith((".ipynb", ".qmd")) and href not in pages


def _page(page: Page, more: Mapping[str, Any]) -> str:
    """An executed notebook as a page: front matter and outputs, without code and metadata."""
    notebook = nbformat.read(page.executed, as_version=4)
    plots = False
    # Engines read front matter as Markdown, so an area's name is escaped.
    told = ("title", "description")
    front = {key: literal(text) if key in told else text for key, text in page.front.items()}
    matter = yaml.safe_dump({**front, **more}, allow_unicode=True, sort_keys=False)
    cells = [v4.new_raw_cell(f"---\n{matter}---", id="titel")]
    for number, cell in enumerate(notebook.cells):
        name = f"cell-{number}"
        shown = [
            {"text/markdown": _with_pictures(output.data["text/markdown"], page.name)}
            for output in cell.get("outputs", [])
            if "text/markdown" in output.get("data", {})
        ]
        if cell.cell_type == "markdown":
            cells.append(v4.new_markdown_cell(cell.source, id=name))
        elif shown:
            outputs = [v4.new_output("display_data", data) for data in shown]
            cells.append(v4.new_code_cell(id=name, outputs=outputs))
            plots = plots or any("nki-plot" in data["text/markdown"] for data in shown)
    cells = _without_empty_sections(cells)
    if plots:
        cells.append(v4.new_markdown_cell(_scripts(page.name), id="skript"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    text: str = nbformat.writes(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    return f"{text}\n"


def _with_pictures(markdown: str, page: str) -> str:
    """A figure's Markdown with its picture named as in the folder of pictures."""
    place = f"{'../' * page.count('/')}{PICTURES}/{pictures.named(page, '')}"
    return markdown.replace(f"![]({PICTURES}/", f"![]({place}")


def _without_empty_sections(cells: Sequence[Any]) -> list[Any]:
    """The cells without headings that nothing stands under.

    Examples
    --------
    >>> page = [v4.new_markdown_cell(text) for text in ("## A", "### B", "## C", "Text")]
    >>> [cell.source for cell in _without_empty_sections(page)]
    ['## C', 'Text']
    """
    kept: list[Any] = []
    for cell in reversed(cells):
        level, below = _level(cell), _level(kept[-1]) if kept else 1
        if not level or not below or below > level:
            kept.append(cell)
    return kept[::-1]


def _level(cell: Any) -> int:
    """The level of the heading that a cell is; 0 for another cell."""
    found = HEADING.fullmatch(cell.source) if cell.cell_type == "markdown" else None
    return len(found[1]) if found else 0


def _scripts(page: str) -> str:
    """The scripts that draw the figures, once a page, with an address relative to the page."""
    root = "../" * page.count("/")
    tags = [f'<script src="{root}assets/{name}" defer></script>' for name in SCRIPTS]
    return "\n".join(["```{=html}", NO_STYLES, *tags, "```"])


def _front(settings: Settings, today: str) -> dict[str, Any]:
    """What stands on the whole report in one file, escaped for Markdown."""
    told = {
        "title": settings.report.site.title,
        "subtitle": settings.report.site.subtitle,
        "kommun": settings.report.municipality.organisation,
        "datum": swedish.long_date(date.fromisoformat(today)),
    }
    escaped = {key: literal(text) for key, text in told.items()}
    return {**escaped, "files": say("hela.utan_filer"), "contents": say("hela.innehall")}


def _appendix(settings: Settings, today: str) -> dict[str, Any]:
    """Metadata of the PDF's title block, escaped for Markdown."""
    appendix = settings.report.appendix
    told = {
        "kommun": settings.report.municipality.organisation,
        "diarienummer": appendix.reference,
        "datum": (appendix.date.isoformat() if appendix.date else today),
        "handlaggare": appendix.officer,
        "enhet": appendix.unit,
        "till": appendix.addressee,
        "beslut": appendix.decision,
        "tillhor": appendix.belongs_to,
        "author": settings.report.municipality.organisation,
    }
    return {key: literal(text) for key, text in told.items()}


def _variables(settings: Settings, today: str) -> dict[str, Any]:
    """Values for ``{{< var … >}}`` in pages without computing."""
    values = {
        "kommun": settings.report.municipality.organisation,
        "kontakt": settings.report.accessibility.contact,
        "bedomd": swedish.long_date(settings.report.accessibility.assessed),
        "datum": today,
        "konfidens": swedish.percent(settings.rules.uncertainty.confidence.value),
    }
    return {key: literal(text) for key, text in values.items()}


def _marks(marks: Sequence[Mark]) -> str:
    return "".join(
        f'<div class="nki-mark" role="note"><strong>{html.escape(mark.word)}</strong> '
        f"{html.escape(mark.told)}</div>\n"
        for mark in marks
    )
