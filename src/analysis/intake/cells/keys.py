"""Keys of the columns that the code uses by name; their headers stand in ``config/``."""

from __future__ import annotations

AREA = "myndighetsomrade"
CASE_YEAR = "arendear"
CASE_YEAR_OFFICIAL = "arende_ar"
PERIOD = "period"
CUSTOMER = "kundgrupp"
ANSWER_ID = "svar_id"
MUNICIPALITY = "kommun"
FIELDS = {
    "outcome": "utfall",
    "case_type": "arendetyp",
    "company_size": "foretagsstorlek",
    "industry": "bransch",
}
"""Background columns of clean answers and the columns of the file they come from."""
