"""Note the settings as the program brings them, so that a municipality's own changes are known.

Run with ``python docs/make_shipped.py`` after a file of ``config/`` has changed.
"""

from pathlib import Path

from analysis.commands.moving.own import write_shipped

write_shipped(Path(__file__).resolve().parents[1] / "config")
