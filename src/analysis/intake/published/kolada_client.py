"""Requests to Kolada's open API (v3): segments, pages, pauses and new attempts."""

from __future__ import annotations

import http.client
import json
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from analysis import store
from analysis.errors import MachineError
from analysis.intake.published.kolada_answer import is_entries, value_of
from analysis.settings import Settings
from analysis.settings.kolada import Service

Opener = Callable[[urllib.request.Request, float], bytes]
"""Requests an address within a time limit (seconds) and returns the answer's bytes."""

RETRIED = frozenset((429, 500, 502, 503, 504))
LONGEST_PAUSE = 60.0
MEGABYTE = 1 << 20


def fetch(
    settings: Settings,
    *,
    base_url: str | None = None,
    today: date | None = None,
    opener: Opener | None = None,
    sleep: Callable[[float], None] | None = None,
    unfinished: Path | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> dict[str, object]:
    """Ask Kolada for every configured series, for the country and all municipalities.

    Parameters
    ----------
    settings
        Configuration.
    base_url
        Another address of the service than the configured one.
    today
        The last year asked for, and the version's date.
    opener, sleep
        Functions for requesting and for waiting.
    unfinished
        A folder for the answers of a fetch that is broken off; the next one on the same day goes
        on from there.
    tell
        Is told how many requests are finished, and of how many.

    Returns
    -------
    dict
        ``credit``, ``fetched``, ``kpis`` (id, title, date of publication) and ``values`` as
        Kolada gave them, without those that hold no value (a municipality that does not take
        part): the form that `parse` reads and that is saved.

    Raises
    ------
    MachineError
        When Kolada cannot be reached or does not answer in its own format.
    """
    when = today or date.today()
    service = settings.kolada.service
    address = (base_url or service.base_url).rstrip("/")
    ask = opener or partial(_open, most=service.megabytes_per_answer * MEGABYTE)
    client = _Client(service, address, ask, sleep or time.sleep)
    # Kept by the day as well: values of two days are never put together.
    kept = store.Kept(unfinished, when.isoformat()) if unfinished else None
    ids = client.segments([kpi.id for kpi in settings.kolada.kpis])
    years = [str(year) for year in range(service.first_year, when.year + 1)]
    titles = [f"/kpi/{part}" for part in ids]
    data = [
        f"/data/kpi/{kpi}/municipality/{municipality}/year/{span}"
        for kpi in ids
        for municipality in client.segments(_codes(settings))
        for span in client.segments(years)
    ]
    answers: dict[str, list[dict[str, Any]]] = {}
    for number, path in enumerate((*titles, *data), start=1):
        answers[path] = client.answer(path, kept)
        if tell is not None:
            tell(number, len(titles) + len(data))
    if unfinished:
        shutil.rmtree(unfinished, ignore_errors=True)
    told = ("id", "title", "publication_date", "publ_period")
    kpis = [entry for path in titles for entry in answers[path]]
    values = [entry for path in data for entry in answers[path]]
    return {
        "credit": service.credit,
        "fetched": when.isoformat(),
        "kpis": [{key: kpi[key] for key in told if key in kpi} for kpi in kpis],
        "values": [entry for entry in values if value_of(entry.get("values")) is not None],
    }


def _codes(settings: Settings) -> list[str]:
    """The municipality, the country, the peers, and then every other municipality, each once."""
    report = settings.report
    return list(
        dict.fromkeys(
            [
                report.municipality.code,
                report.comparison.country.code,
                *report.comparison.peers.codes,
                *settings.municipalities,
            ]
        )
    )


@dataclass(frozen=True)
class _Client:
    service: Service
    base_url: str
    opener: Opener
    sleep: Callable[[float], None]

    def segments(self, ids: Sequence[str]) -> list[str]:
        """Ids as path segments of at most the number that Kolada accepts."""
        most = self.service.ids_per_segment
        return [",".join(ids[start : start + most]) for start in range(0, len(ids), most)]

    def answer(self, path: str, kept: store.Kept | None) -> list[dict[str, Any]]:
        """The entries of an answer: those that a broken-off fetch has kept, or asked for."""
        request = f"{self.base_url}{path}"
        if kept and (text := kept.get(request)) is not None:
            known: list[dict[str, Any]] = json.loads(text)
            return known
        entries = list(self.pages(path))
        if kept:
            kept.keep(request, json.dumps(entries))
        return entries

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """The entries of every page of an answer."""
        address: str | None = f"{self.base_url}{path}?per_page={self.service.per_page}"
        seen: set[str] = set()
        while address and address not in seen:
            seen.add(address)
            page = self._page(address)
            yield from page["values"]
            address = self._next(address, page.get("next_url") or page.get("next_page"))

    def _next(self, address: str, following: object) -> str | None:
        if isinstance(following, int) or (isinstance(following, str) and following.isdecimal()):
            parts = urllib.parse.urlsplit(address)
            query = dict(urllib.parse.parse_qsl(parts.query)) | {"page": str(following)}
            return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query)))
        if not isinstance(following, str) or not following:
            return None
        target = urllib.parse.urljoin(address, following)
        if urllib.parse.urlsplit(target).netloc != urllib.parse.urlsplit(address).netloc:
            raise _unreachable("Svaret hänvisar till en annan plats än Kolada.")
        return target

    def _page(self, address: str) -> dict[str, Any]:
        request = urllib.request.Request(address, headers={"Accept": "application/json"})
        wait = 1 / self.service.requests_per_second
        for attempt in range(1, self.service.attempts + 1):
            self.sleep(wait)
            try:
                content = self.opener(request, self.service.timeout_seconds)
                break
            except urllib.error.HTTPError as error:
                if error.code not in RETRIED:
                    raise _unreachable(f"Kolada svarade med felkod {error.code}.") from error
                wait = _pause(error.headers.get("Retry-After"), attempt)
                reason = f"Kolada svarade med felkod {error.code}"
            except (OSError, http.client.HTTPException) as error:
                wait = _pause(None, attempt)
                reason = str(getattr(error, "reason", error)) or type(error).__name__
        else:
            raise _unreachable(f"Inget svar efter {self.service.attempts} försök ({reason}).")
        if len(content) > self.service.megabytes_per_answer * MEGABYTE:
            raise _unreachable("Svaret är orimligt stort.")
        try:
            page = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _unreachable("Svaret är inte JSON.") from error
        if not isinstance(page, dict) or not is_entries(page.get("values")):
            raise _unreachable("Svaret har inte Koladas form.")
        return page


def _pause(told: str | None, attempt: int) -> float:
    return (
        min(float(told), LONGEST_PAUSE) if told and told.isdecimal() else float(2 ** (attempt - 1))
    )


def _open(request: urllib.request.Request, timeout: float, most: int) -> bytes:
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        # One byte more than allowed, so that a longer answer can be detected.
        content: bytes = answer.read(most + 1)
        if len(content) <= most and answer.length:
            # A bounded read does not detect a broken connection by itself.
            raise http.client.IncompleteRead(content, answer.length)
    return content


def _unreachable(cause: str) -> MachineError:
    return MachineError(
        "Kolada kunde inte nås",
        f"{cause} Inget har ändrats.",
        "Kontrollera nätet och kör kommandot igen: det som hämtats i dag hämtas inte en gång till. "
        "Eller spara svaret i webbläsaren och kör "
        "python run.py kolada FIL.",
    )
