"""Every picture of the documents: ``python docs/make_pictures.py``.

Every page at both widths and every PDF page of ``_site/`` (or the folder given), and command
windows that show what the commands really say about made-up files. Needs the test requirements, a
Chromium and poppler's ``pdftoppm``.
"""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
WIDTHS = (1280, 390)
HIGHEST = 2200
"""A long page's picture ends here: it is there to be looked at, not read."""
SCREEN = 900
"""What is seen of a page without scrolling."""
COLORS = 64

PARTS = ("config", "notebooks", "reports", "src", "data/example", "data/official")
FILES = ("_quarto.yml", "pyproject.toml", "requirements.txt", "run.py", "README.md")
SHOWN = "C:\\nki"
"""What the temporary folder is called in the pictures."""
STEP = re.compile(r"^ *\d+/\d+  ", re.MULTILINE)
"""A line a step: written to a file; a command window shows a bar that goes away."""
WINDOW = """<!DOCTYPE html><meta charset="utf-8"><style>
body{margin:0;background:#fff;font:15px "Segoe UI","DejaVu Sans",sans-serif}
div{display:inline-block;border:1px solid #767676;border-radius:6px;overflow:hidden}
h1{margin:0;padding:7px 12px;background:#e8e8e8;color:#1b1b1b;font:inherit}
pre{margin:0;padding:10px 14px 14px;background:#0c0c0c;color:#e6e6e6;width:%dch;
font:15px/1.35 "Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap}
b{color:#fff}i{color:#9a9a9a;font-style:normal}
p{margin:10px 12px;padding:5px 10px;border:2px solid #005fb8;background:#fff}
ul{margin:0;padding:4px 14px 12px;list-style:none;columns:2}li{padding:3px 0}
li::before{content:"";display:inline-block;width:15px;height:11px;margin-right:9px;
background:#f2c94c;border-radius:2px}li.file::before{background:#b8c4ce;width:10px;height:14px}
</style><div>%s</div>"""
COLUMNS = 80


class Window(NamedTuple):
    """A command window to draw.

    Parameters
    ----------
    name
        Name of the picture.
    command
        What is run.
    raw
        The example's files that lie in ``data/raw/``, each with the words that are replaced in it.
    kept
        Parts of what is said that are shown, each from a line that begins so to one before another
        that does; nothing: all.
    """

    name: str
    command: str
    raw: dict[str, dict[str, str]]
    kept: Sequence[tuple[str, str]] = ()


WINDOWS = (
    Window(
        "terminal-check",
        "python run.py check",
        {"insikt_2024.xlsx": {}, "insikt_2025.xlsx": {}, "arenden_2025.csv": {}},
        (("Granskning", "ÄRENDEÅR"), ("ÄRENDEÅR 2025", "  Informationen"), ("KONTROLLERA", "#")),
    ),
    Window(
        "terminal-problem",
        "python run.py check",
        {"insikt_2022.csv": {"Bygglov": "Bygg och mark"}},
    ),
    Window(
        "terminal-mapping",
        "python run.py check --write-mapping",
        {
            "insikt_2022.csv": {
                "Hur nöjd var du totalt sett med bemötandet?": "Hur nöjd var du sammantaget med "
                "bemötandet?"
            }
        },
        (("Granskning", "ÄRENDEÅR"), ("KONTROLLERA", "#")),
    ),
    Window("terminal-run", "python run.py", {"insikt_2024.xlsx": {}, "insikt_2025.xlsx": {}}),
)


def main(site: Path) -> None:
    """Make all pictures, the pages' of a finished site."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        of_pages(browser, site)
        of_windows(browser)
        browser.close()
    of_appendix(site / "bilaga.pdf")
    of_sheet(site / "omraden" / "bygglov.pdf")


def of_pages(browser: Browser, site: Path) -> None:
    """Every page of the site at both widths."""
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 900})
        for path in sorted(site.rglob("*.html")):
            page.goto(path.as_uri())
            page.wait_for_timeout(400)
            name = path.relative_to(site).with_suffix("").as_posix().replace("/", "-")
            target = PICTURES / f"{name}-{width}.png"
            page.screenshot(path=target, full_page=True)
            smaller(target)
    with Image.open(PICTURES / f"index-{WIDTHS[0]}.png") as overview:
        overview.crop((0, 0, WIDTHS[0], SCREEN)).save(PICTURES / "oversikt.png", optimize=True)


def of_appendix(pdf: Path) -> None:
    """Every page of the PDF, and the first three side by side."""
    subprocess.run(["pdftoppm", "-r", "70", "-png", pdf, PICTURES / "bilaga"], check=True)
    pages = [Image.open(path) for path in sorted(PICTURES.glob("bilaga-*.png"))]
    width = sum(page.width for page in pages[:3])
    together = Image.new("RGB", (width, pages[0].height), "white")
    for number, page in enumerate(pages[:3]):
        together.paste(page, (number * page.width, 0))
    together.save(PICTURES / "bilaga.png", optimize=True)
    smaller(PICTURES / "bilaga.png")


def of_sheet(pdf: Path) -> None:
    """An area on one page."""
    target = PICTURES / "blad"
    subprocess.run(["pdftoppm", "-r", "70", "-png", "-singlefile", pdf, target], check=True)
    smaller(target.with_suffix(".png"))


def of_windows(browser: Browser) -> None:
    """The project's folder with ``cmd`` in the address field, and every command window."""
    page = browser.new_page(viewport={"width": 900, "height": 600})

    def draw(name: str, inside: str) -> None:
        page.set_content(WINDOW % (COLUMNS, inside))
        page.locator("div").screenshot(path=PICTURES / f"{name}.png")
        smaller(PICTURES / f"{name}.png")

    draw("terminal-folder", explorer())
    for window in WINDOWS:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve() / "nki"
            made_up(root, window.raw)
            said = run(root, window.command)
        text = html.escape(said if not window.kept else parts(said, window.kept))
        text = re.sub(r"^\[…\]$", "<i>[…]</i>", text, flags=re.MULTILINE)
        prompt = f"{html.escape(SHOWN)}&gt;"
        body = f"{prompt}<b>{window.command}</b>\n{text}\n\n{prompt}"
        draw(window.name, f"<h1>Kommandotolken</h1><pre>{body}</pre>")


def explorer() -> str:
    """A sketch of the project's folder as Explorer shows it."""
    folders = sorted({part.split("/")[0] for part in (*PARTS, "docs", "published")})
    items = [f"<li>{name}</li>" for name in folders]
    items += [f'<li class="file">{name}</li>' for name in FILES]
    return f"<h1>nki</h1><p>cmd</p><ul>{''.join(items)}</ul>"


def made_up(root: Path, raw: dict[str, dict[str, str]]) -> None:
    """A project folder with made-up files as the coordinator's own."""
    for part in PARTS:
        kept_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, root / part, ignore=kept_out)
    for file in FILES:
        shutil.copy(ROOT / file, root / file)
    (root / "data" / "raw").mkdir()
    for name, changed in raw.items():
        target = root / "data" / "raw" / name
        shutil.copy(ROOT / "data" / "example" / name, target)
        if changed:
            text = target.read_text("utf-8-sig")
            for before, after in changed.items():
                text = text.replace(before, after)
            target.write_text(text, "utf-8-sig")


def run(root: Path, command: str) -> str:
    """What a command says in a project folder, the folder called as in the pictures."""
    words = shlex.split(command)[2:]
    if not words:
        words = ["report"]
    done = subprocess.run(
        [sys.executable, "-m", "analysis", *words],
        cwd=root,
        # The copy's code, not the installed one's: the folder follows the code.
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": str(COLUMNS)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = "\n".join(line for line in done.stdout.splitlines() if not STEP.match(line))
    said += done.stderr
    inside = re.compile(re.escape(str(root)) + r"(\S*)")
    return inside.sub(lambda place: SHOWN + place[1].replace("/", "\\"), said)


def parts(said: str, kept: Sequence[tuple[str, str]]) -> str:
    """Some parts of what was said, with a mark where something is left out."""
    lines = said.splitlines()
    shown: list[str] = []
    reached = 0
    for first, last in kept:
        start = next(n for n, line in enumerate(lines) if n >= reached and line.startswith(first))
        ends = (n for n, line in enumerate(lines) if n > start and line.startswith(last))
        end = next(ends, len(lines))
        if start > reached:
            shown += ["[…]", ""]
        shown += lines[start:end]
        reached = end
    return "\n".join(shown)


def smaller(path: Path) -> None:
    """Few colours, and a long picture's top only."""
    with Image.open(path) as picture:
        top = picture.crop((0, 0, picture.width, min(picture.height, HIGHEST)))
        colors = top.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLORS)
        colors.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "_site")
