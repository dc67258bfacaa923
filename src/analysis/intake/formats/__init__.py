"""From bytes to rows of cells, within limits; knows formats but nothing of surveys."""

from analysis.intake.formats.files import read_json, read_sheets
from analysis.intake.formats.sheet import Sheet

__all__ = ["Sheet", "read_json", "read_sheets"]
