"""The parts of ``run.py`` that depend on platform, console or machine, called with parameters."""

import ast
import importlib.util
import io
import re
import sys
import time
import tomllib
import types
from argparse import _SubParsersAction
from pathlib import Path

import pytest

from analysis.cli import parser

RUN = Path(__file__).parents[2] / "run.py"


def load() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("nki_run", RUN)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run = load()


# --- the file itself ---


def test_parses_on_old_pythons() -> None:
    ast.parse(RUN.read_text("utf-8"), feature_version=(3, 6))


def test_imports_only_the_standard_library() -> None:
    tree = ast.parse(RUN.read_text("utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_nothing_before_the_refusal_needs_a_newer_python() -> None:
    """Annotations are evaluated when a function is defined: before the refusal they are quoted."""
    tree = ast.parse(RUN.read_text("utf-8"))
    early = []
    for node in tree.body:
        if isinstance(node, ast.If):
            break
        early.append(node)
    else:
        pytest.fail("the refusal was not found")
    newer = {"tomllib", "dataclasses", "zoneinfo", "graphlib"}
    for node in early:
        if isinstance(node, ast.FunctionDef):
            for argument in node.args.args:
                assert isinstance(argument.annotation, ast.Name | ast.Constant), ast.unparse(node)
        if isinstance(node, ast.Import):
            assert newer.isdisjoint(alias.name for alias in node.names)


# --- refusal ---


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14), (3, 15)])
def test_supported_versions(version: tuple[int, int]) -> None:
    assert run.unsupported(version, 64) == ""
    assert run.newer(version) == ""


@pytest.mark.parametrize("version", [(3, 16), (4, 0)])
def test_newer_versions_are_tried_with_a_remark(version: tuple[int, int]) -> None:
    assert run.unsupported(version, 64) == ""
    assert "Python {}.{} är nyare".format(*version) in run.newer(version)


@pytest.mark.parametrize("version", [(3, 6), (3, 10)])
def test_other_versions_are_refused_by_name(version: tuple[int, int]) -> None:
    message = run.unsupported(version, 64)
    assert "det här är {}.{}.".format(*version) in message
    assert "Installera Python" in message


def test_python_for_32_bits_is_refused() -> None:
    assert "64 bitar" in run.unsupported((3, 12), 32)


def test_the_versions_agree_with_the_project_file() -> None:
    pyproject = tomllib.loads((RUN.parent / "pyproject.toml").read_text("utf-8"))["project"]
    # No upper bound: a newer Python is tried.
    assert pyproject["requires-python"] == ">={}.{}".format(*run.OLDEST)
    named = re.findall(r"Python :: (\d)\.(\d+)$", "\n".join(pyproject["classifiers"]), re.MULTILINE)
    assert [(int(major), int(minor)) for major, minor in named] == [
        (3, minor) for minor in range(run.OLDEST[1], run.NEWEST[1] + 1)
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "fetched", "code"),
    [("nej", 0, 13), ("", 0, 13), ("j", 1, 13), ("Ja", 0, 7)],
)
def test_another_python_is_fetched_only_when_wanted(
    answer: str, fetched: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        called.append(command)
        return fetched if command[1] == "python" else 7

    monkeypatch.setattr(run.subprocess, "call", call)
    monkeypatch.setattr(run.shutil, "which", lambda name, path=None: "uv")
    monkeypatch.setattr(run.sys, "stdin", Terminal(f"{answer}\n"))
    assert run.with_other_python(["report", "--example"]) == code
    if code == 7:
        assert called[-1][-2:] == ["report", "--example"]
        assert called[-1][:5] == ["uv", "run", "--no-project", "--python", run.ADVISED]


def test_nobody_is_asked_where_nobody_can_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.sys, "stdin", io.StringIO("j\n"))
    assert run.with_other_python([]) == 13


# --- console ---


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "Å ä ö é … ” ✓"),
        ("cp1252", "Å ä ö é … ” ?"),
        ("cp437", "Å ä ö é ... ? ?"),
        ("ascii", "A a o e ... ? ?"),
        ("no-such-encoding", "A a o e ... ? ?"),
    ],
)
def test_text_fits_the_console(encoding: str, shown: str) -> None:
    assert run.printable("Å ä ö é … ” ✓", encoding) == shown


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp865"])
def test_help_is_whole_on_a_swedish_windows_console(encoding: str) -> None:
    assert run.printable(run.usage(), encoding) == run.usage()


# --- commands ---


@pytest.mark.parametrize(
    ("arguments", "command", "rest"),
    [
        ([], "report", []),
        (["--year", "2024"], "report", ["--year", "2024"]),
        (["report", "--fresh"], "report", ["--fresh"]),
        (["check", "a b.csv", "--help"], "check", ["a b.csv", "--help"]),
        (["test", "-k", "check"], "test", ["-k", "check"]),
    ],
)
def test_command_and_what_is_passed_on(arguments: list[str], command: str, rest: list[str]) -> None:
    assert run.parse(arguments) == (command, rest)


def test_commands_are_those_of_the_program_and_the_tests() -> None:
    of_program = next(
        action.choices for action in parser()._actions if isinstance(action, _SubParsersAction)
    )
    assert set(run.COMMANDS) == {*of_program, "test"}


def test_unknown_command_proposes_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"Kommandot raport finns inte\. Menade du report\?"):
        run.parse(["raport"])


def test_unknown_command_ends_as_a_usage_error_before_any_setup(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "prepare", lambda *_: pytest.fail("set up for nothing"))
    assert run.main(["xyzzy"]) == 2
    assert "Kommandot xyzzy finns inte." in capsys.readouterr().err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_needs_no_setup(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "prepare", lambda *_: pytest.fail("set up for nothing"))
    assert run.main([option]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {command} " in shown for command in run.COMMANDS)


# --- layout and environment ---


def test_windows_layout() -> None:
    venv = run.Venv(Path("v"), windows=True)
    assert venv.python == Path("v", "Scripts", "python.exe")
    assert venv.uv == Path("v", "Scripts", "uv.exe")


def test_posix_layout() -> None:
    venv = run.Venv(Path("v"), windows=False)
    assert venv.python == Path("v", "bin", "python")
    assert venv.uv == Path("v", "bin", "uv")


def test_environment_of_children(tmp_path: Path) -> None:
    venv = run.Venv(tmp_path / ".venv", windows=False)
    env = {"PYTHONPATH": "/x", "PYTHONHOME": "/y", "PIP_USER": "1", "PATH": "/bin", "LANG": "sv_SE"}
    child = run.child_environment({**env, "HOME": str(tmp_path)}, venv)
    assert {"PYTHONPATH", "PYTHONHOME", "PIP_USER"}.isdisjoint(child)
    assert child["PYTHONUTF8"] == "1"
    assert child["PYTHONIOENCODING"] == "utf-8:replace"
    assert child["PATH"].split(":")[0] == str(venv.scripts)
    assert child["HOME"] == str(tmp_path)
    assert child["LANG"] == "sv_SE"


def test_console_encoding_asked_for_is_kept_and_made_safe(tmp_path: Path) -> None:
    child = run.child_environment({"PYTHONIOENCODING": "cp437:strict"}, run.Venv(tmp_path))
    assert child["PYTHONIOENCODING"] == "cp437:replace"


def test_home_that_is_not_there_is_replaced(tmp_path: Path) -> None:
    spare = tmp_path / "home"
    assert run.home_folder({"HOME": str(tmp_path / "gone")}, spare) == str(spare)


def test_home_that_cannot_be_written_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.os, "access", lambda *_: False)
    assert run.home_folder({"HOME": str(tmp_path)}, tmp_path / "home") == str(tmp_path / "home")


def test_venv_without_its_python_is_not_usable(tmp_path: Path) -> None:
    venv = run.Venv(tmp_path, windows=True)
    assert not venv.usable()
    (tmp_path / "pyvenv.cfg").write_text(f"home = {tmp_path}\nversion = 3.12.1\n")
    assert not venv.usable()
    venv.scripts.mkdir()
    venv.python.touch()
    assert venv.usable()
    (tmp_path / "pyvenv.cfg").write_text(f"home = {tmp_path / 'uninstalled'}\n")
    assert not venv.usable()


# --- stamp ---


def project(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-quarto.txt"):
        (folder / name).write_text(f"{name}==1\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    return folder


def test_stamp_survives_writing_and_reading(tmp_path: Path) -> None:
    stamp = run.Stamp(base="a", project="b")
    run.write_stamp(tmp_path / "stamp.json", stamp)
    assert run.read_stamp(tmp_path / "stamp.json") == stamp
    assert [path.name for path in tmp_path.iterdir()] == ["stamp.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"other": 1}', "\x00\xff"])
def test_unreadable_stamp_counts_as_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "stamp.json"
    path.write_text(content, "latin-1")
    assert run.read_stamp(path) == run.Stamp()


@pytest.mark.parametrize(
    ("command", "quarto", "parts"),
    [
        ("report", True, {"base", "project", "quarto"}),
        ("report", False, {"base", "project"}),
        ("check", True, {"base", "project"}),
        ("test", True, {"base", "tests", "project", "quarto"}),
    ],
)
def test_each_command_wants_only_its_parts(
    command: str, quarto: bool, parts: set[str], tmp_path: Path
) -> None:
    wanted = run.wanted_stamp(project(tmp_path / "p"), command, quarto)
    assert {name for name, value in wanted._asdict().items() if value} == parts


def test_environment_of_the_tests_serves_the_report_too(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    report, tests = (run.wanted_stamp(root, command, False) for command in ("report", "test"))
    assert tests.covers(report)
    assert not report.covers(tests)


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("requirements.txt", "base"),
        ("requirements-dev.txt", "tests"),
        ("requirements-quarto.txt", "quarto"),
        ("pyproject.toml", "project"),
    ],
)
def test_changed_file_asks_for_its_part_only(file: str, part: str, tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    before = run.wanted_stamp(root, "test", True)
    (root / file).write_text("changed")
    after = run.wanted_stamp(root, "test", True)
    assert before != after
    assert before._replace(**{part: getattr(after, part)}) == after


def test_copied_folder_asks_for_its_own_code_only(tmp_path: Path) -> None:
    one, two = (
        run.wanted_stamp(project(tmp_path / name), "report", True) for name in ("one", "two")
    )
    assert not one.covers(two)
    assert one._replace(project=two.project) == two


def test_another_python_asks_for_a_new_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path / "p")
    before = run.wanted_stamp(root, "check", True)
    monkeypatch.setattr(run.sys, "version_info", (3, 99, 0))
    assert before.base != run.wanted_stamp(root, "check", True).base


def test_fingerprint_keeps_its_parts_apart() -> None:
    assert run.fingerprint("ab", "c") != run.fingerprint("a", "bc")


# --- explanations ---


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "Disken är full"),
        ("error: failed to write (os error 112)", "Disken är full"),
        ("Error: Command '['python', '-m', 'ensurepip']' returned 1", "virtuella miljöer saknas"),
        ("No module named venv", "virtuella miljöer saknas"),
        ("invalid peer certificate: UnknownIssuer", "certifikat"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certifikat"),
        ("ProxyError('Cannot connect to proxy.')", "proxy släppte inte"),
        (
            "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "stämmer inte med den godkända",
        ),
        ("error: Hash mismatch for `pandas==3.1.1`", "stämmer inte med den godkända"),
        ("dns error: failed to lookup address information", "nätverket svarade inte"),
        ("socket.gaierror: [Errno 11001] getaddrinfo failed", "nätverket svarade inte"),
        ("ERROR: Could not find a version (from versions: none)", "nätverket svarade inte"),
        ("Because x has no wheels with a matching platform tag", "inga färdiga paket"),
        ("[WinError 206] The filename or extension is too long", "för lång"),
        ("UnicodeEncodeError: 'charmap' codec", "sökväg har tecken"),
        ("PermissionError: [WinError 5] Access is denied", "får inte ändras"),
        ("OSError: [Errno 30] Read-only file system", "får inte ändras"),
        ("something never seen", "Förberedelsen misslyckades"),
    ],
)
def test_failure_is_explained(output: str, cause: str) -> None:
    assert cause in run.diagnosis(output)[0]


def test_names_of_packages_are_no_reasons() -> None:
    """A certificate package or a size of 407 kB far up must not decide the explanation."""
    output = "Collecting certificate-store (407 kB)\n" + "Collecting x\n" * 100 + "os error 28"
    assert "Disken är full" in run.diagnosis(output)[0]


def test_shown_lines_are_short_plain_and_to_the_point() -> None:
    output = (
        "\x1b[31merror\x1b[0m: a\r\n\n---\n  " + "b" * 999 + "\n"
        "Ignoring x: markers 'os_name == \"nt\"' don't match your environment\n"
    )
    assert run.last_lines(output, 4) == ["error: a", "b" * 240]


def test_error_without_a_tool_has_no_empty_quotation() -> None:
    assert str(run.SetupError("Disken är full.", "Frigör plats.")) == (
        "Disken är full.\n  Frigör plats."
    )


# --- handing over and Quarto ---


def test_exit_code_comes_back_where_a_process_cannot_become_another() -> None:
    command = [sys.executable, "-c", "import sys; sys.exit(11)"]
    assert run.hand_over(command, {}, windows=True) == 11


def program(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in programs are POSIX scripts")
@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("print('1.9.38')", (1, 9)),
        ("print('1.10.19')", (1, 10)),
        ("print('99.9.9'); raise SystemExit(3)", None),
        ("print('quarto: command not found')", None),
    ],
)
def test_version_of_quarto(text: str, version: tuple[int, ...] | None, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "quarto", text)
    assert run.quarto_version({"PATH": str(tmp_path / "bin")}) == version


def test_no_quarto_on_the_path(tmp_path: Path) -> None:
    assert run.quarto_version({"PATH": str(tmp_path)}) is None


@pytest.mark.parametrize(
    ("version", "tried"), [((1, 9), False), ((1, 10), False), ((1, 8), True), (None, True)]
)
def test_quarto_is_tried_only_where_a_new_enough_one_is_missing(
    version: tuple[int, ...] | None,
    tried: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    class Silent:
        def within(self, seconds: float) -> bool:
            asked.append(seconds)
            return False

    monkeypatch.setattr(run, "quarto_version", lambda env: version)
    run.Installer(run.Venv(tmp_path), tmp_path, {"PATH": ""}, 0).quarto(Silent())
    assert bool(asked) is tried
    assert capsys.readouterr().err == "", "the report is as whole without it"


def test_address_that_refuses_does_not_answer() -> None:
    address = run.Address("http://127.0.0.1:9/")
    assert not address.within(3.0)
    address.asked -= 60
    start = time.monotonic()
    assert not run.Address("http://10.255.255.1:9/").within(0.2), "asked, and not waited for"
    assert not address.within(3.0)
    assert time.monotonic() - start < 3.0
