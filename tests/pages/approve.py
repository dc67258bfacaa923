"""Approves the present text of every page. Read the difference in git before you commit it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ["NKI_APPROVE"] = "1"
    sys.exit(pytest.main([str(Path(__file__).parent), "-n0", "-q"]))
