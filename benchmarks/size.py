"""What the set-up weighs on the disk, package by package: ``python benchmarks/size.py``.

Makes an environment of the pins of a yearly run in a temporary folder (from the installer's cache
where it has one) and adds up the files of each package.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 12


def weights(folder: Path) -> Counter[str]:
    """Bytes of each package installed under a folder."""
    sizes: Counter[str] = Counter()
    # lib64 is another name of lib.
    places = {path.resolve() for path in folder.glob("[Ll]ib*/**/site-packages")}
    for found in distributions(path=[str(path) for path in places]):
        for file in found.files or ():
            path = Path(str(file.locate()))
            if path.is_file():
                sizes[found.metadata["Name"]] += path.stat().st_size
    return sizes


def main() -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if not uv:
        sys.exit("uv is needed, and is not on the PATH")
    with tempfile.TemporaryDirectory() as made:
        pins = str(ROOT / "requirements.txt")
        install = [
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            made,
            "--only-binary",
            ":all:",
            "-r",
            pins,
        ]
        for command in ([uv, "venv", "-q", "--python", sys.executable, made], install):
            subprocess.run(command, check=True)
        sizes = weights(Path(made))
    total = sum(sizes.values())
    for name, size in sizes.most_common(SHOWN):
        sys.stdout.write(f"{size / 1e6:8.0f} MB  {name}\n")
    others = total - sum(size for _, size in sizes.most_common(SHOWN))
    sys.stdout.write(f"{others / 1e6:8.0f} MB  {len(sizes) - SHOWN} others\n")
    sys.stdout.write(f"{total / 1e6:8.0f} MB  all\n")


if __name__ == "__main__":
    main()
