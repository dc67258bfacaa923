"""The stages of a run: which notebook, with which parameters, from which files to which.

This is the whole plan of a run as data; nothing here executes anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import store
from analysis.pipeline import record
from analysis.pipeline.project import Project, Request, Workspace
from analysis.pipeline.sources import Sources, raw_files
from analysis.settings import CONFIG_FILES, Settings

TEXTS = ("plan", "questionnaire", "columns", "rules", "report", "municipalities")
UNDERSTANDING = (*TEXTS, "local", "kolada")
NUMBERS = ("questionnaire", "columns", "rules", "report", "municipalities", "kolada")
APPENDIX = "bilaga"
WORD = "bilaga-underlag"
DATA_TABLES = ("index.csv", "goals.csv", "drivers.csv", "activities.csv", "nki.xlsx")
DATA = "data"
PAGE_LABELS = {APPENDIX: "Skriver bilagan", WORD: "Skriver underlaget"}


@dataclass(frozen=True)
class Stage:
    """One notebook to run.

    Parameters
    ----------
    name
        Unique, for example ``rensa-2024``.
    label, group
        What the progress display calls it, and what its time is summed under.
    template
        The notebook.
    parameters
        Its Papermill parameters.
    inputs, outputs
        Files it reads and writes, apart from the executed notebook.
    executed
        Where the executed notebook is kept.
    page
        The page it becomes, as a path in the site's sources; none for a stage without a page.
    title, description, contents
        Of the page; whether it has a table of contents.
    published
        Those of its outputs that are laid in the site as they are.
    """

    name: str
    label: str
    group: str
    template: Path
    parameters: Mapping[str, Any]
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    executed: Path
    page: str = ""
    title: str = ""
    description: str = ""
    contents: bool = True
    published: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Planner:
    """Makes the stages of one run."""

    project: Project
    workspace: Workspace
    request: Request
    settings: Settings
    sources: Sources

    def stages(self) -> list[Stage]:
        """Every stage in an order that works one by one, and that puts first what others await."""
        return [*self._numbers(), *self._pages()]

    def _numbers(self) -> Iterator[Stage]:
        collected = sorted(self.project.collection.glob("*.csv"))
        folder = self.workspace.processed
        yield self._stage(
            "rensa",
            "Läser och rensar underlaget",
            "clean",
            "10_rensa.ipynb",
            {
                "raw": self.sources.folder,
                "municipality": self.request.municipality or "",
                "collection": str(self.project.collection),
                "last_year": self.request.year or 0,
                "example": self.sources.example,
            },
            inputs=(*raw_files(Path(self.sources.folder)), *collected),
            outputs=(
                *self._answers(),
                *(self._table(store.quality(year)) for year in self.sources.years),
                *(store.rejects_path(folder, year) for year in self.sources.years),
                self._table(store.OFFICIAL),
                self._table(store.CORRECTIONS),
                self._table(store.CASES),
                self._table(store.PROGRESS),
                folder / store.BASIS,
            ),
            config=UNDERSTANDING,
        )
        yield self._stage(
            "index",
            "Räknar index",
            "numbers",
            "20_index.ipynb",
            {"years": list(self.sources.years), "municipality": self._municipality},
            inputs=(*self._answers(), self._table(store.CASES), self._table(store.OFFICIAL)),
            outputs=tuple(
                self._table(name)
                for name in (store.INDICES, store.RATES, store.DISTRIBUTION, store.BACKGROUND)
            ),
            config=NUMBERS,
        )

    def _pages(self) -> Iterator[Stage]:
        indices = self._table(store.INDICES)
        official = self._table(store.OFFICIAL)
        numbers = (indices, official)
        yield self._page(
            "framgangsfaktorer",
            "30_framgangsfaktorer.ipynb",
            "Framgångsfaktorer",
            "Vad som hänger starkast ihop med nöjdheten",
            inputs=(*numbers, *self._answers()),
            outputs=tuple(
                self._table(name) for name in (store.DRIVERS, store.REQUIRED, store.AIMS)
            ),
            more={"years": list(self.sources.years)},
        )
        yield self._page(
            "maluppfyllelse",
            "50_maluppfyllelse.ipynb",
            "Måluppfyllelse och tidplan",
            "Målen, nuläget och handlingsplanens aktiviteter på samma tidsaxel",
            inputs=(
                *numbers,
                self._table(store.PROGRESS),
                self._drivers,
                self._table(store.REQUIRED),
                self._table(store.AIMS),
            ),
            outputs=tuple(
                self._table(name) for name in (store.GOALS, store.ACTIVITIES, store.EFFECT)
            ),
        )
        derived = (self._drivers, self._table(store.GOALS), self._table(store.ACTIVITIES))
        folder = self.workspace.build / DATA
        # The figures of the appendix are drawn from it while the other pages are written.
        yield self._page(
            APPENDIX,
            "90_bilaga.ipynb",
            self.settings.report.appendix.title,
            "",
            inputs=(*numbers, *derived, self._table(store.RATES)),
        )
        yield self._tables()
        yield self._page(
            "index",
            "05_oversikt.ipynb",
            "Översikt",
            self.settings.report.site.subtitle,
            inputs=(*numbers, *derived),
            contents=False,
        )
        yield self._page(
            "nulage",
            "40_nulage.ipynb",
            "Nuläge",
            "Index per område, servicefaktor och fråga",
            inputs=(
                *numbers,
                *(
                    self._table(name)
                    for name in (store.RATES, store.DISTRIBUTION, store.BACKGROUND)
                ),
            ),
        )
        for area in self.sources.areas:
            name = self.settings.questionnaire.labels[area]
            yield self._page(
                f"omraden/{area}",
                "60_omrade.ipynb",
                name,
                f"Företagens bedömning av servicen inom {name.lower()}",
                inputs=(*numbers, *derived, self._table(store.RATES)),
                more={"area": area},
            )
        yield self._page(
            "andringar",
            "70_andringar.ipynb",
            "Ändringar",
            "Tal som skiljer sig från den senaste publiceringen",
            inputs=(
                *numbers,
                self._table(store.CORRECTIONS),
                *(folder / name for name in DATA_TABLES if name.endswith(".csv")),
                *record.publications(self.project),
                *sorted(self.project.published.glob("*/data/*.csv")),
            ),
            outputs=(folder / store.CHANGES,),
            more={
                "published": str(self.project.published),
                "tables": str(folder),
                "inputs": record.input_files(self),
                "settings_files": record.settings_files(self.project),
            },
            published=(folder / store.CHANGES,),
        )
        yield self._page(
            "metod",
            "80_metod.ipynb",
            "Metod",
            "Så är talen framtagna, och vad de inte säger",
            inputs=(
                *numbers,
                *derived,
                *(self._table(store.quality(year)) for year in self.sources.years),
            ),
            more={"years": list(self.sources.years)},
        )
        yield self._page(
            WORD,
            "95_underlag.ipynb",
            f"Underlag till tjänsteutlåtande: {self.settings.report.appendix.title}",
            "",
            inputs=(*numbers, *derived),
        )

    def _tables(self) -> Stage:
        folder = self.workspace.build / DATA
        published = tuple(folder / name for name in DATA_TABLES)
        return self._stage(
            "tabeller",
            "Skriver tabeller för återanvändning",
            "numbers",
            "85_tabeller.ipynb",
            {
                "folder": str(folder),
                "municipality": self._municipality,
                "example": self.sources.example,
                "today": self.request.today.isoformat(),
            },
            inputs=tuple(
                self._table(name)
                for name in (store.INDICES, store.GOALS, store.DRIVERS, store.ACTIVITIES)
            ),
            outputs=published,
            config=TEXTS,
            published=published,
        )

    def _page(
        self,
        page: str,
        template: str,
        title: str,
        description: str,
        *,
        inputs: tuple[Path, ...],
        outputs: tuple[Path, ...] = (),
        more: Mapping[str, Any] | None = None,
        contents: bool = True,
        published: tuple[Path, ...] = (),
    ) -> Stage:
        name = "sida-" + page.replace("/", "-")
        shared = {
            "municipality": self._municipality,
            "example": self.sources.example,
            "today": self.request.today.isoformat(),
        }
        return self._stage(
            name,
            PAGE_LABELS.get(page, f"Skriver sidan {title}"),
            "pages",
            template,
            {**shared, **(more or {})},
            inputs=inputs,
            outputs=outputs,
            config=TEXTS,
            page=f"{page}.ipynb",
            title=title,
            description=description,
            contents=contents,
            published=published,
        )

    def _stage(
        self,
        name: str,
        label: str,
        group: str,
        template: str,
        parameters: Mapping[str, Any],
        *,
        inputs: tuple[Path, ...],
        outputs: tuple[Path, ...],
        config: tuple[str, ...],
        page: str = "",
        title: str = "",
        description: str = "",
        contents: bool = True,
        published: tuple[Path, ...] = (),
    ) -> Stage:
        folders = {"config": str(self.project.config), "processed": str(self.workspace.processed)}
        return Stage(
            name=name,
            label=label,
            group=group,
            template=self.project.notebooks / template,
            parameters={**folders, **parameters},
            inputs=(*inputs, *self._settings(config)),
            outputs=outputs,
            executed=self.workspace.build / "notebooks" / f"{name}.ipynb",
            page=page,
            title=title,
            description=description,
            contents=contents,
            published=published,
        )

    def _settings(self, keys: tuple[str, ...]) -> Iterator[Path]:
        for key in keys:
            path = self.project.config / CONFIG_FILES[key]
            # One of the files is the coordinator's own and need not be there.
            if path.is_file():
                yield path

    @property
    def _municipality(self) -> str:
        return self.settings.report.municipality.code

    @property
    def _drivers(self) -> Path:
        return self._table(store.DRIVERS)

    def _answers(self) -> tuple[Path, ...]:
        return tuple(self._table(store.answers(year)) for year in self.sources.years)

    def _table(self, name: str) -> Path:
        return store.table_path(self.workspace.processed, name)
