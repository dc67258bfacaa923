"""What is the municipality's own goes to another computer or a new version, whole and checked."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from analysis.commands.moving import own, pack, unpack
from analysis.commands.moving.pack import CONTENTS
from analysis.errors import AnalysisError, ConfigurationError, MachineError, UsageError
from analysis.project import Project
from analysis.settings import load

ROOT = Path(__file__).resolve().parents[2]
TODAY, NOW = date(2026, 11, 27), datetime(2026, 11, 27, 9, 30)
KEPT = "ersatt/2026-11-27-093000"
OWN = {
    "kommentarer/2025/index.md": "Vi har anställt en lots.",
    "texter/nulage.md": "# nulage.rubrik\n\nLäget\n",
    "egna-sidor/företagslotsen.qmd": "---\ntitle: Lotsen\n---\n",
    "profil/profil.yml": "farg: '#0b4f6c'\n",
    "published/2025/data/index.csv": "year;index\n",
    "published/2025/tidigare/1/korning.json": "{}",
}
ANSWERS = {"data/raw/insikt_2025.csv": "svar_id\n1\n", "data/raw/äldre/insikt_2024.csv": "x"}

MakeProject = Callable[[str], Project]


@pytest.fixture
def made(tmp_path: Path) -> MakeProject:
    """Makes a project folder as the program brings it."""

    def make(name: str) -> Project:
        project = Project(tmp_path / name)
        shutil.copytree(ROOT / "config", project.config)
        shutil.copy(ROOT / "pyproject.toml", project.root)
        for folder in (project.raw, project.published, project.own_pages):
            folder.mkdir(parents=True)
            (folder / "README.md").write_text("Programmets.", "utf-8")
        return project

    return make


def write(project: Project, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def change(project: Project, file: str, old: str, new: str) -> None:
    path = project.config / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def remark(project: Project, file: str, text: str) -> None:
    path = project.config / file
    path.write_text(f"# {text}\n{path.read_text('utf-8')}", "utf-8")


@pytest.fixture
def old(made: MakeProject) -> Project:
    """A municipality's project with something of its own in every folder."""
    project = made("gammal å mapp")
    write(project, {**OWN, **ANSWERS, "data/raw/.DS_Store": "", "data/raw/~$insikt.xlsx": ""})
    change(project, "report.yml", "Norrtälje kommun", "Norrtälje stad")
    return project


def packed(project: Project, *, answers: bool = False) -> Path:
    before = set(project.root.glob("*.zip"))
    pack(project, TODAY, answers=answers)
    (package,) = set(project.root.glob("*.zip")) - before
    return package


def files(project: Project) -> dict[str, bytes]:
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and path.suffix != ".zip"
    }


def altered(package: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The package with other files in it, and its list of contents as it was."""
    with zipfile.ZipFile(package) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    change(content)
    with zipfile.ZipFile(package, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return package


def listed(content: dict[str, bytes], **changes: object) -> None:
    """Change the list of contents."""
    content[CONTENTS] = json.dumps({**json.loads(content[CONTENTS]), **changes}).encode()


def refused(project: Project, package: Path, kind: type[AnalysisError] = UsageError) -> str:
    """The message of a refusal that has changed nothing."""
    before = files(project)
    with pytest.raises(kind) as caught:
        unpack(project, package, NOW, replace=False)
    assert files(project) == before
    assert str(caught.value).startswith("Inget har packats upp")
    return str(caught.value)


# --- there and back ---------------------------------------------------------------------------


def test_all_that_is_own_arrives_and_nothing_else(old: Project, made: MakeProject) -> None:
    new = made("ny")
    before = files(new)
    told = unpack(new, packed(old), NOW, replace=False)
    after = files(new)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {*OWN, "config/report.yml", f"{KEPT}/config/report.yml"}
    assert {name: after[name].decode() for name in OWN} == OWN
    assert load(new.config).report.municipality.organisation == "Norrtälje stad"
    assert "De ersatte config/report.yml" in told
    assert after[f"{KEPT}/config/report.yml"] == (ROOT / "config" / "report.yml").read_bytes()


def test_answers_go_along_only_when_asked(old: Project, made: MakeProject) -> None:
    without = pack(old, TODAY, answers=False)
    assert "Svaren i data/raw följer inte med." in without
    told = pack(old, TODAY, answers=True)
    assert "Den innehåller svar" in told
    assert (old.root / "flytt-med-svar-2026-11-27.zip").is_file()
    new = made("ny")
    unpack(new, old.root / "flytt-med-svar-2026-11-27.zip", NOW, replace=False)
    assert {name: files(new)[name].decode() for name in ANSWERS} == ANSWERS
    with zipfile.ZipFile(old.root / "flytt-2026-11-27.zip") as archive:
        assert not any(name.startswith("data/") for name in archive.namelist())


def test_an_earlier_package_is_never_overwritten(old: Project) -> None:
    first = packed(old)
    second = packed(old)
    assert second.name == "flytt-2026-11-27-2.zip"
    assert second.read_bytes() == first.read_bytes()


def test_a_protected_folder_is_told(old: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def protected(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(old.root / "flytt.zip"))

    monkeypatch.setattr(zipfile.ZipFile, "__init__", protected)
    monkeypatch.setattr(Path, "unlink", protected)
    with pytest.raises(MachineError, match="Filerna kunde inte packas") as caught:
        pack(old, TODAY, answers=False)
    assert "mappen är skrivskyddad" in str(caught.value)


def test_a_draft_in_the_matter_is_told_of(old: Project) -> None:
    write(old, {"arende/exempel/bilaga-underlag.docx": ""})
    assert "arende" not in pack(old, TODAY, answers=False)
    write(old, {"arende/2025/bilaga-underlag.docx": ""})
    assert "Mappen arende följer inte med" in pack(old, TODAY, answers=False)


def test_unpacking_twice_changes_nothing_the_second_time(old: Project, made: MakeProject) -> None:
    new, package = made("ny"), packed(old)
    unpack(new, package, NOW, replace=False)
    before = files(new)
    told = unpack(new, package, datetime(2026, 12, 1), replace=False)
    assert told.startswith("0\xa0filer")
    assert files(new) == before


# --- what is there already --------------------------------------------------------------------


def test_files_in_the_way_are_all_told_and_stay(old: Project, made: MakeProject) -> None:
    new = made("ny")
    write(new, {"kommentarer/2025/index.md": "En kollegas.", "profil/profil.yml": "farg: röd"})
    change(new, "report.yml", "Norrtälje kommun", "En annan kommun")
    told = refused(new, packed(old))
    for name in ("kommentarer/2025/index.md", "profil/profil.yml", "config/report.yml"):
        assert f"{name}: Det finns redan en annan fil med det namnet." in told
    assert told.count("finns redan") == 3


def test_asked_to_they_are_replaced_and_kept(old: Project, made: MakeProject) -> None:
    new = made("ny")
    write(new, {"kommentarer/2025/index.md": "En kollegas."})
    unpack(new, packed(old), NOW, replace=True)
    after = files(new)
    assert after["kommentarer/2025/index.md"].decode() == OWN["kommentarer/2025/index.md"]
    assert after[f"{KEPT}/kommentarer/2025/index.md"].decode() == "En kollegas."


def test_a_folder_in_place_of_a_file_is_told(old: Project, made: MakeProject) -> None:
    new = made("ny")
    write(new, {"profil/profil.yml/mitt.txt": "x", "texter": "en fil"})
    told = refused(new, packed(old))
    assert told.count("En mapp och en fil har samma namn.") == 2


@pytest.mark.skipif(os.name == "nt", reason="a link needs a right that users lack there")
def test_nothing_is_laid_through_a_link_out_of_the_folder(
    old: Project, made: MakeProject, tmp_path: Path
) -> None:
    new, outside = made("ny"), tmp_path / "utanför"
    outside.mkdir()
    (new.root / "kommentarer").symlink_to(outside)
    assert "kommentarer/2025/index.md: Filen skulle hamna utanför" in refused(new, packed(old))
    assert not list(outside.iterdir())


def test_a_disk_that_fails_midway_leaves_all_as_it_was(
    old: Project, made: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, package = made("ny"), packed(old)
    write(new, {"profil/profil.yml": "farg: röd"})
    before = files(new)
    moves, replace = [], Path.replace

    def failing(self: Path, target: Path) -> Path:
        moves.append(self)
        if len(moves) == 5:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(MachineError, match="Inget har packats upp") as caught:
        unpack(new, package, NOW, replace=True)
    assert "disken är full" in str(caught.value)
    assert len(moves) > 5
    assert files(new) == before


# --- a new version ----------------------------------------------------------------------------


@pytest.fixture
def version_2(made: MakeProject, monkeypatch: pytest.MonkeyPatch, old: Project) -> Project:
    """A new version with other rules and another plan than the one that `old` was packed with."""
    package = packed(old)
    project = made("version 2")
    shutil.move(package, project.root / "flytt.zip")
    remark(project, "rules.yml", "Ny regel i version 2.")
    remark(project, "plan.yml", "En annan plan.")
    digests = {path.name: own.text_digest(path) for path in project.config.iterdir()}
    monkeypatch.setattr(own, "shipped", lambda: digests)
    return project


def rules(project: Project) -> str:
    return (project.config / "rules.yml").read_text("utf-8")


def test_an_upgrade_keeps_what_is_own_and_brings_the_programs_news(
    old: Project, version_2: Project
) -> None:
    unpack(version_2, version_2.root / "flytt.zip", NOW, replace=False)
    assert "Ny regel i version 2." in rules(version_2)
    for name in ("report.yml", "plan.yml"):
        own_file = (old.config / name).read_bytes()
        assert (version_2.config / name).read_bytes() == own_file


def test_settings_that_both_have_changed_are_the_municipalitys_and_told(
    old: Project, version_2: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = own.shipped()
    monkeypatch.undo()
    remark(old, "rules.yml", "Vi har prövat regeln.")
    package = packed(old)
    monkeypatch.setattr(own, "shipped", lambda: news)
    told = unpack(version_2, package, NOW, replace=False)
    assert "Vi har prövat regeln." in rules(version_2)
    assert "Programmets egen config/rules.yml har ändrats sedan version" in told
    kept = version_2.root / KEPT / "config" / "rules.yml"
    assert str(kept) in told
    assert "Ny regel i version 2." in kept.read_text("utf-8")


def test_settings_that_the_new_version_cannot_read_are_laid_and_told_by_line(
    old: Project, made: MakeProject
) -> None:
    change(old, "report.yml", "municipality:", "kommunen:")
    new = made("ny")
    with pytest.raises(ConfigurationError, match=r"report\.yml") as caught:
        unpack(new, packed(old), NOW, replace=False)
    assert caught.value.exit_code == 11
    assert "filer ur version" in str(caught.value)
    assert "kommunen:" in (new.config / "report.yml").read_text("utf-8")


def test_a_package_of_a_newer_version_is_refused(old: Project, made: MakeProject) -> None:
    new, package = made("ny"), packed(old)
    altered(package, lambda content: listed(content, version="99.0"))
    assert "packades av version 99.0" in refused(new, package)


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_settings_saved_with_other_line_ends_are_still_the_programs(
    made: MakeProject, ends: bytes
) -> None:
    project = made("windows")
    path = project.config / "rules.yml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", ends))
    names = [file.name for file in own.files(project, answers=False)]
    assert sorted(names) == sorted(own.WHOLLY_OWN)


def test_the_settings_note_is_that_of_this_version() -> None:
    """Else run ``python docs/make_shipped.py``."""
    digests = {name: own.text_digest(ROOT / "config" / name) for name in own.shipped()}
    assert dict(own.shipped()) == digests
    assert {path.name for path in (ROOT / "config").iterdir()} == set(digests)


def test_the_program_brings_no_file_that_is_the_municipalitys() -> None:
    """What a new version is unpacked over can only be its own settings and descriptions."""
    folders = [name for name in own.places(Project(ROOT)) if name != "config"]
    done = subprocess.run(
        ["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {Path(name).name for name in done.stdout.splitlines()} <= {"README.md", ".gitkeep"}


# --- what is no sound package -----------------------------------------------------------------


def test_what_is_no_package_is_told(made: MakeProject, tmp_path: Path) -> None:
    new = made("ny")
    assert "Filen finns inte." in refused(new, tmp_path / "borta.zip")
    text = tmp_path / "text.zip"
    text.write_text("Hej", "utf-8")
    assert "Filen är skadad, eller är ingen fil från" in refused(new, text)
    other = tmp_path / "annan.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("config/report.yml", "x")
    assert "Filen är skadad, eller är ingen fil från" in refused(new, other)


def test_a_cut_or_altered_package_is_told(old: Project, made: MakeProject) -> None:
    new, package = made("ny"), packed(old)
    whole = package.read_bytes()
    for place in (len(whole) // 3, len(whole) // 2, len(whole) - 30):
        package.write_bytes(whole[:place])
        assert "Filen är skadad" in refused(new, package)
    package.write_bytes(whole)
    altered(package, lambda content: content.update({"config/plan.yml": b"goals: []\n"}))
    assert "config/plan.yml: Filen är inte som den packades." in refused(new, package)


@pytest.mark.parametrize(
    "name",
    [
        *("../utanför.txt", "/etc/passwd", "C:/Windows/x", "run.py", "src/analysis/cli.py"),
        *("profil/../run.py", "profil/./x", "profil//x", "profil", "data/processed/x.parquet"),
        *("config\\report.yml", "profil/..\\..\\x", "config2/x", ".git/hooks/pre-commit"),
    ],
)
def test_a_file_that_would_land_elsewhere_is_refused(
    old: Project, made: MakeProject, name: str
) -> None:
    new, package = made("ny"), packed(old)

    def add(content: dict[str, bytes]) -> None:
        digests = json.loads(content[CONTENTS])["filer"]
        content[name] = b"x"
        listed(content, filer={**digests, name: hashlib.sha256(b"x").hexdigest()})

    assert f"{name}: " in refused(new, altered(package, add))


@pytest.mark.parametrize("name", ["aux.md", "fråga?.md", "slut.", "COM1", "a:b.md", "två "])
def test_a_name_that_windows_cannot_store_is_told_when_packing(old: Project, name: str) -> None:
    assert [one.where for one in own.misplaced([f"texter/{name}"], ["texter"])] == [
        f"texter/{name}"
    ]
    if os.name != "nt":
        write(old, {f"texter/{name}": "x"})
        with pytest.raises(UsageError, match="Filerna kan inte packas"):
            pack(old, TODAY, answers=False)
        assert not list(old.root.glob("flytt-*"))


def test_ordinary_names_are_let_through() -> None:
    names = ["profil/Logotyp (ny).svg", "texter/å ä ö.md", "profil/a b & c #1 100% [x]'.yml"]
    assert own.misplaced(names, ["profil", "texter"]) == []


def test_what_the_list_and_the_package_have_apart_is_told_together(
    old: Project, made: MakeProject
) -> None:
    new, package = made("ny"), packed(old)

    def differ(content: dict[str, bytes]) -> None:
        content["profil/okänd.svg"] = b"x"
        del content["texter/nulage.md"]
        digests = json.loads(content[CONTENTS])["filer"]
        same = {"profil/PROFIL.yml": digests["profil/profil.yml"]}
        content["profil/PROFIL.yml"] = content["profil/profil.yml"]
        listed(content, filer={**digests, **same})

    told = refused(new, altered(package, differ))
    assert "profil/okänd.svg: Filen står inte i paketets innehållsförteckning." in told
    assert "texter/nulage.md: Filen saknas i paketet." in told
    assert "skiljer sig bara i stora och små bokstäver" in told


def test_a_package_larger_than_the_disk_is_refused_before_it_is_unpacked(
    old: Project, made: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, package = made("ny"), packed(old)
    room = shutil.disk_usage(new.root)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room)
    assert "på disken" in refused(new, package, MachineError)


def test_names_with_loose_accents_arrive_with_whole_letters(old: Project) -> None:
    loose = "egna-sidor/fo\u0308retag.qmd"
    write(old, {loose: "x"})
    with zipfile.ZipFile(packed(old)) as archive:
        assert "egna-sidor/f\u00f6retag.qmd" in archive.namelist()
