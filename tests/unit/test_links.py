"""Addresses in a finished site: nothing is fetched from outside, and every link has an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.render import links


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sida.html", '<script src="https://ute.example/a.js"></script>'),
        ("sida.html", '<link rel="stylesheet" href="//ute.example/a.css">'),
        ("sida.html", '<link rel="preconnect" href="https://ute.example">'),
        ("sida.html", '<img srcset="inne.png 1x, https://ute.example/b.png 2x">'),
        ("sida.html", "<style>@import 'https://ute.example/a.css';</style>"),
        ("sida.html", '<p style="background: url(https://ute.example/a.png)">'),
        ("libs/tema.css", '@import"https://ute.example/css2?family=Source+Sans+Pro";'),
        ("libs/tema.css", "@font-face { src: url( 'HTTPS://ute.example/a.woff2' ) }"),
    ],
)
def test_what_a_page_fetches_from_outside_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "inne.png").touch()
    (problem,) = links.check(tmp_path)
    assert problem.where == name
    assert "ute.example" in problem.cause.lower()


def test_links_and_names_are_not_fetching(tmp_path: Path) -> None:
    (tmp_path / "libs").mkdir()
    (tmp_path / "libs" / "a.js").touch()
    (tmp_path / "sida.html").write_text(
        '<html xmlns="http://www.w3.org/1999/xhtml"><link rel="canonical" href="https://ute.example">'
        '<script src="libs/a.js"></script><a href="https://ute.example">Källa</a>'
        '<a href="http://[fel">Trasig</a>'
        '<img src="data:image/svg+xml,%3csvg xmlns=http://www.w3.org/2000/svg/%3e">'
        "<p>url(https://ute.example)</p></html>",
        "utf-8",
    )
    (tmp_path / "a.css").write_text(
        "a { background: url(\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'>\") }",
        "utf-8",
    )
    assert list(links.check(tmp_path)) == []


def test_an_address_on_many_pages_is_told_once(tmp_path: Path) -> None:
    for name in ("a.html", "b.html", "c.html"):
        (tmp_path / name).write_text('<script src="https://ute.example/a.js"></script>', "utf-8")
    (problem,) = links.check(tmp_path)
    assert problem.where == "a.html och 2 till"


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("finns-inte.html", "leder ingenstans"),
        ("omraden/", "leder ingenstans"),
        ("../utanfor.html", "leder ingenstans"),
        ("metod.html#saknas", "leder till en plats som inte finns"),
        ("#saknas", "leder till en plats som inte finns"),
    ],
)
def test_a_link_without_an_end_is_told(tmp_path: Path, link: str, fault: str) -> None:
    site = tmp_path / "_site"
    (site / "omraden").mkdir(parents=True)
    (tmp_path / "utanfor.html").touch()
    (site / "metod.html").write_text('<h2 id="sa-räknas-nki">Så räknas NKI</h2>', "utf-8")
    ends = '<a href="metod.html#sa-r%C3%A4knas-nki">a</a><a href="metod.html#sa-räknas-nki">b</a>'
    (site / "index.html").write_text(f'{ends}<a href="{link}">c</a>', "utf-8")
    (problem,) = links.check(site)
    assert (problem.cause, problem.where) == (f"Länken {link} {fault}.", "index.html")
