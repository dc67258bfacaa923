"""From bytes to rows of cells, within limits; knows formats but nothing of surveys."""

from analysis.intake.reading.files import Sheet, read_json, read_sheets

__all__ = ["Sheet", "read_json", "read_sheets"]
