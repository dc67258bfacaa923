"""Marking a site as the year's publication: tables, PDF and record are kept for comparison."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from analysis.errors import UsageError
from analysis.pipeline.record import FILE

KEPT = ("bilaga.pdf", FILE)


def publish(site: Path, published: Path) -> str:
    """Copy what was published to ``published/<year>/``.

    Parameters
    ----------
    site
        A finished site.
    published
        The folder of publications.

    Returns
    -------
    str
        What was done, as a Swedish sentence.

    Raises
    ------
    UsageError
        When there is no finished site, or it shows made-up answers.
    """
    record = site / FILE
    if not record.is_file():
        raise UsageError(
            "Det finns ingen webbplats att publicera",
            f"{site} har inget körningsprotokoll.",
            "Gör rapporten först: python run.py",
        )
    content = json.loads(record.read_text(encoding="utf-8"))
    if content["exempeldata"]:
        raise UsageError(
            "Exempeldata publiceras inte",
            "Webbplatsen visar påhittade svar.",
            "Lägg kommunens filer i data/raw/ och gör rapporten först.",
        )
    year = str(content["nyaste_år"])
    target = published / year
    unfinished = published / f".{year}.under-arbete"
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(site / "data", unfinished / "data")
    for name in KEPT:
        shutil.copy2(site / name, unfinished / name)
    replaced = target.exists()
    former = published / f".{year}.forra"
    shutil.rmtree(former, ignore_errors=True)
    if replaced:
        target.rename(former)
    unfinished.rename(target)
    shutil.rmtree(former, ignore_errors=True)
    told = "ersatte den förra publiceringen av samma år" if replaced else "är sparad"
    return f"Publiceringen för {year} {told}: {target}"
