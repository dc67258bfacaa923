"""Kolada: asking by its rules, against a local stub; reading answers; keeping every version."""

from __future__ import annotations

import html
import io
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import intake, measures
from analysis.errors import InputDataError, MachineError, UsageError
from analysis.intake.published import kolada
from analysis.intake.reading import Reading
from analysis.settings import load

SETTINGS = load(Path(__file__).resolve().parents[2] / "config")
TODAY = date(2026, 4, 24)
TITLES = {kpi.id: kpi.title for kpi in SETTINGS.kolada.kpis}
ITEMS = list(SETTINGS.questionnaire.item_keys)
NO_ANSWERS = pd.DataFrame(columns=["year", "period", "area", *ITEMS]).astype(
    {"year": "int64", "period": "str", "area": "str", **dict.fromkeys(ITEMS, "float64")}
)
NO_CASES = pd.DataFrame({"year": [], "area": [], "closed": []})
# Never waits: the pauses are what the client asks for, not what a test needs.
PATIENT: Callable[[float], None] = lambda seconds: None  # noqa: E731


def entry(kpi: str, code: str, year: int, value: float | None, gender: str = "T") -> dict[str, Any]:
    values = [{"gender": gender, "status": "", "value": value, "count": 1}]
    return {"kpi": kpi, "municipality": code, "period": year, "values": values}


def answer(*entries: dict[str, Any], **more: object) -> dict[str, Any]:
    kpis = [{"id": key, "title": title} for key, title in TITLES.items()]
    return {"kpis": kpis, "values": list(entries), **more}


class Stub:
    """Kolada as its documentation describes it: pages of two entries, a limit of 25 ids."""

    def __init__(self, values: list[dict[str, Any]], titles: dict[str, str] = TITLES) -> None:
        self.values, self.titles = values, titles
        self.paths: list[str] = []
        self.failures: list[tuple[int, dict[str, str]]] = []
        # Bytes that are promised and never come, and blanks that come after the answer.
        self.missing_bytes = self.padding = 0
        # The number of requests after which every connection breaks.
        self.breaks_after: int | None = None

    def __call__(self, request: urllib.request.Request, timeout: float) -> bytes:
        assert timeout > 0
        url = urllib.parse.urlsplit(request.full_url)
        self.paths.append(url.path)
        if self.failures:
            code, headers = self.failures.pop(0)
            message = Message()
            for name, value in headers.items():
                message[name] = value
            raise urllib.error.HTTPError(request.full_url, code, "", message, io.BytesIO())
        parts = url.path.split("/v3/")[1].split("/")
        assert all(len(part.split(",")) <= 25 for part in parts)
        if parts[0] == "kpi":
            found = [{"id": key, "title": self.titles[key]} for key in parts[1].split(",")]
        else:
            ids, codes, years = (set(parts[place].split(",")) for place in (2, 4, 6))
            found = [
                value
                for value in self.values
                if value["kpi"] in ids
                and value["municipality"] in codes
                and str(value["period"]) in years
            ]
        query = dict(urllib.parse.parse_qsl(url.query))
        assert int(query["per_page"]) <= 5000
        page = int(query.get("page", 1))
        content: dict[str, Any] = {"values": found[2 * page - 2 : 2 * page]}
        if len(found) > 2 * page:
            following = urllib.parse.urlencode({**query, "page": page + 1})
            content["next_url"] = f"{url.scheme}://{url.netloc}{url.path}?{following}"
        return json.dumps(content).encode()


VALUES = [entry("U07451", "0188", year, 70.0 + year % 10) for year in range(2019, 2024)]
VALUES += [entry("U07453", "0188", 2024, 73.4), entry("U07447", "0000", 2024, 68.1)]


def test_every_page_is_read_in_segments_of_at_most_25_ids() -> None:
    stub = Stub(VALUES)
    content = kolada.fetch(SETTINGS, today=TODAY, opener=stub, sleep=PATIENT)
    assert sorted(map(str, content["values"])) == sorted(map(str, VALUES))  # type: ignore[call-overload]
    assert content["credit"] == "Källa: Kolada"
    assert content["fetched"] == "2026-04-24"
    assert any("/municipality/" in path and "0188" in path for path in stub.paths)


def test_every_municipality_is_asked_for_once_and_in_few_requests() -> None:
    """The stub refuses segments of more than 25 ids; ours, the country and the peers come first."""
    values = [entry("U07447", code, 2024, 70.0) for code in SETTINGS.municipalities]
    stub, told = Stub(values), []
    content = kolada.fetch(
        SETTINGS, today=TODAY, opener=stub, sleep=PATIENT, tell=lambda *of: told.append(of)
    )
    assert sorted(map(str, content["values"])) == sorted(map(str, values))  # type: ignore[call-overload]
    asked = [
        path.split("/municipality/")[1].split("/")[0] for path in stub.paths if "/data/" in path
    ]
    codes = [code for segment in dict.fromkeys(asked) for code in segment.split(",")]
    assert codes[:3] == ["0188", "0000", SETTINGS.report.comparison.peers.codes[0]]
    assert sorted(codes) == sorted({"0000", *SETTINGS.municipalities})
    requests = 1 + len(set(asked))
    assert told == [(number, requests) for number in range(1, requests + 1)]
    assert requests < 15


def test_a_municipality_that_does_not_take_part_is_not_saved() -> None:
    stub = Stub([*VALUES, entry("U07447", "0114", 2024, None)])
    content = kolada.fetch(SETTINGS, today=TODAY, opener=stub, sleep=PATIENT)
    assert sorted(map(str, content["values"])) == sorted(map(str, VALUES))  # type: ignore[call-overload]


def test_next_page_as_a_number_is_followed() -> None:
    pages = {"1": {"values": [VALUES[0]], "next_page": 2}, "2": {"values": [VALUES[1]]}}

    def opener(request: urllib.request.Request, timeout: float) -> bytes:
        url = urllib.parse.urlsplit(request.full_url)
        if "/data/" not in url.path or "0188" not in url.path:
            return b'{"values": []}'
        page = dict(urllib.parse.parse_qsl(url.query)).get("page", "1")
        return json.dumps(pages[page]).encode()

    content = kolada.fetch(SETTINGS, today=TODAY, opener=opener, sleep=PATIENT)
    assert content["values"] == VALUES[:2]


def test_a_busy_service_is_asked_again_after_the_pause_it_wants() -> None:
    stub, pauses = Stub(VALUES), []
    stub.failures = [(429, {"Retry-After": "7"}), (503, {})]
    kolada.fetch(SETTINGS, today=TODAY, opener=stub, sleep=pauses.append)
    assert 7.0 in pauses
    assert stub.paths[0] == stub.paths[1] == stub.paths[2]
    assert all(pause >= 1 / SETTINGS.kolada.service.requests_per_second for pause in pauses)


@pytest.mark.parametrize("code", [400, 404])
def test_a_lasting_fault_is_not_tried_again(code: int) -> None:
    stub = Stub(VALUES)
    stub.failures = [(code, {})]
    with pytest.raises(MachineError, match="Kolada kunde inte nås"):
        kolada.fetch(SETTINGS, today=TODAY, opener=stub, sleep=PATIENT)
    assert len(stub.paths) == 1


def test_a_page_somewhere_else_is_not_followed() -> None:
    def opener(request: urllib.request.Request, timeout: float) -> bytes:
        return b'{"values": [], "next_url": "http://elsewhere.example/v3/kpi"}'

    with pytest.raises(MachineError) as caught:
        kolada.fetch(SETTINGS, today=TODAY, opener=opener, sleep=PATIENT)
    assert "annan plats" in str(caught.value)


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"values": 1}', b'{"values": [1]}'])
def test_an_answer_of_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(MachineError):
        kolada.fetch(SETTINGS, today=TODAY, opener=lambda request, timeout: content, sleep=PATIENT)


@pytest.fixture
def server() -> Iterator[tuple[str, Stub]]:
    stub = Stub(VALUES)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = f"http://{self.headers['Host']}{self.path}"
            try:
                content = stub(urllib.request.Request(address), 1.0)
            except urllib.error.HTTPError as error:
                self.send_response(error.code)
                for name, value in error.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                return
            self.send_response(200)
            broken = stub.breaks_after is not None and len(stub.paths) > stub.breaks_after
            missing = stub.missing_bytes + (50 if broken else 0)
            self.send_header("Content-Length", str(len(content) + missing))
            self.end_headers()
            self.wfile.write(content + b" " * stub.padding)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as service:
        thread = threading.Thread(target=service.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{service.server_port}/v3", stub
        service.shutdown()
        thread.join()


def test_values_are_fetched_into_the_raw_folder(
    server: tuple[str, Stub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", PATIENT)
    told = kolada.bring(SETTINGS, tmp_path, base_url=server[0], today=TODAY)
    assert "7 värden hämtades, varav 6 för Norrtälje (2019–2024)" in told
    assert "De gäller 1\xa0kommun och riket." in told
    assert "Källa: Kolada" in told
    official = intake.look([tmp_path / "kolada_2026-04-24.json"], SETTINGS).official.values
    own = official[official["municipality_code"] == "0188"].set_index(["year", "definition"])
    assert own.loc[(2024, "total4"), "value"] == 73.4
    assert own.loc[(2019, "total6"), "published"] == TODAY
    assert "Inget nytt" in kolada.bring(SETTINGS, tmp_path, base_url=server[0], today=TODAY)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_server_that_is_busy_once_is_asked_again(
    server: tuple[str, Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    server[1].failures = [(429, {"Retry-After": "3"})]
    content = kolada.fetch(SETTINGS, base_url=server[0], today=TODAY)
    assert len(content["values"]) == len(VALUES)  # type: ignore[arg-type]
    assert 3.0 in pauses


def test_a_fetch_that_breaks_off_goes_on_where_it_stopped(
    server: tuple[str, Stub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Busy once, then every connection breaks in the middle; the next try asks for the rest."""
    monkeypatch.setattr("time.sleep", PATIENT)
    address, stub = server
    whole = kolada.fetch(SETTINGS, base_url=address, today=TODAY)
    asked, stub.paths[:] = list(stub.paths), []
    stub.failures, stub.breaks_after = [(429, {"Retry-After": "3"})], 8
    raw, kept = tmp_path / "raw", tmp_path / "kept"
    raw.mkdir()
    with pytest.raises(MachineError) as caught:
        kolada.bring(SETTINGS, raw, base_url=address, today=TODAY, unfinished=kept)
    assert "hämtas inte en gång till" in str(caught.value)
    assert not list(raw.iterdir())
    first, stub.paths[:] = list(stub.paths), []
    stub.breaks_after = None
    kolada.bring(SETTINGS, raw, base_url=address, today=TODAY, unfinished=kept)
    assert json.loads((raw / "kolada_2026-04-24.json").read_text("utf-8")) == whole
    # The pages of the request that broke are asked for again, and nothing else.
    assert set(first) | set(stub.paths) == set(asked)
    assert set(first) & set(stub.paths) == {stub.paths[0]}
    assert not kept.exists()


def test_what_another_day_began_is_not_gone_on_with(tmp_path: Path) -> None:
    stub = Stub(VALUES)
    yesterday = date(2026, 4, 23)

    def broken(request: urllib.request.Request, timeout: float) -> bytes:
        if "/data/" in request.full_url:
            raise urllib.error.URLError("broken")
        return stub(request, timeout)

    with pytest.raises(MachineError):
        kolada.fetch(
            SETTINGS, today=yesterday, opener=broken, sleep=PATIENT, unfinished=tmp_path / "kept"
        )
    stub.paths.clear()
    kolada.fetch(SETTINGS, today=TODAY, opener=stub, sleep=PATIENT, unfinished=tmp_path / "kept")
    assert any("/data/" not in path for path in stub.paths)
    assert not (tmp_path / "kept").exists()


def test_a_national_answer_fetched_or_saved_gives_the_same_comparison(tmp_path: Path) -> None:
    """150 municipalities with answers: rank, funnel and the peers' band, offline too."""
    codes = list(dict.fromkeys(["0188", *SETTINGS.report.comparison.peers.codes,
                                *list(SETTINGS.municipalities)[:160]]))[:150]  # fmt: skip
    values = [entry("U07453", "0000", 2024, 75.1)]
    values += [entry("U07453", code, 2024, 66.0 + i % 17) for i, code in enumerate(codes)]
    values += [entry("U07554", code, 2024, 40.0 + 3 * i) for i, code in enumerate(codes)]
    stub = Stub(values)
    fetched = kolada.fetch(SETTINGS, today=TODAY, opener=stub, sleep=PATIENT)
    saved = tmp_path / "svar.json"
    saved.write_text(json.dumps(fetched), "utf-8")
    told = kolada.bring(SETTINGS, tmp_path / "raw", saved=saved, today=TODAY)
    assert "De gäller 150\xa0kommuner och riket." in told
    official = intake.look([tmp_path / "raw" / "kolada_2026-04-24.json"], SETTINGS).official.values
    again = intake.look([saved], SETTINGS).official.values
    assert official.equals(again)
    mine = measures.indices(NO_ANSWERS, NO_CASES, official, SETTINGS)
    row = measures.comparison(mine, official, SETTINGS).iloc[0]
    assert (row["year"], row["country"], row["peers"], row["ranked"]) == (2024, 75.1, 7, 150)
    everyone = measures.panorama(mine, official, SETTINGS)
    assert (len(everyone), set(everyone["year"])) == (150, {2024})


@pytest.mark.parametrize(
    ("fault", "told"), [("missing_bytes", "Inget svar efter"), ("padding", "orimligt stort")]
)
def test_an_answer_that_ends_too_early_or_never_changes_nothing(
    fault: str,
    told: str,
    server: tuple[str, Stub],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.sleep", PATIENT)
    megabytes = SETTINGS.kolada.service.megabytes_per_answer
    server[1].missing_bytes = (megabytes + 1) << 20
    server[1].padding = server[1].missing_bytes if fault == "padding" else 0
    with pytest.raises(MachineError) as caught:
        kolada.bring(SETTINGS, tmp_path, base_url=server[0], today=TODAY)
    assert told in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_offline_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", PATIENT)
    monkeypatch.setattr("analysis.intake.published.kolada_client._open", _refuse)
    with pytest.raises(MachineError) as caught:
        kolada.bring(SETTINGS, tmp_path, today=TODAY)
    assert caught.value.exit_code == 13
    assert "Inget har ändrats" in str(caught.value)
    assert not list(tmp_path.iterdir())


def _refuse(request: urllib.request.Request, timeout: float, most: int) -> bytes:
    raise urllib.error.URLError("Name or service not known")


def test_a_correction_is_told_and_both_versions_are_kept(tmp_path: Path) -> None:
    for day, value in (("2025-04-24", 71.2), ("2025-09-01", 71.6)):
        saved = tmp_path / "svar.json"
        saved.write_text(json.dumps(answer(entry("U07447", "0188", 2024, value), fetched=day)))
        told = kolada.bring(SETTINGS, tmp_path / "raw", saved=saved, today=date.fromisoformat(day))
    assert "Ändrat sedan kolada_2025-04-24.json: NKI, bygglov 2024: 71,2 är nu 71,6." in told
    files = sorted((tmp_path / "raw").iterdir())
    assert len(files) == 2
    reading = intake.read(files, SETTINGS)
    seen = reading.raw
    assert seen.official.values["value"].tolist() == [71.6]
    assert seen.official.superseded["value"].tolist() == [71.2]
    corrected = reading.corrections
    assert corrected["earlier_published"].tolist() == [date(2025, 4, 24)]
    assert corrected[["earlier", "value", "corrected"]].values.tolist() == [[71.2, 71.6, True]]
    assert Reading(seen, 2023).corrections.empty
    told = " ".join(intake.check(files, SETTINGS).to_text().replace("\u00a0", " ").split())
    assert "bygglov 2024 är nu 71,6; tidigare 71,2" in told


def test_a_group_of_municipalities_is_kept_as_one() -> None:
    values = [entry("U07453", code, 2025, 75.0) for code in ("0188", "0000", "G37481")]
    answer = kolada.parse({"values": values}, SETTINGS, "svar.json")
    assert not answer.told.problems
    assert [row["municipality"] for row in answer.values] == [
        "Riket", "Norrtälje", "Kommungrupp G37481",
    ]  # fmt: skip


def test_a_group_is_nobody_a_report_could_be_about(tmp_path: Path) -> None:
    values = [entry("U07453", code, 2025, 75.0) for code in ("0188", "G37481")]
    (tmp_path / "kolada_svar.json").write_text(json.dumps({"values": values}), encoding="utf-8")
    assert intake.look([tmp_path], SETTINGS).municipalities() == ["0188"]
    told = intake.check([tmp_path], SETTINGS).to_text(200)
    assert "Kommungrupp G37481" in told
    assert "känns inte igen" not in told


@pytest.mark.parametrize(
    ("name", "wrapped"),
    [
        (
            "svar.html",
            lambda text: f"<html><body><pre>{html.escape(text)}</pre></body></html>".encode(),
        ),
        ("svar.htm", lambda text: f"<!DOCTYPE html><pre class='x'>{text}</pre>".encode("utf-16")),
        ("svar.json", lambda text: text.encode("utf-16")),
        ("svar.json", lambda text: text.encode("utf-16-le")),
        ("svar.json", lambda text: b"\xef\xbb\xbf" + text.encode()),
    ],
)
def test_an_answer_is_read_however_the_browser_saved_it(
    tmp_path: Path, name: str, wrapped: Callable[[str], bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(wrapped(json.dumps({"values": VALUES}, ensure_ascii=False)))
    assert intake.look([path], SETTINGS).official.values["value"].max() == 79.0
    assert "värden hämtades" in kolada.bring(SETTINGS, tmp_path / "raw", saved=path, today=TODAY)


def test_a_web_page_without_an_answer_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "kolada_svar.html"
    path.write_text("<html><body><p>Logga in</p></body></html>", encoding="utf-8")
    told = intake.check([path], SETTINGS).problems
    assert "webbsida" in str(told[0])


def test_a_reused_id_is_left_out_and_told() -> None:
    titles = {**TITLES, "U07447": "Nöjdhet med äldreomsorgen"}
    content = {
        "kpis": [{"id": k, "title": t} for k, t in titles.items()],
        "values": [entry("U07447", "0188", 2024, 80.0), entry("U07446", "0188", 2024, 70.0)],
    }
    read = kolada.parse(content, SETTINGS, "kolada.json")
    assert [value["scope"] for value in read.values] == ["brandskydd"]
    assert any("U07447 heter nu ”Nöjdhet med äldreomsorgen”" in note for note in read.told.notes)


def test_answers_and_rate_belong_to_the_total_of_their_definition() -> None:
    content = answer(
        entry("U07453", "0188", 2024, 73.4),
        entry("U07554", "0188", 2024, 186.0),
        entry("U07553", "0188", 2024, 41.5),
        entry("U07451", "0188", 2023, 71.0),
    )
    read = {value["definition"]: value for value in kolada.parse(content, SETTINGS, "k").values}
    assert (read["total4"]["n"], read["total4"]["response_rate"]) == (186, 0.415)
    assert read["total6"]["n"] is None


def test_a_factor_is_not_the_question_about_it() -> None:
    read = kolada.parse(answer(entry("U07510", "0188", 2023, 78.9)), SETTINGS, "k").values[0]
    assert (read["measure"], read["scope"], read["definition"]) == ("bemotande", "total", "total6")
    assert "inte frågan" in str(read["note"])


def test_values_of_one_gender_or_none_at_all_are_no_values() -> None:
    content = answer(
        entry("U07447", "0188", 2022, 70.0, gender="K"),
        entry("U07447", "0188", 2023, None),
        entry("U07447", "0188", 2024, 70.0),
    )
    assert [value["year"] for value in kolada.parse(content, SETTINGS, "k").values] == [2024]


def test_a_saved_answer_without_values_of_ours_changes_nothing(tmp_path: Path) -> None:
    saved = tmp_path / "svar.json"
    saved.write_text(json.dumps(answer(entry("N00001", "0188", 2024, 1.0))))
    with pytest.raises(InputDataError):
        kolada.bring(SETTINGS, tmp_path / "raw", saved=saved)
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("year", [25, 2008])
def test_a_year_before_every_value_is_refused(year: int) -> None:
    paths = [Path(__file__).resolve().parents[2] / "data" / "example" / "insikt_2021.csv"]
    with pytest.raises(UsageError) as caught:
        intake.read(paths, SETTINGS, last_year=year)
    assert caught.value.problems[0].fix == "Välj 2021 eller ett senare år efter --year."
