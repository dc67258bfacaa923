"""Folders that lack what may be lacking: every notebook runs, and none shows a hole in the data.

The documents of one page are made too, and each is one page.

Years, areas, questions, columns, cells and whole files are left out at random of the example.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pandas as pd
import pytest
from pdf.one_page import compiled, page_texts

from analysis import intake
from analysis.basis import Basis
from analysis.present import notebook
from analysis.project import Project, Request, Workspace
from analysis.report.jobs import Jobs, NotebookRun
from analysis.report.templates import templates
from analysis.run.runner import Job, Progress, Runner, in_order
from analysis.settings import Settings, load
from analysis.site.material import SHEETS, Material

HOLE = re.compile(r"\b(?:nan|NaN|None|NaT|inf)\b|<NA>|&lt;NA&gt;")
AREAS = ("Brandskydd", "Bygglov", "Livsmedelskontroll", "Serveringstillstånd", "Upphandling")
MEASURES = ("total_nki", "bygglov", "brandskydd", "bemotande", "effektivitet", "rattssakerhet")
TODAYS = [date(2023, 3, 5), date(2024, 12, 31), date(2026, 11, 23), date(2030, 1, 1)]


@pytest.mark.parametrize("seed", range(8))
def test_every_page_of_a_sparse_folder_is_written_without_holes(
    seed: int,
    new_project: Callable[[str], Project],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    chance = random.Random(seed)
    project = new_project("projekt")
    sparse(project.example, project.raw, chance)
    settings = accepted(project)
    request = Request(raw=project.raw, engine="embedded", today=chance.choice(TODAYS))
    workspace = Workspace.of(project, project.raw)
    workspace.build.mkdir(parents=True)
    shown: list[str] = []
    monkeypatch.setattr(notebook, "display", lambda part, **_: shown.append(part._repr_markdown_()))
    material = Material(project, workspace, request, settings)
    made_of = Jobs(material, templates(project.notebooks), "")
    execute(made_of.reading())
    material = replace(material, basis=Basis.read(workspace.processed))
    runner = Runner(workspace.state, kernels=1, warm=False, fresh=True, progress=Progress())
    for job in in_order(replace(made_of, material=material).others(project.site, runner)):
        if job.notebook:
            execute(job)
    assert len(shown) > 50
    documents = json.loads((workspace.build / SHEETS).read_text("utf-8"))
    assert {*material.basis.areas} <= documents.keys()
    for name, content in compiled(documents, tmp_path / "blad").items():
        assert len(page_texts(content)) == 1, name
    text = "\n".join(shown)
    assert not [text[max(0, m.start() - 60) : m.end() + 20] for m in HOLE.finditer(text)]


def accepted(project: Project) -> Settings:
    """The settings with every loss of the raw folder accepted, as a coordinator would.

    A file of which nothing counts cannot be accepted, and is taken away.
    """
    local = project.config / "questionnaire.local.yml"
    for _ in range(3):  # What a loss hides is doubted once that is accepted.
        found = intake.check([project.raw], load(project.config))
        for problem in found.problems:
            if "--write-mapping" not in problem.fix:
                (project.raw / problem.where.split(",")[0]).unlink(missing_ok=True)
        intake.write_mapping(found, project.config)
        local.write_text(local.read_text("utf-8").replace("confirmed: false", "confirmed: true"))
    return load(project.config)


def execute(job: Job) -> None:
    """Run a notebook's cells here, without a kernel: a tenth of the time."""
    work = cast(NotebookRun, job.act)
    names: dict[str, object] = {}
    for cell in json.loads(work.template.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", ()):
            names.update(work.parameters)


def sparse(example: Path, raw: Path, chance: random.Random) -> None:
    """Fill a raw folder with parts of the example, and with other files that tell little."""
    files = sorted(example.glob("insikt_*.csv"))
    for path in chance.sample(files, chance.randint(1, len(files))):
        answers(pd.read_csv(path, sep=";", dtype="str", encoding="utf-8-sig"), chance).to_csv(
            raw / path.name, sep=";", index=False
        )
    for year in chance.sample(range(2021, 2026), 3):
        cases(chance).to_csv(raw / f"arenden_{year}.csv", sep=";", index=False)
    if chance.random() < 0.6:
        official(chance).to_csv(raw / "officiella_varden.csv", index=False)
    if chance.random() < 0.6:
        progress = pd.read_csv(
            example / "aktiviteter.csv", sep=";", dtype="str", encoding="utf-8-sig"
        )
        progress = progress.sample(
            chance.randint(1, len(progress)), random_state=chance.randint(0, 99)
        )
        blank(progress, chance, progress.columns[2:])
        progress.to_csv(raw / "aktiviteter.csv", sep=";", index=False)


def answers(whole: pd.DataFrame, chance: random.Random) -> pd.DataFrame:
    """Some of each area's answers, without some of the columns and cells."""
    sizes = [0, 1, 4, 5, 6, 7, 12, 30]
    kept = [
        group.head(chance.choice(sizes))
        for _, group in whole.groupby("Myndighetsområde", sort=True)
    ]
    found = pd.concat([*kept, whole.tail(1)])
    questions = [name for name in found if name.endswith("?")]
    blank(found, chance, questions[3:])
    droppable = [name for name in found if name not in ("Myndighetsområde", *questions[:3])]
    return found.drop(columns=[name for name in droppable if chance.random() < 0.2])


def cases(chance: random.Random) -> pd.DataFrame:
    found = pd.DataFrame(
        {
            "myndighetsomrade": AREAS,
            **{
                name: [chance.choice(["", 0, 3, 25, 90]) for _ in AREAS]
                for name in ("avslutade", "utskick", "svar")
            },
        }
    )
    return found.drop(columns=[name for name in ("utskick", "svar") if chance.random() < 0.2])


def official(chance: random.Random) -> pd.DataFrame:
    places = [
        (*place, year, measure)
        for place in (("Norrtälje", "0188"), ("Riket", "0000"))
        for year in range(2019, 2027)
        for measure in MEASURES
    ]
    found = pd.DataFrame(
        chance.sample(places, chance.randint(1, 40)),
        columns=["kommun", "kommunkod", "arende_ar", "matt"],
    )
    found["varde"] = [round(chance.uniform(30, 100), 1) for _ in found.index]
    found["antal_svar"] = [chance.choice(["", 5, 200]) for _ in found.index]
    found["konfidens"] = [chance.choice(["", "hög", "låg"]) for _ in found.index]
    return found.drop(columns=[n for n in ("antal_svar", "konfidens") if chance.random() < 0.2])


def blank(table: pd.DataFrame, chance: random.Random, names: Iterable[str]) -> None:
    """Empty some columns, and some cells of others, in place."""
    for name in names:
        share = chance.choice([0, 0, 0.3, 1])
        table[name] = table[name].mask([chance.random() < share for _ in table.index])
