"""`docs/nytt-ar.md`, followed: its commands run in their order, its examples put into the files."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
import shlex
import shutil
import threading
import time
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import lxml.html
import openpyxl
import pytest
import yaml
from projects import matter_of

from analysis import cli
from analysis.commands import preview
from analysis.project import Project
from analysis.settings import load

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "nytt-ar.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"(?:python3?|py(?: -3\.\d+)?) run\.py([^`\n|]*)")
YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
QUESTION = "Hur nöjd var du totalt sett med bemötandet?"
REWORDED = "Hur nöjd var du sammantaget med bemötandet?"
RENAMED = "Bygg och mark"


class Ran(NamedTuple):
    """A command of the document as it went."""

    code: int
    told: str
    seconds: float


class Followed(NamedTuple):
    """The whole path: the project afterwards, and every command by its words."""

    project: Project
    ran: dict[str, Ran]
    previewed: str


def commands() -> list[str]:
    """The document's commands, each once, in the order they are first met."""
    return list(dict.fromkeys(words.strip() for words in COMMAND.findall(TEXT)))


def run_py() -> ModuleType:
    specification = importlib.util.spec_from_file_location("run_of_a_new_year", ROOT / "run.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def files_of_a_new_year(project: Project) -> None:
    """Made-up answers as the municipality's own, with a question reworded and an area renamed."""
    for path in project.example.glob("*.[cx]*"):
        shutil.copy(path, project.raw / path.name)
    replace_in(project.raw / "dialog.csv", "EXEMPELDATA: ", "")
    book = openpyxl.load_workbook(project.raw / "insikt_2025.xlsx")
    sheet = book.active
    title, heading, column = 1, 3, sheet.max_column + 1
    sheet.cell(title, 1, "Insikt 2025")
    sheet.cell(heading, column, "Egen kommentar")
    sheet.cell(heading + 1, column, "Vi fick snabba och tydliga besked hela vägen.")
    book.save(project.raw / "insikt_2025.xlsx")
    file = project.raw / "insikt_2022.csv"
    text = file.read_text("utf-8-sig").replace(QUESTION, REWORDED)
    file.write_text(text.replace("Bygglov", RENAMED, 3), "utf-8-sig")


def an_answer_of_kolada(path: Path) -> None:
    values = [{"gender": "T", "status": "", "value": 73.4, "count": 1}]
    entry = {"kpi": "U07453", "municipality": "0188", "period": 2024, "values": values}
    path.write_text(json.dumps({"values": [entry]}), "utf-8")


@contextlib.contextmanager
def kolada(project: Project) -> Iterator[str]:
    """A service with a single value, on this computer."""
    kpis = load(project.config).kolada.kpis

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urllib.parse.urlsplit(self.path).path
            if asked.startswith("/v3/kpi/"):
                entries = [{"id": kpi.id, "title": kpi.title} for kpi in kpis if kpi.id in asked]
            elif all(part in asked for part in ("U07451", "0188", "2023")):
                values = [{"gender": "T", "status": "", "value": 71.2, "count": 1}]
                key = {"kpi": "U07451", "municipality": "0188", "period": 2023}
                entries = [{**key, "values": values}]
            else:
                entries = []
            content = json.dumps({"values": entries}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as service:
        thread = threading.Thread(target=service.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{service.server_port}/v3"
        service.shutdown()
        thread.join()


def replace_in(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def confirm_the_proposal(project: Project) -> None:
    """Step 6: false becomes true."""
    replace_in(project.config / "questionnaire.local.yml", "confirmed: false", "confirmed: true")


def name_the_area(project: Project) -> None:
    """Step 7: the area's lines become those of the document."""
    lines = next(block for block in YAML.findall(TEXT) if RENAMED in block)
    path = project.config / "questionnaire.yml"
    first = "\n".join(lines.splitlines()[:2])
    text = path.read_text("utf-8")
    start = text.index(first)
    end = text.index("\n", text.index("aliases:", start)) + 1
    path.write_text(text[:start] + lines + text[end:], "utf-8")


def carry_the_file(project: Project) -> None:
    """Step 1: the packed file is taken to where it is unpacked."""
    next(project.root.glob("flytt-*.zip")).rename(project.root / "FIL")


AFTER: dict[str, tuple[Callable[[Project], None], ...]] = {
    "check --write-mapping": (confirm_the_proposal, name_the_area),
    "flytta --med-svar": (carry_the_file,),
}
"""What the reader does by hand when a command is done."""


@pytest.fixture(scope="module")
def followed(
    tmp_path_factory: pytest.TempPathFactory, project_at: Callable[[Path], Project]
) -> Iterator[Followed]:
    project = project_at(tmp_path_factory.mktemp("nytt år") / "nki")
    files_of_a_new_year(project)
    parse = run_py().parse
    ran: dict[str, Ran] = {}
    seen: list[str] = []
    serving: list[ThreadingHTTPServer] = []
    make = preview.server

    def started(site: Path, port: int) -> ThreadingHTTPServer:
        serving.append(make(site, port))
        return serving[-1]

    def look(address: str) -> bool:
        """The reader's browser: loads the page, then the preview is ended."""

        def load_and_end() -> None:
            with urllib.request.urlopen(address, timeout=10) as page:
                seen.append(page.read().decode("utf-8"))
            serving[-1].shutdown()

        threading.Thread(target=load_and_end, daemon=True).start()
        return True

    with pytest.MonkeyPatch.context() as patch, kolada(project) as service:
        patch.setattr(Project, "here", classmethod(lambda cls: project))
        patch.setattr(preview, "server", started)
        patch.setattr(webbrowser, "open", look)
        patch.chdir(project.root)
        patch.setenv("COLUMNS", "100")
        replace_in(project.config / "kolada.yml", "https://api.kolada.se/v3", service)
        an_answer_of_kolada(project.root / "svar.json")
        for command in commands():
            name, rest = parse(shlex.split(command))
            told = io.StringIO()
            start = time.monotonic()
            with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
                code = cli.main([name, *rest])
            ran[command] = Ran(code, told.getvalue(), time.monotonic() - start)
            for step in AFTER.get(command, ()):
                step(project)
        yield Followed(project, ran, "".join(seen))


@pytest.mark.parametrize("command", commands(), ids=lambda words: words or "report")
def test_a_command_of_the_document_does_its_work(followed: Followed, command: str) -> None:
    ran = followed.ran[command]
    # A question that had answers the year before stops until its new header is confirmed.
    assert ran.code == (10 if command.startswith("check") else 0), ran.told
    assert "Traceback" not in ran.told


def test_the_path_has_every_command_a_coordinator_needs() -> None:
    needed = {"", "check", "check --write-mapping", "doctor", "kolada", "preview", "publish"}
    assert needed <= set(commands())


def test_check_tells_what_the_document_says_to_read(followed: Followed) -> None:
    told = followed.ran["check"].told
    listed = re.findall(r"^\d\. \*\*(.+?)\.?\*\*", TEXT.split("## 5.")[1].split("## 6.")[0], re.M)
    assert len(listed) == 6
    for heading in listed:
        assert heading.upper() in told, heading
    assert f"”{RENAMED}”" in told and f"”{REWORDED}”" in told
    page = followed.project.processed / "granskning.html"
    assert REWORDED in page.read_text("utf-8")


def test_the_proposal_is_the_documents(followed: Followed) -> None:
    file = followed.project.config / "questionnaire.local.yml"
    written = yaml.safe_load(file.read_text("utf-8"))
    shown = yaml.safe_load(next(block for block in YAML.findall(TEXT) if "confirmed" in block))
    assert [column["confirmed"] for column in shown["columns"]] == [False]
    for column in shown["columns"]:
        column["confirmed"] = True
    assert written["columns"] == shown["columns"]
    # What a header is proposed for is not offered as a loss to accept.
    assert written["accepted"] == []


def test_what_was_mended_by_hand_counts(followed: Followed) -> None:
    aside = (followed.project.processed / "rejects_2022.csv").read_text("utf-8-sig")
    assert RENAMED not in aside
    quality = (matter_of(followed.project.site) / "kvalitet.html").read_text("utf-8")
    row = next(line for line in quality.splitlines() if QUESTION in line)
    assert "<td>0</td>" not in row


def test_official_values_are_fetched_and_imported(followed: Followed) -> None:
    assert "hämtades, varav 1 för Norrtälje (2023)" in followed.ran["kolada"].told
    assert "hämtades, varav 1 för Norrtälje (2024)" in followed.ran["kolada svar.json"].told
    assert len(list(followed.project.raw.glob("kolada_*.json"))) == 2


def test_the_pages_are_those_to_look_through(followed: Followed) -> None:
    site = followed.project.site
    table = TEXT.split("| Sida | Kontrollera |")[1].split("\n\n")[0]
    names = re.findall(r"^\| (\S[^|]*?) \|", table, re.M)
    menu = lxml.html.fromstring(followed.previewed).find(".//header").text_content()
    assert {name for name in names if name not in menu} == {"Alla", "Bilagan"}
    for page in site.rglob("*.html"):
        assert "EXEMPELDATA" not in page.read_text("utf-8"), page.name
    for name in re.findall(r"`_site/([^`]+)`", TEXT):
        assert any(site.glob(name)), name
    quality = (matter_of(followed.project.site) / "kvalitet.html").read_text("utf-8")
    section = TEXT.split("## 12.")[1].split("```")[0]
    for heading in re.findall(r"\*\*(.+?)\*\*", section):
        assert f"<h2>{heading}</h2>" in quality, heading


def test_the_lines_to_change_are_in_the_settings(followed: Followed) -> None:
    settings = yaml.safe_load((followed.project.config / "report.yml").read_text("utf-8"))
    rows = TEXT.split("| Rad | Vad du skriver |")[1].split("\n\n")[0]
    keys = [key for row in rows.splitlines() for key in re.findall(r"`(\w+)`", row.split(" | ")[0])]
    assert len(keys) >= 6
    assert set(keys) <= settings["appendix"].keys()


def test_publishing_keeps_the_year(followed: Followed) -> None:
    assert "Publiceringen för 2025 är sparad" in followed.ran["publish"].told
    assert (followed.project.published / "2025" / "bilaga.pdf").is_file()
