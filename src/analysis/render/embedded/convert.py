"""Runs pandoc: a page's Markdown becomes an HTML page, typst markup or a Word document.

Knows pandoc's options and filters; knows nothing of navigation, links or PDF standards.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pypandoc

from analysis import store
from analysis.errors import MachineError, Problem, RenderingError

from .project import SiteProject
from .source import SourcePage
from .subset import refuse

HERE = Path(__file__).parent
FILTERS = (HERE.parent / "assets" / "tables.lua", HERE / "filters" / "structure.lua")
TIME_LIMIT = 120
"""Seconds for one page. A page takes about 0.1 s; the limit only ends a hanging process."""

AT_ONCE = threading.Semaphore(os.cpu_count() or 1)
"""Conversions at a time: one takes 0.1 GB of memory, and a processor."""

# Of a page of the site, the form that a table has on paper is only read: half of pandoc's time.
PAPER = re.compile(r'(?ms)^::: \{\.nki-paper \.content-visible unless-format="html"\}$.*?^:::$')

# Options of a format, not metadata of the page; `metadata` brings what a template needs of them.
_OPTION_KEYS = ("format", "toc", "css", "reference-doc")


def convert(
    project: SiteProject,
    page: SourcePage,
    to: str,
    *,
    template: Path | None = None,
    metadata: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    options: Sequence[str] = (),
    out: Path | None = None,
    timestamp: datetime | None = None,
    filters: Sequence[Path] = (),
    fragment: bool = False,
) -> str:
    """Convert a page with pandoc and the engine's filters.

    Parameters
    ----------
    project, page
        The build folder and the page.
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
    out
        Where a binary format is written. The text formats are returned.
    timestamp
        The date a Word document carries; the same one gives the same bytes.
    filters
        Lua filters to run before the engine's own.
    fragment
        Whether only the text is wanted, without a document around it.

    Raises
    ------
    RenderingError
        A filter found the page wanting, or pandoc refused it.
    MachineError
        pandoc could not be started or hung.
    """
    language = page.meta.get("lang") or project.language
    defaults = {
        "from": "markdown",
        "to": to,
        "standalone": not fragment,
        "wrap": "none",
        "metadata": {"lang": language, **(metadata or {}), "embedded-labels": project.labels},
        "variables": dict(variables or {}),
    }
    arguments = [*options]
    arguments += [f"--lua-filter={path}" for path in (*filters, *FILTERS)]
    if template:
        arguments.append(f"--template={template}")
    if out:
        arguments.append(f"--output={out.resolve()}")
    front = {key: value for key, value in page.meta.items() if key not in _OPTION_KEYS}
    markdown = PAPER.sub("", page.markdown) if to == "html5" else page.markdown

    text = f"---\n{_json(front)}\n---\n\n{markdown}"
    # The filters are code of ours; a template may have parts of the project's beside it.
    look = [template.name, store.folder_digest(template.parent)] if template else []
    named = [*options, *(path.name for path in filters), *look]
    made_of = _json({"page": str(page.path), "arguments": named, **defaults}) + text
    kept = None if out else project.kept
    found = kept.get(made_of) if kept else None
    if found is None:
        found = _pandoc(project, page, arguments, _json(defaults), text, timestamp)
        if kept:
            kept.keep(made_of, found)
    return found


def _pandoc(
    project: SiteProject,
    page: SourcePage,
    arguments: Sequence[str],
    defaults: str,
    text: str,
    timestamp: datetime | None,
) -> str:
    environment = dict(os.environ)
    if timestamp:
        environment["SOURCE_DATE_EPOCH"] = str(int(timestamp.timestamp()))
    with AT_ONCE, tempfile.TemporaryDirectory() as scratch:
        # A defaults file takes text literally, where a command line would read it as Markdown.
        file = Path(scratch) / "defaults.json"
        file.write_text(defaults, encoding="utf-8")
        try:
            result = subprocess.run(
                [pypandoc.get_pandoc_path(), *arguments, f"--defaults={file}"],
                input=text,
                capture_output=True,
                encoding="utf-8",
                # Pictures are named as seen from the page.
                cwd=project.folder / page.path.parent,
                env=environment,
                timeout=TIME_LIMIT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            cause = "pandoc svarade inte i tid."
            if isinstance(error, OSError):
                cause = f"pandoc kunde inte startas ({error.strerror or error})."
            raise MachineError(
                "En sida kunde inte göras", cause, "Kör kommandot en gång till.", str(page.path)
            ) from error
    problems = list(_problems(page, result.stderr))
    if not problems and result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        said = " ".join(lines[-3:]) or "pandoc gav inget besked."
        problems = [Problem(said, "", str(page.path))]
    if problems:
        raise RenderingError(f"Sidan {page.path} kan inte göras", problems=problems)
    return result.stdout


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _problems(page: SourcePage, messages: str) -> Iterator[Problem]:
    """Problems noted by the filter, each with the first line of the page that holds its sign."""
    for message in dict.fromkeys(messages.splitlines()):
        kind, _, told = message.partition("\t")
        if kind not in ("PROBLEM", "UNSUPPORTED"):
            continue
        sign, text = told.split("\t")
        where = next((line.where for line in page.lines if sign in line.text), str(page.path))
        yield refuse(text, where) if kind == "UNSUPPORTED" else Problem(text, "", where)
