"""The run record: inputs, settings and versions, enough to make the same bytes again."""

from __future__ import annotations

import csv
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import store, swedish
from analysis.present import mark
from analysis.present.comments import Comment
from analysis.present.markdown import literal
from analysis.present.texts import say
from analysis.project import COMMENTS, REQUIREMENTS
from analysis.site.material import DATA

if TYPE_CHECKING:
    from analysis.present.mark import Mark
    from analysis.project import Project
    from analysis.render.engine import Engine
    from analysis.run.runner import Outcome
    from analysis.site.material import Material

FILE = store.RECORD
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "plotly",
    "great_tables",
    "papermill",
    "ipykernel",
    "typst",
    "pypandoc_binary",
    "kaleido",
)
PAGE, BASIS = "_korning.md", "_underlag.md"
OF_INPUT = ("fil", "sha256", "slag", "år")
"""Fields of an input file that the comparison with a publication uses."""
VOLATILE = "tider"
"""The only part of the record that differs between two runs of the same material."""


def write(
    material: Material,
    engine: Engine,
    outcome: Outcome,
    warnings: Sequence[str],
    *,
    site: Path,
    drafts: Path,
) -> Path:
    """Write the record of a finished site beside its drafts.

    Parameters
    ----------
    material, engine, outcome, warnings
        What the record tells.
    site
        The finished site, whose files the record knows by their digests.
    drafts
        Folder of what belongs to the matter and not to the site; the record is written there.

    Returns
    -------
    Path
        ``korning.json``. Input files are named without their folders, since a path can name a
        person.
    """
    made = content(material, engine, outcome, warnings)
    files = {"filer": digests(site), "utkast": digests(drafts)}
    return store.write_json(drafts / FILE, {**made, **files})


def content(
    material: Material, engine: Engine, outcome: Outcome, warnings: Sequence[str]
) -> dict[str, Any]:
    """The record as plain data."""
    project, basis, settings = material.project, material.basis, material.settings
    told = [note for name in sorted(outcome.warnings) for note in outcome.warnings[name]]
    return {
        "rapport": settings.report.site.title,
        "kommun": settings.report.municipality.model_dump(),
        "exempeldata": material.workspace.example,
        "märken": [mark.word for mark in marks(material)],
        "rapportdatum": material.request.today.isoformat(),
        "ärendeår": list(basis.years),
        "nyaste_år": newest(material),
        "till_och_med_år": material.request.year,
        "indata": [*basis.files, *_publications(material)],
        "inställningar": settings_files(project),
        "kommunens_filer": {
            name: digest for place in project.municipal for name, digest in own(place).items()
        },
        "regler": settings.rule_values,
        "slumpfrö": settings.rules.uncertainty.seed.value,
        "kommando": _command(material, engine),
        "motor": {
            "namn": engine.name,
            "version": engine.version,
            "skäl": engine.reason,
            "begärd": material.request.engine,
        },
        "versioner": {
            "nki-rapport": project.version,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "låsfil": store.digest(project.root / REQUIREMENTS),
            "källkod": store.folder_digest(*project.made_with),
            **{library: version(library) for library in LIBRARIES},
        },
        "om_underlaget": list(basis.public),
        "varningar": list(dict.fromkeys((*basis.notes, *told, *warnings))),
        VOLATILE: {
            "sekunder": {
                name: round(seconds, 2)
                for name, seconds in sorted({**outcome.kept, **outcome.done}.items())
            },
            "gjorda_nu": sorted(outcome.done),
        },
    }


def page(content: Mapping[str, Any]) -> str:
    """The sentence on the page Metod about what the report is made of, as Markdown.

    All else of the record is for who makes the report again.
    """
    day = swedish.long_date(date.fromisoformat(content["rapportdatum"]))
    files = swedish.listing([file["fil"] for file in content["indata"]])
    return f"{literal(say('metod.underlag', datum=day, filer=files))}\n"


def basis(content: Mapping[str, Any]) -> str:
    """Warnings about the report's basis as Markdown; empty when there are none."""
    if not content["om_underlaget"]:
        return ""
    told = "\n".join(f"- {literal(sentence)}" for sentence in content["om_underlaget"])
    title = literal(say("metod.om_underlaget"))
    return f'::: {{.callout-important title="{title}"}}\n{told}\n:::\n'


def _publications(material: Material) -> Iterator[dict[str, str]]:
    """Records of the publications that the page Ändringar may compare with, as input files."""
    if material.workspace.example:
        return
    for path in publications(material.project):
        name = path.relative_to(material.project.root).as_posix()
        yield {"fil": name, "sha256": store.digest(path), "slag": "publicering", "år": ""}


def publications(project: Project) -> list[Path]:
    """The run record of every publication."""
    return sorted(project.published.glob(f"[0-9][0-9][0-9][0-9]/{FILE}"))


def published_files(project: Project) -> list[Path]:
    """The run records of the publications and their tables."""
    tables = (path.parent.glob("data/*.csv") for path in publications(project))
    return [*publications(project), *(path for found in tables for path in sorted(found))]


def settings_files(project: Project) -> dict[str, str]:
    """SHA-256 of every configuration file by name."""
    return {
        path.name: store.digest(path) for path in sorted(project.config.iterdir()) if path.is_file()
    }


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder by its path there."""
    return {path.relative_to(folder).as_posix(): store.digest(path) for path in store.files(folder)}


def own(place: Path) -> dict[str, str]:
    """SHA-256 of the files in a folder of the municipality's, by path from the folder above.

    A comment that nobody has written in is not part of a report.
    """
    return {
        f"{place.name}/{name}": digest
        for name, digest in digests(place).items()
        if place.name != COMMENTS or Comment.read(place / name)
    }


def _command(material: Material, engine: Engine) -> str:
    """The command that makes the same report again from the same files and versions."""
    request = material.request
    words = ["python run.py report", f"--date {request.today.isoformat()}"]
    words += [f"--year {request.year}"] if request.year else []
    words += [f"--municipality {material.basis.municipality}", f"--engine {engine.name}"]
    return " ".join([*words, "--example"] if material.workspace.example else words)


def marks(material: Material) -> tuple[Mark, ...]:
    """The report's marks: made-up answers, a part of a year."""
    # pyarrow directly, since loading pandas would take longer than the rest of this module.
    from pyarrow import parquet

    path = store.table_path(material.workspace.processed, store.INDICES)
    rows = parquet.read_table(path, columns=["year", "part"]).to_pylist()
    return mark.of(
        ((row["year"], row["part"]) for row in rows),
        material.settings,
        material.request.today,
        example=material.workspace.example,
    )


def newest(material: Material) -> int:
    """The newest case year of the report."""
    path = material.workspace.build / DATA / "index.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return max(int(row["year"][:4]) for row in csv.DictReader(file))
