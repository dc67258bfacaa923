#!/usr/bin/env python3
"""Set up the environment beside this file, then hand the command over to the analysis in it.

One file and the standard library only: nothing else can be counted on before the set-up. It
parses on Python 3.6, so that an old Python is answered with a sentence instead of a syntax
error. What the commands do lives in ``analysis.cli``.
"""

import contextlib
import difflib
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

EXIT_DONE, EXIT_USAGE, EXIT_MACHINE, EXIT_INTERRUPTED = 0, 2, 13, 130
OLDEST, NEWEST = (3, 11), (3, 15)
ADVISED = "3.14"


def unsupported(version: "tuple[int, int]", bits: int) -> str:
    """Why this Python cannot be used, in Swedish; empty when it can, or may."""
    advice = (
        f"Installera Python {ADVISED} (64 bitar) från python.org och kör kommandot igen med den."
    )
    if version < OLDEST:
        own = "{}.{}".format(*version)
        return f"Programmet behöver Python 3.11 eller senare, men det här är {own}. {advice}"
    if bits < 64:
        return f"Programmet behöver en Python för 64 bitar, men den här är för {bits}. {advice}"
    return ""


def newer(version: "tuple[int, int]") -> str:
    """A remark on a Python that the program has not been tried with; empty for those it has."""
    if version <= NEWEST:
        return ""
    own, newest = "{}.{}".format(*version), "{}.{}".format(*NEWEST)
    return (
        f"Python {own} är nyare än {newest}, den nyaste som programmet är prövat med. Vi försöker."
    )


def printable(text: str, encoding: str) -> str:
    """`text` with every character the console lacks in its plain form, or as a question mark."""

    def plain(character: str) -> str:
        try:
            character.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore")
            return bare.decode() or "?"
        return character

    return "".join(map(plain, text))


def say(text: str, end: str = "\n") -> None:
    """Print to standard error, on any console: standard output belongs to the analysis."""
    print(printable(text, sys.stderr.encoding or "ascii"), end=end, file=sys.stderr, flush=True)


def silently(command: "list[str]") -> int:
    """Run a command whose words are of no help; the result is its exit code."""
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def uv_from_the_registry(folder: str) -> "str | None":
    """A uv put into a folder with this Python's pip; None where it cannot be had."""
    pins = str(Path(__file__).resolve().parent / "requirements-uv.txt")
    quiet = ["-q", "--disable-pip-version-check", "--require-hashes", "--target", folder]
    silently([sys.executable, "-m", "pip", "install", *quiet, "-r", pins])
    return shutil.which("uv", path=str(Path(folder) / "bin"))


def with_other_python(arguments: "list[str]") -> int:
    """Offer to fetch a Python with uv and run this file with it; the result is the exit code."""
    if not sys.stdin.isatty():
        return EXIT_MACHINE
    say(f"Programmet kan i stället hämta Python {ADVISED} åt sig själv. Ska det göras? [j/N] ", "")
    if sys.stdin.readline().strip().lower() not in ("j", "ja"):
        return EXIT_MACHINE
    say(f"Hämtar Python {ADVISED} ...")
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or uv_from_the_registry(folder)
        if not uv or silently([uv, "python", "install", ADVISED]):
            say("Det gick inte att hämta den härifrån. Installera den i stället.")
            return EXIT_MACHINE
        run = [uv, "run", "--no-project", "--python", ADVISED, str(Path(__file__).resolve())]
        return subprocess.call([*run, *arguments])


_REFUSAL = unsupported(sys.version_info[:2], 64 if sys.maxsize > 2**32 else 32)
if _REFUSAL:
    # Here and not in main(): what follows need not even be defined on an old Python.
    say(_REFUSAL)
    sys.exit(with_other_python(sys.argv[1:]))


COMMANDS = {
    "report": "kör hela analysen och gör rapporten i _site/ (det som görs utan kommando)",
    "check": "granskar råfiler utan att köra något",
    "preview": "visar den färdiga rapporten i webbläsaren",
    "doctor": "visar vad som är installerat och vad som saknas",
    "kolada": "hämtar officiella värden från Kolada",
    "kommentar": "lägger tomma kommentarer att skriva i, en för varje sida",
    "texter": "skriver en lista på alla värden som texterna får använda",
    "mallar": "lägger färdiga mallar att fylla i, och en PowerPoint-mall att lägga sin form på",
    "workshop": "gör bilder, övningsblad och förslagsblad till planens workshop",
    "flytta": "packar det som är kommunens eget, för en annan dator eller en ny version",
    "las": "lägger svarens fritexter, maskade, i en arbetsbok som bara finns på datorn",
    "publish": "sparar den färdiga rapporten som årets publicering",
    "lab": "öppnar anteckningsböckerna i JupyterLab",
    "example": "skapar exempeldata",
    "test": "kör alla tester",
}
RENDERING = ("report", "test", "doctor")

# Variables of another Python or installation that would bend ours, or have each of the run's
# processes compile every module anew.
FOREIGN = {
    "PYTHONDONTWRITEBYTECODE",
    *("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__"),
    *("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "UV_PYTHON", "UV_SYSTEM_PYTHON"),
}

QUARTO_AT_LEAST = (1, 9)
QUARTO_SECONDS = 60.0
# Where the quarto-cli package fetches the program during its build.
QUARTO_SOURCE = "https://github.com/quarto-dev/quarto-cli/releases"
QUARTO_ANSWER_SECONDS = 3.0
ROOM_NEEDED = 1_500_000_000

# What a tool's output says → what is wrong → what to do. The first match counts.
DIAGNOSES = (
    (
        r"no space left|errno 28\b|os error (28|112)\b|not enough space",
        "Disken är full.",
        "Frigör minst 2 GB och kör kommandot igen.",
    ),
    (
        r"ensurepip|no module named '?venv",
        "Pythons modul för virtuella miljöer saknas.",
        "På Debian och Ubuntu: kör ”sudo apt install python3-venv” och sedan kommandot igen.",
    ),
    (
        r"certificate|unknownissuer|sslerror",
        "Nätverkets certifikat godtogs inte.",
        "Be it-avdelningen om nätverkets rotcertifikat och sätt SSL_CERT_FILE till den filen.",
    ),
    (
        r"proxyerror|proxy authentication|407 proxy|tunnel connection",
        "Nätverkets proxy släppte inte igenom hämtningen.",
        "Be it-avdelningen om proxyns adress och sätt HTTPS_PROXY till den.",
    ),
    (
        r"hash(es)? mismatch|do not match the hashes",
        "En hämtad programfil stämmer inte med den godkända versionen.",
        "Kör kommandot igen. Hjälper det inte: kontakta it-avdelningen, för då ändras filerna på "
        "vägen hit.",
    ),
    (
        r"getaddrinfo|name resolution|name or service|dns error|newconnectionerror|timed out|"
        r"connecttimeout|connection (error|refused|reset|aborted)|network is unreachable|"
        r"error sending request|failed to fetch|from versions: none|no route to host",
        "Paketen kunde inte hämtas: nätverket svarade inte.",
        "Kontrollera anslutningen och kör kommandot igen. Kräver nätverket en proxy: "
        "sätt HTTPS_PROXY till dess adress.",
    ),
    (
        r"no matching distribution|wheels are required|no wheels|not a supported wheel",
        "Det finns inga färdiga paket för den här datorn.",
        "Använd Python 3.11–3.15 (64 bitar) på Windows, Linux eller en Mac med Apple-processor.",
    ),
    (
        r"winerror 206|file ?name too long|errno 36\b|os error (3|36|206)\b",
        "Mappens sökväg är för lång för Windows.",
        "Flytta mappen till en kort sökväg, till exempel C:\\nki, och kör kommandot igen.",
    ),
    (
        r"unicode(en|de)codeerror",
        "Mappens sökväg har tecken som den här datorn inte kan läsa.",
        "Flytta mappen till en sökväg med vanliga bokstäver, till exempel C:\\nki.",
    ),
    (
        r"permission denied|access is denied|read-only file system|winerror (5|32)\b|"
        r"errno (13|30)\b|os error (5|13|32)\b",
        "Mappen får inte ändras, eller så används den av ett annat program.",
        "Stäng program som använder .venv (till exempel Jupyter) och kontrollera att du får "
        "skriva i mappen.",
    ),
)


class SetupError(Exception):
    """The environment could not be made; `str()` is the whole Swedish message."""

    def __init__(self, cause: str, fix: str, output: str = "") -> None:
        told = "".join(f"\n    {line}" for line in last_lines(output, 4))
        super().__init__(f"{cause}\n  {fix}" + (f"\n  Verktyget sade:{told}" if told else ""))


class ToolError(Exception):
    """A tool ended with an error; `str()` is its output."""


class Stamp(NamedTuple):
    """What a finished set-up was made from; an empty part is not set up.

    `base` covers the pins, the Python and the platform: another value means a new environment.
    `tests`, `project` and `quarto` are added to an environment that stands.
    """

    base: str = ""
    tests: str = ""
    project: str = ""
    quarto: str = ""

    def covers(self, wanted: "Stamp") -> bool:
        """Whether nothing that is wanted (not empty) is missing here."""
        return all(not part or part == own for own, part in zip(self, wanted, strict=True))


class Venv(NamedTuple):
    """Where things lie in the virtual environment."""

    folder: Path
    windows: bool = os.name == "nt"

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if self.windows else "bin")

    @property
    def python(self) -> Path:
        return self.scripts / ("python.exe" if self.windows else "python")

    @property
    def uv(self) -> Path:
        return self.scripts / ("uv.exe" if self.windows else "uv")

    @property
    def stamp(self) -> Path:
        return self.folder / "nki-stamp.json"

    @property
    def lock(self) -> Path:
        return self.folder / "nki-setup.lock"

    def usable(self) -> bool:
        """Whether its Python is there, and the Python that it was made from."""
        try:
            configuration = (self.folder / "pyvenv.cfg").read_text("utf-8", "replace")
        except OSError:
            return False
        home = re.search(r"^home\s*=\s*(.+?)\s*$", configuration, re.MULTILINE)
        return self.python.exists() and home is not None and Path(home.group(1)).is_dir()


# --- what is set up ---------------------------------------------------------------------------


def fingerprint(*parts: str | Path) -> str:
    """One hash of texts and of the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode("utf-8", "replace")
        total.update(b"%d:" % len(content) + content)
    return total.hexdigest()


def wanted_stamp(root: Path, command: str, quarto: bool) -> Stamp:
    """The stamp that `command` needs in the project folder `root`."""
    python = "{}.{}".format(*sys.version_info)
    return Stamp(
        base=fingerprint(root / "requirements.txt", python, sysconfig.get_platform()),
        tests=fingerprint(root / "requirements-dev.txt") if command == "test" else "",
        # The place counts: a copied folder must never run the code of the one it came from.
        project=fingerprint(root / "pyproject.toml", str(root)),
        quarto=fingerprint(root / "requirements-quarto.txt")
        if quarto and command in RENDERING
        else "",
    )


def read_stamp(path: Path) -> Stamp:
    """The stamp in `path`; an empty one where there is none or it cannot be read."""
    try:
        return Stamp(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Stamp()


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write in one step: a stamp is there whole or not at all."""
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(stamp._asdict()), "utf-8")
    aside.replace(path)


# --- running tools ----------------------------------------------------------------------------


def home_folder(env: dict[str, str], spare: Path) -> str:
    """The user's home where it can be written, else `spare`: caches and Jupyter need one."""
    home = env.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - never raises
    return home if Path(home).is_dir() and os.access(home, os.W_OK | os.X_OK) else str(spare)


def child_environment(env: dict[str, str], venv: Venv) -> dict[str, str]:
    """The environment variables of everything started here."""
    child = {key: value for key, value in env.items() if key.upper() not in FOREIGN}
    encoding = env.get("PYTHONIOENCODING", "").split(":")[0] or "utf-8"
    child.update(
        PYTHONUTF8="1",
        PYTHONIOENCODING=f"{encoding}:replace",
        PYTHONNOUSERSITE="1",
        VIRTUAL_ENV=str(venv.folder),
        PATH=os.pathsep.join(filter(None, [str(venv.scripts), env.get("PATH", os.defpath)])),
    )
    if not venv.windows:
        child["HOME"] = home_folder(env, venv.folder / "home")
    return child


def last_lines(output: str, most: int) -> list[str]:
    """The last lines of a tool's output that say something.

    Without colours, and without pip's list of what only other platforms need.
    """
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output)
    lines = [line.strip()[:240] for line in re.split(r"[\r\n]+", plain)]
    return [line for line in lines if re.search(r"\w", line) and "markers '" not in line][-most:]


def diagnosis(output: str) -> tuple[str, str]:
    """What went wrong and what to do, from a tool's output."""
    end = "\n".join(last_lines(output, 40))  # before it stand names of packages, not reasons
    for pattern, cause, fix in DIAGNOSES:
        if re.search(pattern, end, re.IGNORECASE):
            return cause, fix
    return (
        "Förberedelsen misslyckades.",
        "Kör kommandot igen. Hjälper det inte: ta bort mappen .venv och försök på nytt.",
    )


def stop(process: subprocess.Popen[Any]) -> None:
    """End a process and what it started."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_tool(
    command: list[str],
    doing: str,
    env: dict[str, str],
    log: Path,
    lock: int,
    limit: float = float("inf"),
) -> None:
    """Run a tool with one line of progress; its output goes to `log`.

    The tool inherits the lock. Should this program be killed, the lock holds until the tool
    has ended too, and the next set-up cannot get in its way.
    """
    start = time.monotonic()
    terminal = sys.stderr.isatty()
    say(f"{doing} ... ", end="")
    inherited: dict[str, Any] = {}
    if os.name != "nt":
        inherited = {"pass_fds": (lock,), "start_new_session": True}
    with log.open("w+b") as output:
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **inherited
        )
        try:
            while True:
                seconds = time.monotonic() - start
                if seconds > limit:
                    raise ToolError(f"timed out after {limit:.0f} s")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    code = process.wait(min(1.0, limit - seconds + 0.01))
                    break
                if terminal:
                    say(f"\r{doing} ... {seconds:.0f} s ", end="")
        except BaseException:
            stop(process)
            say("")
            raise
        seconds = time.monotonic() - start
        say(f"\r{doing} ... " if terminal else "", end="")
        if code:
            say(f"gick inte ({seconds:.0f} s)")
            output.seek(0)
            raise ToolError(output.read().decode("utf-8", "replace"))
        say(f"klart ({seconds:.0f} s)")


# --- the set-up -------------------------------------------------------------------------------


def try_lock(handle: int) -> bool:
    """Take the lock if it is free. A file system without locks counts as free."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@contextlib.contextmanager
def exclusive(path: Path, patience: float = 1800.0) -> Iterator[int]:
    """Hold the lock file `path`; give its handle. The system frees it when a holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    waiting = False
    with path.open("ab") as file:
        file.seek(0)
        while not try_lock(file.fileno()):
            if time.monotonic() > deadline:
                raise SetupError(
                    "En annan förberedelse i samma mapp blir inte klar.",
                    "Avsluta andra fönster där programmet körs och försök igen.",
                )
            if not waiting:
                say("Väntar på en annan förberedelse i samma mapp ...")
            waiting = True
            time.sleep(0.2)
        yield file.fileno()


def find_uv(venv: Venv, env: dict[str, str]) -> str:
    """A uv that runs: a name on the PATH may be a launcher with nothing behind it."""
    found = shutil.which("uv", path=env["PATH"])
    if found:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            answer = [found, "--version"]
            if not subprocess.run(answer, env=env, capture_output=True, timeout=20).returncode:
                return found
    return ""


class Installer:
    """Makes the environment and puts packages into it, with uv or else with pip."""

    def __init__(self, venv: Venv, root: Path, env: dict[str, str], lock: int) -> None:
        self.venv, self.root, self.lock = venv, root, lock
        # uv trusts only its own certificates unless told: municipal networks have theirs.
        defaults = {"UV_SYSTEM_CERTS": "1", "NO_COLOR": "1"}
        self.env = {**defaults, **child_environment(env, venv)}
        self.uv = find_uv(venv, self.env)

    def run(self, command: list[str], doing: str, limit: float = float("inf")) -> None:
        """Run a tool of the set-up."""
        run_tool(command, doing, self.env, self.venv.folder / "nki-setup.log", self.lock, limit)

    def make(self) -> None:
        """Make the environment anew in its folder, which keeps nothing but the lock."""
        for old in self.venv.folder.iterdir():
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            elif old != self.venv.lock:
                old.unlink()
        # The uv that was found may have been the emptied environment's own.
        self.uv = find_uv(self.venv, self.env)
        # Not sys.executable: that may be the very environment that was just emptied.
        python = getattr(sys, "_base_executable", sys.executable)
        doing = "Förbereder datorn: gör plats för programmet"
        if self.uv:
            options = ["--allow-existing", "--no-project", "--python", python]
            with contextlib.suppress(ToolError):
                self.run([self.uv, "venv", *options, str(self.venv.folder)], doing)
                return
        self.run([python, "-m", "venv", str(self.venv.folder)], doing)
        with contextlib.suppress(ToolError):
            pinned = str(self.root / "requirements-uv.txt")
            self.run(
                [*self.pip(), "--require-hashes", "-r", pinned],
                "Förbereder datorn: hämtar installeraren",
            )
            self.uv = find_uv(self.venv, self.env)

    def pip(self) -> list[str]:
        """The command of pip, without what to install."""
        quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
        quick = ["--no-compile", "--retries", "2", "--timeout", "15"]
        return [str(self.venv.python), "-m", "pip", "install", *quiet, *quick]

    def install(self, arguments: list[str], doing: str, limit: float = float("inf")) -> None:
        """Install with uv; if that fails, with pip, which reads the computer's pip settings."""
        if self.uv:
            python = str(self.venv.python)
            try:
                self.run(
                    [self.uv, "pip", "install", "--no-progress", "--python", python, *arguments],
                    doing,
                    limit,
                )
            except ToolError as failure:
                if limit < float("inf") or re.search(DIAGNOSES[0][0], str(failure), re.IGNORECASE):
                    raise
                self.uv, doing = "", f"{doing}, nu med pip"
            else:
                return
        self.ensure_pip()
        self.run([*self.pip(), *arguments], doing, limit)

    def ensure_pip(self) -> None:
        """Put pip into an environment that uv made without it."""
        python = str(self.venv.python)
        probe = [python, "-c", "import pip"]
        if subprocess.run(probe, env=self.env, capture_output=True).returncode:
            self.run([python, "-m", "ensurepip"], "Förbereder datorn: lägger till pip")

    def packages(self, requirements: str, doing: str) -> None:
        """Install pinned packages, only ready-made ones: a build would need a compiler."""
        file = str(self.root / requirements)
        self.install(["--only-binary", ":all:", "--require-hashes", "-r", file], doing)

    def project(self) -> None:
        """Install the project itself as a link to ``src/``, without fetching anything."""
        self.install(
            ["--no-deps", "--no-build-isolation", "-e", str(self.root)],
            "Förbereder datorn: lägger till programmet",
        )
        question = "import importlib.util as u; s = u.find_spec('analysis'); print(s and s.origin)"
        answer = subprocess.run(
            [str(self.venv.python), "-X", "utf8", "-c", question],
            env=self.env,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        origin = Path(answer.stdout.strip() or ".")
        if not origin.is_file() or self.root / "src" not in origin.resolve().parents:
            # The link is a text file in the computer's own encoding.
            raise ToolError(f"UnicodeDecodeError: {answer.stdout}{answer.stderr}")

    def quarto(self, source: "Address") -> None:
        """Try to install Quarto once; without it the built-in engine renders."""
        if (quarto_version(self.env) or (0,)) >= QUARTO_AT_LEAST:
            return
        file = str(self.root / "requirements-quarto.txt")
        # The built-in engine makes the same report, so a failure is no news to the coordinator.
        with contextlib.suppress(ToolError, OSError):
            if source.within(QUARTO_ANSWER_SECONDS):
                self.install(
                    ["--no-deps", "--no-build-isolation", "--require-hashes", "-r", file],
                    "Förbereder datorn: prövar Quarto (högst en minut)",
                    QUARTO_SECONDS,
                )


def quarto_version(env: dict[str, str]) -> tuple[int, ...] | None:
    """The version of the Quarto on the PATH, if one runs."""
    found = shutil.which("quarto", path=env["PATH"])
    if not found:
        return None
    try:
        answer = subprocess.run([found, "--version"], env=env, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.match(rb"\s*(\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, number.groups())) if number and not answer.returncode else None


class Address:
    """A web address that is asked whether it answers, while other things go on."""

    def __init__(self, address: str) -> None:
        self.asked = time.monotonic()
        self.answered = threading.Event()
        # Looking up a name may hang longer than any limit given to it.
        self.asking = threading.Thread(target=self._ask, args=(address,), daemon=True)
        self.asking.start()

    def _ask(self, address: str) -> None:
        import urllib.request  # slow to import, and not needed once all is set up

        with contextlib.suppress(Exception):
            request = urllib.request.Request(address, method="HEAD")
            with urllib.request.urlopen(request, timeout=QUARTO_ANSWER_SECONDS):
                self.answered.set()

    def within(self, seconds: float) -> bool:
        """Whether it has answered so many seconds after it was asked."""
        self.asking.join(max(0.0, self.asked + seconds - time.monotonic()))
        return self.answered.is_set()


def set_up(root: Path, venv: Venv, wanted: Stamp, env: dict[str, str]) -> None:
    """Bring the environment to `wanted`. The stamp goes first and comes back last.

    A set-up that was cut short leaves no stamp, and an environment without one is made anew:
    installers take a half-written package for an installed one.
    """
    with exclusive(venv.lock) as lock:
        done = read_stamp(venv.stamp)  # another run may have finished while this one waited
        if done.covers(wanted) and venv.usable():
            return
        venv.stamp.unlink(missing_ok=True)
        # Asked now, so that a closed network costs no time when the answer is needed.
        source = Address(QUARTO_SOURCE) if wanted.quarto else None
        installer = Installer(venv, root, env, lock)
        if done.base != wanted.base or not venv.usable():
            done = Stamp()
            remark = newer(sys.version_info[:2])
            if remark:
                say(remark)
            if shutil.disk_usage(root).free < ROOM_NEEDED:
                raise SetupError(*diagnosis("no space left"))
            installer.make()
            if not wanted.tests:
                first = "Förbereder datorn: hämtar det som behövs (första gången, tar någon minut)"
                installer.packages("requirements.txt", first)
        if wanted.tests and done.tests != wanted.tests:
            installer.packages(
                "requirements-dev.txt", "Förbereder datorn: hämtar det som testerna behöver"
            )
        if done.project != wanted.project:
            installer.project()
        now = Stamp(*(new or old for new, old in zip(wanted, done, strict=True)))
        if source and now.quarto != done.quarto:
            # Stamped before: what an interrupted attempt leaves behind harms nothing.
            write_stamp(venv.stamp, now._replace(quarto=""))
            installer.quarto(source)
        write_stamp(venv.stamp, now)


def prepare(root: Path, venv: Venv, command: str, env: dict[str, str]) -> None:
    """Set up what `command` needs, or raise `SetupError`."""
    try:
        wanted = wanted_stamp(root, command, quarto=env.get("NKI_QUARTO") != "0")
        if not (read_stamp(venv.stamp).covers(wanted) and venv.usable()):
            set_up(root, venv, wanted, env)
    except ToolError as failure:
        raise SetupError(*diagnosis(str(failure)), output=str(failure)) from None
    except OSError as failure:
        if failure.errno == errno.ENOENT and failure.filename:
            raise SetupError(
                f"Filen {failure.filename} saknas.", "Hämta hem hela projektmappen på nytt."
            ) from None
        raise SetupError(*diagnosis(str(failure)), output=str(failure)) from None


# --- the commands -----------------------------------------------------------------------------


def usage() -> str:
    """The help text."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    first = "Användning: python run.py [kommando] [val]"
    return "\n".join([first, "", *lines, "", "Mer hjälp: python run.py KOMMANDO --help"])


def parse(arguments: list[str]) -> tuple[str, list[str]]:
    """The command and what is passed on to it; ``ValueError`` in Swedish for an unknown one."""
    if not arguments or arguments[0].startswith("-"):
        return "report", arguments
    if arguments[0] in COMMANDS:
        return arguments[0], arguments[1:]
    near = difflib.get_close_matches(arguments[0], COMMANDS, 1)
    hint = f" Menade du {near[0]}?" if near else ""
    raise ValueError(f"Kommandot {arguments[0]} finns inte.{hint}\n\n{usage()}")


def hand_over(command: list[str], env: dict[str, str], windows: bool) -> int:
    """Become `command`; on Windows, which cannot, wait for it and give its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    if not windows:
        os.execve(command[0], command, env)
    process = subprocess.Popen(command, env=env)
    while True:
        # Ctrl-C reaches the child too: it decides how to end.
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


def main(arguments: list[str]) -> int:
    """Run one command; the result is the exit code."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(printable(usage(), sys.stdout.encoding or "ascii"))
        return EXIT_DONE
    try:
        command, rest = parse(arguments)
    except ValueError as failure:
        say(str(failure))
        return EXIT_USAGE
    root = Path(__file__).resolve().parent
    venv = Venv(root / ".venv")
    env = dict(os.environ)
    try:
        prepare(root, venv, command, env)
    except SetupError as failure:
        say(str(failure))
        return EXIT_MACHINE
    except KeyboardInterrupt:
        say("\nAvbrutet. Kör kommandot igen för att fortsätta.")
        return EXIT_INTERRUPTED
    if command == "test":
        os.chdir(root)
        target = ["pytest", *rest]
    else:
        target = ["analysis", command, *rest]
    python = [str(venv.python), "-X", "utf8", "-m"]
    return hand_over([*python, *target], child_environment(env, venv), venv.windows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
