"""The way to a page and on from it, put into Quarto's pages."""

from __future__ import annotations

import lxml.html

from analysis.render.quarto_navigation import menu, with_ways

MENU = """
<header id="quarto-header"><nav class="navbar"><a class="navbar-brand" href="{up}index.html">S</a>
<ul class="navbar-nav"><li class="nav-item">
    <a class="nav-link active" href="{up}index.html" aria-current="page">
<span class="menu-text">Översikt</span></a></li>
<li class="nav-item dropdown">
    <a class="nav-link dropdown-toggle" href="#" id="nav-menu-områden" role="link">
 <span class="menu-text">Områden</span></a>
    <ul class="dropdown-menu"><li>
    <a class="dropdown-item" href="{up}omraden/bygglov.html">
 <span class="dropdown-text">Bygglov</span></a></li><li>
    <a class="dropdown-item" href="{up}omraden/miljo.html">
 <span class="dropdown-text">Miljö- &amp; hälsoskydd</span></a></li></ul></li>
<li class="nav-item">
    <a class="nav-link" href="{up}metod.html">
<span class="menu-text">Metod</span></a></li></ul></nav></header>
<main class="content" id="quarto-document-content">
<header><h1 class="title">{title}</h1></header><p>Text</p>
</main> <!-- /main -->"""


def page(path: str, title: str) -> str:
    return with_ways(MENU.format(up="../" * path.count("/"), title=title), path)


def ways(html: str, kind: str) -> list[tuple[str, str | None]]:
    found = lxml.html.fromstring(html).find_class(kind)
    return [
        (" ".join(one.text_content().split()), one.get("href"))
        for nav in found
        for one in nav.iter("a", "span")
        if one.getparent().tag in ("li", "nav")
    ]


def test_the_menu_is_read_in_order_with_its_headings() -> None:
    entries = menu(MENU.format(up="../", title="Bygglov"), "omraden/bygglov.html")
    assert [(entry.target, entry.under) for entry in entries] == [
        ("index.html", ""),
        ("omraden/bygglov.html", "Områden"),
        ("omraden/miljo.html", "Områden"),
        ("metod.html", ""),
    ]


def test_a_page_in_a_menu_tells_the_way_to_it() -> None:
    assert ways(page("omraden/bygglov.html", "Bygglov"), "breadcrumbs") == [
        ("Översikt", "../index.html"),
        ("Områden", None),
        ("Bygglov", None),
    ]
    assert ways(page("metod.html", "Metod"), "breadcrumbs") == []


def test_a_page_leads_on_to_those_beside_it() -> None:
    assert ways(page("index.html", "Översikt"), "page-navigation") == [
        ("Nästa Bygglov", "omraden/bygglov.html")
    ]
    assert ways(page("omraden/miljo.html", "Miljö"), "page-navigation") == [
        ("Föregående Bygglov", "../omraden/bygglov.html"),
        ("Nästa Metod", "../metod.html"),
    ]
    assert ways(page("metod.html", "Metod"), "page-navigation") == [
        ("Föregående Miljö- & hälsoskydd", "omraden/miljo.html")
    ]


def test_a_page_that_has_them_or_is_in_no_menu_is_left_as_it_is() -> None:
    done = page("omraden/bygglov.html", "Bygglov")
    assert with_ways(done, "omraden/bygglov.html") == done
    alone = MENU.format(up="", title="Ensam")
    assert with_ways(alone, "ensam.html") == alone
    assert with_ways("<p>text</p>", "index.html") == "<p>text</p>"
