"""Lays the municipality's look into a build folder, in the form that each kind of document takes.

With nothing in ``profil/`` every page is as without this module; Word documents are then on A4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis import store
from analysis.present.markdown import literal
from analysis.render.embedded.site import as_list
from analysis.render.word import lay_template
from analysis.settings.logotype import plain_png
from analysis.settings.profile import Profile, rgb

ASSETS = "assets"
STYLES, THEME, TEMPLATE = "profil.css", "profil.scss", "_mall.docx"
COLOURS = """\
:root {{
  --brand: {main};
  --brand-strong: {strong};
  --accent: {accent};
}}
"""
LOGOTYPE = """\
.site-title {
  display: flex;
  align-items: center;
}
.site-logotype {
  flex: none;
  width: auto;
  height: 2rem;
  max-width: 11rem;
  margin-right: 0.9rem;
  object-fit: contain;
}
@media (max-width: 30em) {
  .site-logotype {
    max-width: 4.5rem;
    margin-right: 0.6rem;
  }
}
"""
# Quarto's bar at the top is dark, and a logotype is made for paper.
QUARTO = """\
/*-- scss:defaults --*/
{defaults}
/*-- scss:rules --*/
img.navbar-logo {{
  box-sizing: content-box;
  width: auto;
  height: 1.75rem;
  max-height: none;
  padding: 0.25rem 0.4rem;
  border-radius: 3px;
  background: #ffffff;
}}
.navbar-brand-logo {{
  flex: none;
  margin-right: 0.6rem;
}}
@media (max-width: 30em) {{
  img.navbar-logo {{
    width: 4rem;
    height: 1.5rem;
    object-fit: contain;
  }}
  .navbar-brand-container {{
    flex: 1;
    margin-right: 0.5rem !important;
    max-width: none;
  }}
  .navbar .navbar-title {{
    font-size: 1rem;
    font-weight: 600;
    line-height: 1.2;
  }}
}}
#quarto-margin-sidebar nav[role="doc-toc"] ul li > a.active {{
  border-left-color: var(--accent) !important;
}}
"""


@dataclass(frozen=True)
class Look:
    """What the look adds to the settings and to pages of each kind.

    Parameters
    ----------
    html, navbar
        Added to ``format.html`` and ``website.navbar`` of ``_quarto.yml``.
    pdf, word
        Added to the front matter of PDFs and of Word documents.
    sheets
        For the template of the documents of one page.
    """

    html: Mapping[str, list[str]] = field(default_factory=dict)
    navbar: Mapping[str, str] = field(default_factory=dict)
    pdf: Mapping[str, Any] = field(default_factory=dict)
    word: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, Any] = field(default_factory=dict)


def lay_out(profile: Profile, folder: Path) -> Look:
    """Write the look's files into a build folder.

    Parameters
    ----------
    profile
        The municipality's look.
    folder
        The build folder with the report's own assets.
    """
    assets = folder / ASSETS
    pdf: dict[str, Any] = {}
    navbar: dict[str, str] = {}
    styles = defaults = ""
    if profile.main:
        main, strong = profile.main, profile.strong
        styles += COLOURS.format(main=main, strong=strong, accent=profile.accent)
        defaults = _defaults(main, strong)
        # As numbers: digits around an e would be read as one number.
        pdf |= {"huvudfarg": [*rgb(profile.main)], "accentfarg": [*rgb(profile.accent)]}
    if profile.logotype:
        target = assets / profile.logotype.name
        content = profile.logotype.read_bytes()
        target.write_bytes(plain_png(content) if target.suffix == ".png" else content)
        styles += LOGOTYPE
        navbar = {"logo": f"{ASSETS}/{target.name}", "logo-alt": profile.alt}
        pdf |= {"logotyp": target.suffix[1:], "logotyp-alt": literal(profile.alt)}
    lay_template(profile.template, folder / TEMPLATE)
    if not styles:
        html = {}
    else:
        store.write_text(assets / STYLES, styles)
        store.write_text(assets / THEME, QUARTO.format(defaults=defaults))
        html = {"css": [f"{ASSETS}/{STYLES}"], "theme": [f"{ASSETS}/{THEME}"]}
    sheets = {**pdf, "logotyp-text": profile.alt}
    return Look(html, navbar, pdf, {"reference-doc": TEMPLATE}, sheets)


def _defaults(main: str, strong: str) -> str:
    """Quarto's names of the colours."""
    values = {
        **dict.fromkeys(("primary", "link-color"), main),
        **dict.fromkeys(("navbar-bg", "footer-bg", "headings-color"), strong),
        # What is pointed at in the dark bar, where the accent cannot be seen well enough.
        "navbar-hl": "#ffffff",
    }
    return "\n".join(f"${name}: {value};" for name, value in values.items())


def in_settings(config: Mapping[str, Any], look: Look) -> dict[str, Any]:
    """The site's settings with the look; the municipality's style sheets come last and win.

    Examples
    --------
    >>> site = {"website": {"navbar": {"left": []}}, "format": {"html": {"css": "a.css"}}}
    >>> in_settings(site, Look({"css": ["b.css"]}, {"logo": "l.svg"}))["format"]
    {'html': {'css': ['a.css', 'b.css']}}
    """
    website, html = config["website"], config["format"]["html"]
    added = {key: [*as_list(html.get(key)), *names] for key, names in look.html.items()}
    return {
        **config,
        "website": {**website, "navbar": {**website["navbar"], **look.navbar}},
        "format": {**config["format"], "html": {**html, **added}},
    }
