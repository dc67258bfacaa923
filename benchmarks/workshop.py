"""Processor time and bytes of a workshop's twelve decks, with the slides that the example gives.

``python benchmarks/workshop.py``, after a report of the example. Each area is given a förvaltning
of its own; where that gives fewer decks, the first are made again. Measured, not asserted.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from itertools import cycle, islice

from analysis.present import texts
from analysis.present.data import ReportData
from analysis.project import Project, Workspace
from analysis.settings import load
from analysis.settings.profile import Profile
from analysis.settings.report import Owner
from analysis.workshop import audience, names, slides

DECKS = 12


def main() -> None:
    """Print what the decks cost, with and without the loading of the library."""
    project = Project.here()
    texts.use(project)
    settings = load(project.config)
    workspace = Workspace.of(project, project.example)
    data = ReportData(workspace.processed, settings, True, date.today(), project)
    areas = data.areas()
    owners = {area: Owner(unit=f"Kontoret för {area}", contact="-", source="-") for area in areas}
    report = settings.report.model_copy(update={"owners": owners})
    data = replace(data, settings=replace(settings, report=report))
    found, without = audience.audiences(data.settings, areas)
    # The tables are read before the time is taken: every command reads them.
    list(slides.decks(data, found[:1], without))

    start = time.process_time()
    from analysis.workshop.powerpoint import deck as powerpoint
    from analysis.workshop.powerpoint import package, plain

    template = package.content(plain.template(Profile()))
    loaded = time.process_time()
    decks = list(slides.decks(data, found, without))
    told = time.process_time()
    decks = list(islice(cycle(decks), DECKS))
    find = names.finder(data, decks)
    files = [powerpoint.made(template, deck, find, data.today) for deck in decks]
    made = time.process_time()
    count = sum(len(deck.slides) for deck in decks)
    print(f"{len(decks)} decks, {count} slides, {sum(map(len, files)) / 1e3:,.0f} kB")
    print(f"library and template  {loaded - start:6.2f} s")
    print(f"what stands on them   {told - loaded:6.2f} s")
    print(f"the files             {made - told:6.2f} s")


if __name__ == "__main__":
    main()
