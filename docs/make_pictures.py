"""Pictures of every page at both widths and of every PDF page: ``python docs/make_pictures.py``.

Needs the test requirements, a Chromium and poppler's ``pdftoppm``. Looks at ``_site/`` unless
another folder is given.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
WIDTHS = (1280, 390)
HIGHEST = 2200
"""A long page's picture ends here: it is there to be looked at, not read."""


def main(site: Path) -> None:
    """Make all pictures of a finished site."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            for path in sorted(site.rglob("*.html")):
                page.goto(path.as_uri())
                page.wait_for_timeout(400)
                name = path.relative_to(site).with_suffix("").as_posix().replace("/", "-")
                target = PICTURES / f"{name}-{width}.png"
                page.screenshot(path=target, full_page=True)
                with Image.open(target) as picture:
                    top = picture.crop((0, 0, picture.width, min(picture.height, HIGHEST)))
                    top.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
                        target, optimize=True
                    )
        browser.close()
    subprocess.run(
        ["pdftoppm", "-r", "70", "-png", site / "bilaga.pdf", PICTURES / "bilaga"], check=True
    )
    pages = [Image.open(path) for path in sorted(PICTURES.glob("bilaga-*.png"))]
    width = sum(page.width for page in pages[:3])
    together = Image.new("RGB", (width, pages[0].height), "white")
    for number, page in enumerate(pages[:3]):
        together.paste(page, (number * page.width, 0))
    together.save(PICTURES / "bilaga.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "_site")
