"""The commands. No logic: arguments in, a Swedish message and an exit code out."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from analysis.arguments import Parser
from analysis.errors import AnalysisError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns
    -------
    int
        0 done · 2 usage · 10 input data · 11 configuration · 12 rendering · 13 the machine ·
        1 a fault of the program's own, with its traceback saved · 130 interrupted · 141 nobody
        reads what is told any more (``| head``).
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = parser().parse_args(arguments)
    try:
        code = int(options.run(options) or 0)
        sys.stdout.flush()
        return code
    except AnalysisError as error:
        print(f"\n{error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nAvbrutet. Den senast färdiga rapporten ligger kvar orörd.", file=sys.stderr)
        return 130
    except Exception as error:
        from analysis import disk

        if isinstance(error, BrokenPipeError) and _unread():
            return 141
        refused = disk.refused(error)
        if refused:
            print(f"\n{refused}", file=sys.stderr)
            return refused.exit_code
        place = _save_traceback(error)
        print(
            "\nEtt fel i programmet stoppade körningen. Den senast färdiga rapporten ligger kvar "
            f"orörd.\n  → Skicka filen {place} till den som förvaltar programmet.",
            file=sys.stderr,
        )
        return 1


def _unread() -> bool:
    """Whether whoever read standard output has closed it; what is left then goes nowhere."""
    try:
        print(flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def parser() -> Parser:
    """The commands and their options."""
    top = Parser(
        prog="run.py", description="Gör rapporten om företagens nöjdhet (NKI) av Insikts svar."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="KOMMANDO")

    report = commands.add_parser("report", help="gör webbplatsen och bilagan")
    report.add_argument("--raw", type=Path, metavar="MAPP", help="mappen med råfilerna")
    report.add_argument("--site", type=Path, metavar="MAPP", help="var webbplatsen ska ligga")
    report.add_argument("--year", type=int, metavar="ÅR", help="det nyaste ärendeår som tas med")
    report.add_argument("--municipality", metavar="NAMN", help="kommunens namn eller kod")
    report.add_argument(
        "--engine",
        choices=["auto", "quarto", "embedded"],
        default="auto",
        help="vilken motor som renderar",
    )
    report.add_argument("--example", action="store_true", help="använd de påhittade svaren")
    report.add_argument("--fresh", action="store_true", help="gör om allt")
    report.add_argument("--isolated", action="store_true", help="en ny kärna för varje notebook")
    report.add_argument("--jobs", type=_jobs, metavar="N", help="hur mycket som görs samtidigt")
    report.add_argument("--date", type=_day, default=None, metavar="DAG", help="rapportens datum")
    report.set_defaults(run=_report)

    example = commands.add_parser("example", help="skriv de påhittade svaren på nytt")
    example.add_argument("--folder", type=Path, help="var de skrivs")
    example.set_defaults(run=_example)

    check = commands.add_parser("check", help="granska råfiler utan att köra något")
    what = "filer eller mappar att granska; utan dem granskas data/raw"
    check.add_argument("files", nargs="*", type=Path, metavar="FIL", help=what)
    check.add_argument(
        "--html", type=Path, metavar="FIL", help="skriv granskningen även som en sida"
    )
    proposals = (
        "skriv förslag på okända rubriker, och bortfall att godta, i config/questionnaire.local.yml"
    )
    check.add_argument("--write-mapping", action="store_true", help=proposals)
    check.add_argument("--year", type=int, metavar="ÅR", help="det nyaste ärendeår som tas med")
    check.add_argument("--alla", action="store_true", help="visa även äldre ärendeår i sin helhet")
    check.set_defaults(run=_check)

    preview = commands.add_parser("preview", help="visa webbplatsen i webbläsaren")
    preview.add_argument("--site", type=Path, metavar="MAPP")
    preview.add_argument("--port", type=int, default=0)
    preview.add_argument("--no-browser", action="store_true", help="öppna ingen webbläsare")
    preview.set_defaults(run=_preview)

    lab = commands.add_parser("lab", help="öppna anteckningsböckerna i JupyterLab")
    lab.add_argument("--no-browser", action="store_true", help="öppna ingen webbläsare")
    lab.set_defaults(run=_lab)

    doctor = commands.add_parser("doctor", help="vad som finns på datorn och vad som saknas")
    doctor.add_argument("--detaljer", action="store_true", help="visa allt som har prövats")
    doctor.set_defaults(run=_doctor)

    kolada = commands.add_parser("kolada", help="hämta officiella värden ur Kolada")
    kolada.add_argument("file", nargs="?", type=Path, metavar="FIL", help="ett sparat svar")
    kolada.set_defaults(run=_kolada)

    told = "skriv en lista på alla värden som texter och kommentarer får använda"
    commands.add_parser("texter", help=told).set_defaults(run=_texts)

    told = "lägg tomma kommentarer för det nyaste ärendeåret i kommentarer/"
    commands.add_parser("kommentar", help=told).set_defaults(run=_comments)

    mallar = commands.add_parser("mallar", help="lägg färdiga mallar att fylla i")
    mallar.add_argument("folder", nargs="?", type=Path, metavar="MAPP", help="var de ska ligga")
    mallar.set_defaults(run=_templates)

    workshop = commands.add_parser("workshop", help="gör bilder och övningar till workshopen")
    told = "lägg årets tal i en presentation som ni har ändrat"
    workshop.add_argument("--uppdatera", type=Path, metavar="FIL", help=told)
    workshop.set_defaults(run=_workshop)

    told = "packa det som är kommunens eget i en fil, eller lägg in det ur en sådan fil"
    moving = commands.add_parser("flytta", help=told)
    told = "en fil från flytta att packa upp här; utan den packas en ny"
    moving.add_argument("file", nargs="?", type=Path, metavar="FIL", help=told)
    moving.add_argument("--med-svar", action="store_true", help="ta med filerna i data/raw")
    told = "byt ut filer som redan finns; de gamla sparas i mappen ersatt"
    moving.add_argument("--ersatt", action="store_true", help=told)
    moving.set_defaults(run=_move)

    told = "lägg svarens fritexter, maskade, i en arbetsbok att läsa och sätta teman i"
    las = commands.add_parser("las", help=told)
    las.add_argument("--year", type=int, metavar="ÅR", help="ärendeåret; annars det nyaste")
    las.add_argument("--till", type=Path, metavar="FIL", help="var arbetsboken ska ligga")
    las.set_defaults(run=_free_texts)

    publish = commands.add_parser("publish", help="märk webbplatsen som årets publicering")
    publish.add_argument("--site", type=Path, metavar="MAPP")
    publish.add_argument(
        "--trots-fa-svar",
        action="store_true",
        help="publicera fast den förra publiceringen då röjer hur några få har svarat",
    )
    publish.set_defaults(run=_publish)
    return top


def _report(options: argparse.Namespace) -> None:
    from analysis.commands import console
    from analysis.project import Project, Request
    from analysis.report.make import report

    request = Request(
        raw=options.raw,
        site=options.site,
        year=options.year,
        municipality=options.municipality,
        engine=options.engine,
        example=options.example,
        fresh=options.fresh,
        isolated=options.isolated,
        jobs=options.jobs,
        today=options.date or date.today(),
    )
    with console.progress() as progress:
        finished = report(Project.here(), request, progress)
    console.summary(finished)


def _example(options: argparse.Namespace) -> None:
    from analysis import example
    from analysis.project import Project
    from analysis.settings import load

    project = Project.here()
    folder = options.folder or project.example
    written = example.write(folder, load(project.config))
    print(f"{len(written)} filer med påhittade svar skrevs till {folder}.")


def _check(options: argparse.Namespace) -> int:
    from analysis import intake
    from analysis.project import Project
    from analysis.settings import load

    project = Project.here()
    page = intake.page_place(options.html) if options.html else None
    settings = load(project.config)
    found = intake.check(
        options.files or [project.raw],
        settings,
        year=options.year,
        beside=[project.raw] if options.files else [],
        collection=project.collection,
        whole=options.alla,
    )
    print(found.to_text(console_width()))
    if page:
        print(f"\n{_lines(found.write_page(page))}")
    if options.write_mapping:
        print(f"\n{_lines(intake.write_mapping(found, project.config))}")
    return found.exit_code


def _lines(text: str) -> str:
    """A sentence wrapped to the terminal's width; a path is never broken."""
    return textwrap.fill(text, console_width(), break_long_words=False, break_on_hyphens=False)


def console_width() -> int:
    """Characters in a line of this terminal, within a comfortable width."""
    return min(max(shutil.get_terminal_size().columns, 60), 100)


def _preview(options: argparse.Namespace) -> None:
    from analysis.commands import preview
    from analysis.project import Project

    preview.serve(options.site or Project.here().site, options.port, browser=not options.no_browser)


def _lab(options: argparse.Namespace) -> int:
    from analysis.commands import lab
    from analysis.project import Project

    return lab.open_lab(Project.here(), browser=not options.no_browser)


def _doctor(options: argparse.Namespace) -> int:
    from analysis.commands import doctor
    from analysis.project import Project

    return doctor.examine(Project.here(), details=options.detaljer)


def _kolada(options: argparse.Namespace) -> None:
    from analysis import intake
    from analysis.project import Project
    from analysis.settings import load

    project = Project.here()

    def tell(done: int, of: int) -> None:
        print(f"  Hämtat {done} av {of}", file=sys.stderr, flush=True)

    told = intake.kolada.bring(
        load(project.config),
        project.raw,
        saved=options.file,
        unfinished=project.processed / ".kolada",
        tell=tell,
    )
    print(told)


def _texts(options: argparse.Namespace) -> None:
    from analysis.commands import words
    from analysis.project import Project

    print(words.write_list(Project.here()))


def _comments(options: argparse.Namespace) -> None:
    from analysis.commands import words
    from analysis.project import Project

    print(words.lay_comments(Project.here()))


def _templates(options: argparse.Namespace) -> None:
    from analysis.commands import templates
    from analysis.project import Project
    from analysis.settings import load

    project = Project.here()
    folder = options.folder or project.root / templates.FOLDER
    print(templates.lay(load(project.config), folder))


def _workshop(options: argparse.Namespace) -> None:
    from analysis.commands import workshop
    from analysis.project import Project

    project = Project.here()
    if options.uppdatera:
        print(workshop.refresh(project, options.uppdatera))
    else:
        print(workshop.make(project))


def _move(options: argparse.Namespace) -> None:
    from analysis.commands import moving
    from analysis.errors import UsageError
    from analysis.project import Project
    from analysis.site import swap as place

    project = Project.here()
    if options.med_svar if options.file else options.ersatt:
        only, what = ("--med-svar", "packar") if options.file else ("--ersatt", "packar upp")
        raise UsageError("Kommandot kan inte utföras", f"{only} används när man {what}.")
    if options.file is None:
        print(moving.pack(project, date.today(), answers=options.med_svar))
        return
    # Waits for no run: one that goes on reads what would be replaced.
    with place.only_one(place.lock_folder(project.processed, project.site)):
        told = moving.unpack(project, options.file, datetime.now(), replace=options.ersatt)
    print(told)


def _free_texts(options: argparse.Namespace) -> None:
    from analysis.commands import free_texts
    from analysis.project import Project

    print(free_texts.lay(Project.here(), options.year, options.till, date.today()))


def _publish(options: argparse.Namespace) -> None:
    from analysis.project import Project
    from analysis.settings import load
    from analysis.site import matter, publication
    from analysis.site import swap as place

    project = Project.here()
    site = (options.site or project.site).resolve()
    # Waits for a run that may be swapping the site.
    with place.only_one(place.lock_folder(project.processed, site)):
        of_site = matter.of_site(project, site)
        told = publication.publish(
            site,
            of_site,
            project.published,
            project.comments,
            load(project.config),
            few_answers=options.trots_fa_svar,
        )
        print(told)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("skriv dagen som 2027-04-24") from None


def _jobs(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("skriv ett heltal som är minst 1")
    return int(text)


def _save_traceback(error: Exception) -> Path:
    """Save the facts for finding a fault of ours, without its message, which may hold an answer."""
    from analysis.faults import described
    from analysis.project import Project

    folder = Project.here().processed
    text = described(error)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"fel-{datetime.now():%Y%m%d-%H%M%S}.txt"
        path.write_text(text, encoding="utf-8")
    except OSError:
        print(text, file=sys.stderr)
        return Path("(kunde inte sparas)")
    return path
