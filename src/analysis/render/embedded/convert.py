"""Runs pandoc: a page's Markdown becomes an HTML page, typst markup or a Word document.

Knows pandoc's options and filters; knows nothing of navigation, links or PDF standards.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pypandoc

from analysis.errors import MachineError, Problem, RenderingError

from .source import Page

HERE = Path(__file__).parent
FILTERS = (HERE.parent / "assets" / "tables.lua", HERE / "filters" / "structure.lua")
TIME_LIMIT = 120
"""Seconds for one page. A page takes about 0.1 s; the limit only ends a hanging process."""

LABELS: Mapping[str, str] = {
    "crossref-fig-title": "Figur",
    "crossref-tbl-title": "Tabell",
    "crossref-sec-prefix": "Avsnitt",
    "callout-note-title": "Notera",
    "callout-tip-title": "Tips",
    "callout-warning-title": "Varning",
    "callout-important-title": "Viktigt",
    "callout-caution-title": "Försiktigt",
    "section-title-footnotes": "Fotnoter",
    "title-block-published": "Utgiven",
    "toc-title-website": "På den här sidan",
    "toc-title-document": "Innehåll",
}
"""Words the engine itself puts on a page, under Quarto's names for them (key ``language:``)."""

_FILTER_LABELS = {
    "fig": "crossref-fig-title",
    "tbl": "crossref-tbl-title",
    "sec": "crossref-sec-prefix",
    "note": "callout-note-title",
    "tip": "callout-tip-title",
    "warning": "callout-warning-title",
    "important": "callout-important-title",
    "caution": "callout-caution-title",
}

# Options of a format, not metadata of the page; `metadata` brings what a template needs of them.
_OPTION_KEYS = ("format", "toc", "css")


@dataclass(frozen=True)
class Conversion:
    """How one page is to be converted.

    Parameters
    ----------
    to
        pandoc's writer: ``html5``, ``typst`` or ``docx``.
    template
        A pandoc template, or none for the writer's own.
    metadata
        Laid over the page's front matter; text is taken literally and escaped by the writer.
    variables
        Reach the template as they are.
    options
        Further command-line options.
    labels
        The words of `LABELS`, overridden by the project's ``language:``.
    new_window, numbered_sections
        Switches of the filter.
    timestamp
        The date a Word document carries; the same one gives the same bytes.
    """

    to: str
    template: Path | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: dict(LABELS))
    new_window: bool = False
    numbered_sections: bool = False
    timestamp: datetime | None = None


def convert(page: Page, conversion: Conversion, folder: Path, out: Path | None = None) -> str:
    """Convert a page with pandoc and the engine's filters.

    Parameters
    ----------
    page
        The page.
    conversion
        Target and options.
    folder
        The folder the page lies in; pandoc runs there.
    out
        Where a binary format is written. The text formats are returned.

    Raises
    ------
    RenderingError
        A filter found the page wanting, or pandoc refused it.
    MachineError
        pandoc could not be started or hung.
    """
    embedded = {
        "labels": {name: conversion.labels[key] for name, key in _FILTER_LABELS.items()},
        "new-window": conversion.new_window,
        "numbered-sections": conversion.numbered_sections,
    }
    defaults = {
        "from": "markdown",
        "to": conversion.to,
        "standalone": True,
        "wrap": "none",
        "metadata": {**conversion.metadata, "embedded": embedded},
        "variables": dict(conversion.variables),
    }
    command = [pypandoc.get_pandoc_path(), *conversion.options]
    if conversion.template:
        command.append(f"--template={conversion.template}")
    command += [f"--lua-filter={path}" for path in FILTERS]
    if out:
        command.append(f"--output={out}")
    front = json.dumps(
        {key: value for key, value in page.meta.items() if key not in _OPTION_KEYS},
        ensure_ascii=False,
        default=str,
    )
    with tempfile.TemporaryDirectory() as scratch:
        # A defaults file takes text literally, where a command line would read it as Markdown.
        file = Path(scratch) / "defaults.json"
        file.write_text(json.dumps(defaults, ensure_ascii=False, default=str), encoding="utf-8")
        command.append(f"--defaults={file}")
        environment = dict(os.environ)
        if conversion.timestamp:
            environment["SOURCE_DATE_EPOCH"] = str(int(conversion.timestamp.timestamp()))
        source = f"---\n{front}\n---\n\n{page.markdown}"
        result = _run(command, source, folder, page, environment)
    problems = tuple(
        Problem(line.removeprefix("PROBLEM\t"), "", str(page.path))
        for line in result.stderr.splitlines()
        if line.startswith("PROBLEM\t")
    )
    if not problems and result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        said = " ".join(lines[-3:]) or "pandoc gav inget besked."
        problems = (Problem(said, "", str(page.path)),)
    if problems:
        raise RenderingError(f"Sidan {page.path} kan inte renderas", problems=problems)
    return result.stdout


def _run(
    command: list[str], text: str, folder: Path, page: Page, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            env=environment,
            timeout=TIME_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        cause = "pandoc svarade inte i tid."
        if isinstance(error, OSError):
            cause = f"pandoc kunde inte startas ({error.strerror or error})."
        raise MachineError(
            "En sida kunde inte renderas", cause, "Kör kommandot en gång till.", str(page.path)
        ) from error
