"""``run.py`` when its set-up is cut short, disturbed or refused; a stand-in plays uv."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a POSIX script")

SOURCE = Path(__file__).parents[2]

# Plays `uv venv` and `uv pip install`; what it is to do wrong is a file in its own folder.
UV = r"""
import json, os, pathlib, signal, subprocess, sys, time

control = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
if arguments == ["--version"]:
    sys.exit(127 if (control / "dead").exists() else 0)
with (control / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps(arguments) + "\n")
if arguments[0] == "venv":
    sys.exit(subprocess.call([sys.executable, "-m", "venv", "--without-pip", arguments[-1]]))
python = pathlib.Path(arguments[arguments.index("--python") + 1])
packages = next((python.parents[1] / "lib").glob("python*/site-packages"))
if "-e" in arguments:
    if not (control / "unlinked").exists():
        source = pathlib.Path(arguments[-1]) / "src"
        (packages / "project.pth").write_text(str(source), "utf-8")
    sys.exit()
if (control / "fail").exists():
    print((control / "fail").read_text())
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    (packages / "pip" / "__main__.py").write_text(
        f"import pathlib, sys\nopen({str(control / 'pip')!r}, 'a').write(' '.join(sys.argv[1:]))\n"
        f"if '-e' in sys.argv: pathlib.Path({str(packages / 'p.pth')!r}).write_text(\n"
        "    sys.argv[-1] + '/src')\n"
        f"elif pathlib.Path({str(control / 'pip-fails')!r}).exists():\n"
        f"    sys.exit(open({str(control / 'pip-fails')!r}).read())\n"
    )
    sys.exit(1)
(packages / "half-written").touch()
if (control / "kill").exists():
    (control / "kill").unlink()
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(1)
    (packages / "late").touch()
    sys.exit()
if (control / "slow").exists():
    (control / "installing").touch()
    time.sleep(float((control / "slow").read_text()))
if arguments[-1].endswith("requirements-dev.txt"):
    (packages / "pytest.py").write_text(
        "import os, sys; print('pytest', sys.argv[1:], os.getcwd()); sys.exit(5)")
(packages / "half-written").unlink()
"""

PROGRAM = """
import json, os, sys
shown = {key: os.environ.get(key) for key in ("PYTHONPATH", "PYTHONHOME", "HOME")}
print(json.dumps([sys.argv[1:], __file__, sys.flags.utf8_mode, os.getcwd(), shown]))
sys.exit(int(os.environ.get("ENDS_WITH", 0)))
"""


@dataclass
class Project:
    """A project folder with nothing but what ``run.py`` needs, and the stand-in on its PATH."""

    root: Path
    control: Path
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.env = {
            "PATH": f"{self.control}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(self.control),
            "LANG": "C.UTF-8",
            "NKI_QUARTO": "0",
            # Nothing listens there: whatever wants the network is refused at once.
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "PIP_INDEX_URL": "http://127.0.0.1:9/",
            "PIP_CONFIG_FILE": os.devnull,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.root / "run.py"), *arguments]

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.env, **env},
            cwd=self.control,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    def calls(self) -> list[str]:
        """What the stand-in was asked for, one word each."""
        path = self.control / "calls.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return [Path(json.loads(line)[-1]).name for line in lines]

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def stamp(self) -> Path:
        return self.venv / "nki-stamp.json"

    def leftovers(self) -> list[str]:
        names = ("half-written", "late")
        return [path.name for path in self.venv.rglob("*") if path.name in names]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    control = tmp_path / "bin"
    control.mkdir()
    (control / "uv").write_text(f"#!{sys.executable}{UV}", "utf-8")
    (control / "uv").chmod(0o755)
    root = tmp_path / "Åsas mapp (ny)"
    package = root / "src" / "analysis"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PROGRAM, "utf-8")
    for path in (SOURCE / "run.py", SOURCE / "pyproject.toml", *SOURCE.glob("requirements*.txt")):
        shutil.copy(path, root)
    yield Project(root, control)


FIRST = [".venv", "requirements.txt", "Åsas mapp (ny)"]


def test_first_call_sets_up_and_the_second_goes_straight_on(project: Project) -> None:
    first = project.run("check", "a b.csv", ENDS_WITH="10")
    assert first.returncode == 10, first.stderr
    assert project.calls() == FIRST
    assert "hämtar det som behövs (första gången, tar någon minut) ... klart (" in first.stderr
    arguments, file, utf8, folder, _ = json.loads(first.stdout)
    assert arguments == ["check", "a b.csv"]
    assert Path(file).is_relative_to(project.root / "src")
    assert utf8 == 1
    assert Path(folder) == project.control, "the user's folder must stay the current one"

    second = project.run("--year", "2024")
    assert (second.returncode, second.stderr, project.calls()) == (0, "", [])
    assert json.loads(second.stdout)[0] == ["report", "--year", "2024"]


def test_packages_are_installed_ready_made_and_by_their_hashes(project: Project) -> None:
    assert project.run("check").returncode == 0
    lines = (project.control / "calls.jsonl").read_text().splitlines()
    asked = [call for call in map(json.loads, lines) if "-r" in call]
    assert len(asked) == 1
    assert asked[0][asked[0].index("--only-binary") + 1] == ":all:"
    assert "--require-hashes" in asked[0]


def test_killed_setup_is_made_anew_after_its_tool_has_ended(project: Project) -> None:
    """The tool outlives the killed run: the next one waits for it, then trusts nothing it left."""
    (project.control / "kill").touch()
    killed = subprocess.run(
        project.command("check"),
        env=project.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert not project.stamp.exists()
    assert project.leftovers() == ["half-written"]

    repaired = project.run("check")
    assert repaired.returncode == 0, repaired.stderr
    assert "Väntar på en annan förberedelse" in repaired.stderr
    assert project.calls() == [".venv", "requirements.txt", *FIRST]
    assert project.leftovers() == []


def test_killed_addition_is_not_trusted_either(project: Project) -> None:
    assert project.run("check").returncode == 0
    (project.control / "kill").touch()
    killed = subprocess.run(project.command("test"), env=project.env, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    project.calls()
    assert project.run("check").returncode == 0
    assert project.calls() == FIRST
    assert project.leftovers() == []


def test_two_setups_at_once_install_once(project: Project) -> None:
    (project.control / "slow").write_text("0.7")
    pair = [
        subprocess.Popen(
            project.command("check"),
            env=project.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=60)[1].decode() for process in pair]
    assert [process.returncode for process in pair] == [0, 0]
    assert project.calls() == FIRST
    assert sum("Väntar på en annan förberedelse" in text for text in told) == 1


def test_interrupted_setup_says_so_and_is_made_anew(project: Project) -> None:
    (project.control / "slow").write_text("60")
    process = subprocess.Popen(
        project.command("check"), env=project.env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (project.control / "installing").exists():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=30)[1].decode()
    assert process.returncode == 130
    assert "Avbrutet. Kör kommandot igen" in told
    assert "Traceback" not in told

    (project.control / "slow").unlink()
    project.calls()
    assert project.run("check").returncode == 0
    assert project.calls() == FIRST


def remove_python(project: Project) -> None:
    (project.venv / "bin" / "python").unlink()


def uninstall_base(project: Project) -> None:
    configuration = project.venv / "pyvenv.cfg"
    lines = configuration.read_text("utf-8").splitlines()
    gone = ["home = /no/such/python" if line.startswith("home") else line for line in lines]
    configuration.write_text("\n".join(gone), "utf-8")


def damage_stamp(project: Project) -> None:
    project.stamp.write_text(project.stamp.read_text()[:20])


def change_pins(project: Project) -> None:
    with (project.root / "requirements.txt").open("a") as file:
        file.write("# newer\n")


@pytest.mark.parametrize("damage", [remove_python, uninstall_base, damage_stamp, change_pins])
def test_environment_that_does_not_fit_is_made_anew(
    damage: Callable[[Project], None], project: Project
) -> None:
    assert project.run("check").returncode == 0
    stale = project.venv / "stale"
    stale.touch()
    project.calls()
    damage(project)
    assert project.run("check").returncode == 0
    assert project.calls() == FIRST
    assert not stale.exists()
    assert project.run("check").returncode == 0
    assert project.calls() == []


def test_environment_that_brought_its_own_uv_is_made_anew(project: Project) -> None:
    assert project.run().returncode == 0
    shutil.copy(project.control / "uv", project.venv / "bin" / "uv")
    with (project.root / "requirements.txt").open("a", encoding="utf-8") as pins:
        pins.write("# another\n")
    again = project.run()
    assert again.returncode == 0, again.stderr


def test_copied_folder_runs_its_own_code_without_installing_again(project: Project) -> None:
    assert project.run("check").returncode == 0
    project.calls()
    copy = Project(project.root.with_name("kopia"), project.control)
    shutil.copytree(project.root, copy.root, symlinks=True)
    done = copy.run("check")
    assert done.returncode == 0, done.stderr
    assert Path(json.loads(done.stdout)[1]).is_relative_to(copy.root)
    assert copy.calls() == ["kopia"]


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ("NewConnectionError: no route", "Paketen kunde inte hämtas"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "stämmer inte med den godkända"),
    ],
)
def test_failure_of_both_installers_is_explained(output: str, cause: str, project: Project) -> None:
    (project.control / "fail").write_text("uv has its own words for it")
    (project.control / "pip-fails").write_text(output)
    failed = project.run("check")
    assert failed.returncode == 13
    assert cause in failed.stderr
    assert failed.stderr.endswith(f"Verktyget sade:\n    {output}\n")
    assert "Traceback" not in failed.stderr + failed.stdout
    assert not project.stamp.exists()


def test_full_disk_is_not_tried_again_with_pip(project: Project) -> None:
    (project.control / "fail").write_text("failed to write: No space left on device (os error 28)")
    failed = project.run("check")
    assert failed.returncode == 13
    assert "Disken är full.\n  Frigör minst 2 GB" in failed.stderr
    assert not (project.control / "pip").exists()


def test_pip_takes_over_where_uv_fails(project: Project) -> None:
    (project.control / "fail").write_text("invalid peer certificate: UnknownIssuer")
    done = project.run("check")
    assert done.returncode == 0, done.stderr
    assert "nu med pip ... klart" in done.stderr
    asked = (project.control / "pip").read_text()
    assert "--require-hashes -r" in asked
    assert "--no-deps --no-build-isolation -e" in asked


def test_without_uv_and_network_real_pip_is_explained(project: Project) -> None:
    """A launcher named uv with nothing behind it counts as no uv."""
    (project.control / "dead").touch()
    failed = project.run("check")
    assert failed.returncode == 13
    assert project.calls() == []
    assert "hämtar installeraren ... gick inte" in failed.stderr
    assert "Paketen kunde inte hämtas" in failed.stderr or "proxy" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_program_that_cannot_be_found_after_the_setup_is_refused(project: Project) -> None:
    (project.control / "unlinked").touch()
    failed = project.run("check")
    assert failed.returncode == 13
    assert "Mappens sökväg har tecken" in failed.stderr
    assert not project.stamp.exists()


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_missing_project_file_is_named(name: str, project: Project) -> None:
    (project.root / name).unlink()
    failed = project.run("check")
    assert failed.returncode == 13
    assert f"{name} saknas.\n  Hämta hem hela projektmappen" in failed.stderr


def test_test_command_adds_its_packages_and_forwards_the_exit_code(project: Project) -> None:
    assert project.run("check").returncode == 0
    project.calls()
    tested = project.run("test", "-k", "några ord")
    assert tested.returncode == 5, tested.stderr
    assert project.calls() == ["requirements-dev.txt"]
    assert tested.stdout.strip() == f"pytest ['-k', 'några ord'] {project.root}"
    assert project.run("check").returncode == 0
    assert project.calls() == []


def test_fresh_test_command_installs_the_larger_set_only(project: Project) -> None:
    assert project.run("test").returncode == 5
    assert project.calls() == [FIRST[0], "requirements-dev.txt", FIRST[2]]


def test_quarto_that_cannot_be_had_is_tried_once(project: Project) -> None:
    def tried() -> bool:
        return bool(json.loads(project.stamp.read_text())["quarto"])

    assert project.run("check", NKI_QUARTO="").returncode == 0
    assert not tried()
    first = project.run("report", NKI_QUARTO="")
    assert (first.returncode, first.stderr) == (0, "")
    assert tried()
    assert project.run("report", NKI_QUARTO="").stderr == ""
    assert project.calls() == FIRST


def test_foreign_python_settings_and_a_missing_home_do_no_harm(project: Project) -> None:
    del project.env["HOME"]
    done = project.run("check", PYTHONPATH="/no/such", PYTHONUSERBASE="/no/such")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)[-1]
    assert shown["PYTHONPATH"] is None
    assert Path(shown["HOME"]).is_dir() or shown["HOME"] == str(project.venv / "home")


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252"])
def test_no_console_stops_it(encoding: str, project: Project) -> None:
    (project.root / "pyproject.toml").unlink()
    failed = subprocess.run(
        project.command("check"),
        env={**project.env, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=60,
    )
    assert failed.returncode == 13
    assert b"Traceback" not in failed.stderr
    assert "saknas." in failed.stderr.decode(encoding)
