"""Writes the example as a coordinator's files: changing headers, tertials, Excel, flaws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from analysis.example import truth
from analysis.example.simulate import simulate
from analysis.settings import Settings

BY_TERTIAL = 2023
IN_EXCEL = (2024, 2025)
NEW_HEADERS_FROM = 2024
DONT_KNOW = {2021: "Vet ej", 2022: "Vet ej", 2023: "Ingen åsikt", 2024: "Vet ej", 2025: "Vet ej"}

PROGRESS = """\
steg;datum;status;natt;avsett;kronor;anteckning;forvaltning
1.1;2024-03-15;klar;;;;;
1.2;2024-06-10;klar;7;9;;Möten med företagarföreningar;
1.3;2024-08-20;klar;;;;;
1.4;2024-08-30;klar;;;;;
2.1;2024-05-22;klar;36;41;;Två workshops;
3.1;2025-02-10;klar;;;18500;;
3.2;2025-05-28;klar;;;213000;Utbildade tjänstepersoner;
3.2;2025-05-28;klar;66;70;;;Samhällsbyggnadskontoret
3.2;2025-05-28;klar;24;30;;;Kommunstyrelsekontoret
3.2;2025-05-28;klar;28;40;;;Övriga förvaltningar
3.3;2026-04-16;klar;;;;Uppföljande utbildning;
3.3;2026-04-16;klar;52;70;;;Samhällsbyggnadskontoret
3.3;2026-04-16;klar;20;30;;;Kommunstyrelsekontoret
3.3;2026-04-16;klar;25;40;;;Övriga förvaltningar
4.1;2024-12-12;klar;;;;;
4.2;2025-01-28;klar;;;;;
4.3;2026-01-30;klar;;;;;
4.4;2025-12-15;klar;;;;Genomförd kurs 2025;
4.4;2025-12-15;klar;56;70;;;Samhällsbyggnadskontoret
4.4;2025-12-15;klar;22;30;;;Kommunstyrelsekontoret
4.4;2025-12-15;klar;26;40;;;Övriga förvaltningar
4.4;2026-10-30;pågår;;;;Genomförd kurs 2026;
4.4;2026-10-30;pågår;45;70;;;Samhällsbyggnadskontoret
4.4;2026-10-30;pågår;17;30;;;Kommunstyrelsekontoret
4.4;2026-10-30;pågår;19;40;;;Övriga förvaltningar
"""


DIALOGUES = """\
Förening;Datum;Område;Faktor;Sammanfattning;Får citeras
Påhittade företagare;2024-05-14;;Effektivitet;EXEMPELDATA: Det tar för lång tid att få besked.;ja
Påhittade företagare;2024-05-14;Bygglov;Information;;nej
Exempelkrögarna;2024-06-10;Serveringstillstånd;Bemötande;EXEMPELDATA: Vi blir vänligt mottagna.;ja
Exempelkrögarna;2025-03-18;Serveringstillstånd;Effektivitet;;nej
Skärgårdens exempelföretag;2025-05-06;Bygglov;Effektivitet;\
EXEMPELDATA: Säg hur lång kön är när ansökan kommer in.;ja
Exempelbyggarna;2025-10-21;Bygglov;Effektivitet;;nej
Exempelbyggarna;2025-10-21;Bygglov;Rättssäkerhet;EXEMPELDATA: Förklara besluten.;ja
Påhittade företagare;2026-03-12;;Effektivitet;EXEMPELDATA: Kortare tid, tack.;ja
Påhittade företagare;2026-03-12;Miljö- och hälsoskydd;Information;;nej
Exempelkrögarna;2026-04-22;Livsmedelskontroll;Kompetens;;nej
"""


def write(folder: Path, settings: Settings) -> list[Path]:
    """Write the example's raw files to a folder.

    Returns
    -------
    list of Path
        The files written: answers per year (one year by tertial, the newest in Excel), cases per
        year, the progress of the activities, and dialogues with associations.
    """
    folder.mkdir(parents=True, exist_ok=True)
    answers = simulate(settings)
    written: list[Path] = []
    for year in truth.YEARS:
        rows = _with_flaws(_as_brought(answers[answers["year"] == year], settings, year), year)
        if year == BY_TERTIAL:
            for period, part in rows.groupby(rows["Mätperiod"], sort=True):
                written.append(folder / f"insikt_{year}_{period}.csv")
                _write_csv(part, written[-1])
        elif year in IN_EXCEL:
            written.append(folder / f"insikt_{year}.xlsx")
            _write_excel(rows, written[-1], year)
        else:
            written.append(folder / f"insikt_{year}.csv")
            _write_csv(rows, written[-1])
        written.append(folder / f"arenden_{year}.csv")
        _write_csv(_cases(answers, settings, year), written[-1])
    written.append(folder / "aktiviteter.csv")
    written[-1].write_text(PROGRESS, encoding="utf-8-sig", newline="\n")
    written.append(folder / "dialog.csv")
    written[-1].write_text(DIALOGUES, encoding="utf-8-sig", newline="\n")
    return written


def _as_brought(answers: pd.DataFrame, settings: Settings, year: int) -> pd.DataFrame:
    """Canonical answers with the headers and spellings of the year's questionnaire."""
    questions = settings.questionnaire
    names = questions.labels
    new = year >= NEW_HEADERS_FROM
    sizes = next(field for field in questions.background if field.key == "foretagsstorlek").values
    spelled = pd.DataFrame(
        {
            "Respondent-ID" if new else "Löpnummer": answers["svar_id"],
            "Ärendeår": answers["year"],
            "Mätperiod": answers["period"],
            "Myndighetsområde": answers["area"].map(_area_spelling(names, year)),
            "Vem representerar du?" if new else "Kundgrupp": answers["customer"].map(
                {
                    "foretag": "Företag",
                    "privatperson": "Privatperson",
                    "forening": "Förening",
                    "offentlig": "Offentlig verksamhet",
                }
            ),
            "Hur blev utfallet i ditt ärende?" if new else "Ärendets utfall": answers[
                "outcome"
            ].map(
                {
                    "beviljat": "Beviljat",
                    "delvis": "Delvis beviljat",
                    "avslag": "Avslag",
                    "ej_tillampligt": "Ej tillämpligt",
                }
            ),
            "Typ av ärende" if new else "Ärendetyp": answers["case_type"],
            "Hur många anställda har företaget?" if new else "Antal anställda": answers[
                "company_size"
            ].map({key: spellings[0] for key, spellings in sizes.items()}),
            "Vilken bransch?" if new else "Bransch": answers["industry"],
        }
    )
    for number, item in enumerate(questions.items, start=1):
        header = item.text
        if new:
            header = f"F{number}. {(questions.columns[item.key]['2024'] or (item.text,))[0]}"
        scores = answers[item.key]
        text = scores.map(lambda score: "" if np.isnan(score) else str(int(score)))
        spelled[header] = text.where(scores != 0, DONT_KNOW[year])
    spelled["Kommentar"] = ""
    return spelled.reset_index(drop=True)


def _area_spelling(names: Mapping[str, str], year: int) -> dict[str, str]:
    spelling = {key: names[key] for key in truth.AREAS}
    if year < NEW_HEADERS_FROM:
        spelling |= {"livsmedelskontroll": "Livsmedel", "brandskydd": "Brandtillsyn"}
    return {**spelling, "folkol_tobak": "Folköl/tobak"}


def _with_flaws(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """A few flaws as in real files; none of them changes a calibrated index."""
    if year == 2022:
        return pd.concat([rows, rows.iloc[[3]]], ignore_index=True)
    if year == 2024:
        flawed = rows.copy()
        last = flawed.columns[-2]
        # In unanswered cells of companies only, since answers from others are set aside whole.
        blank = (flawed[last] == "") & (flawed["Vem representerar du?"] == "Företag")
        flawed.loc[flawed.index[blank][:1], last] = "11"
        unknown = flawed.iloc[[5]].copy()
        unknown["Respondent-ID"] = "E90001"
        unknown["Myndighetsområde"] = "Parkeringstillstånd"
        return pd.concat([flawed, unknown], ignore_index=True)
    return rows


def _cases(answers: pd.DataFrame, settings: Settings, year: int) -> pd.DataFrame:
    """Closed cases, invitations and company answers per area, from an answer rate of 40–60 %."""
    rng = np.random.default_rng((truth.SEED, year))
    counted = answers[(answers["year"] == year) & (answers["customer"] == "foretag")]
    sizes = counted.groupby("area").size()
    rows = []
    for area, answered in sizes.items():
        invited = round(answered / rng.uniform(0.4, 0.6))
        closed = round(invited * rng.uniform(1.05, 1.3))
        rows.append((settings.questionnaire.labels[str(area)], closed, invited, int(answered)))
    return pd.DataFrame(rows, columns=["myndighetsomrade", "avslutade", "utskick", "svar"])


def _write_csv(rows: pd.DataFrame, path: Path) -> None:
    rows.to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\n")


def _write_excel(rows: pd.DataFrame, path: Path, year: int) -> None:
    """A workbook like a usual export: a title above the headers, scores as numbers."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": "EXEMPELDATA", "created": datetime(2026, 1, 1)})
        sheet = book.add_worksheet("Svar")
        sheet.write_string(0, 0, f"Insikt {year} – EXEMPELDATA, påhittade svar")
        sheet.write_row(2, 0, list(rows.columns))
        for number, row in enumerate(rows.itertuples(index=False), start=3):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.isdecimal():
                    sheet.write_number(number, column, int(value))
                elif value != "":
                    sheet.write(number, column, value)
