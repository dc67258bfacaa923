"""Text whose å, ä and ö come out wrong: read in another code page when unmistakable.

An old program writes MS-DOS or Mac code pages, and a program that mistakes one encoding for
another saves the mistake. What decides is the letters inside words: Swedish ones, or signs that
stand inside no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CODE_PAGES = {
    "cp1252": "",
    "cp850": "Å, ä och ö är lästa ur MS-DOS kodsida (850).",
    "mac_roman": "Å, ä och ö är lästa ur den äldre Mac-kodningen (Mac Roman).",
}
"""Single-byte encodings, and the note about each."""
# As which encoding a text was mistaken, and what it was.
MISTAKES = (
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("mac_roman", "utf-8"),
    ("cp850", "utf-8"),
    ("cp437", "utf-8"),
    ("cp1252", "cp850"),
    ("latin-1", "cp850"),
    ("cp1252", "mac_roman"),
    ("latin-1", "mac_roman"),
    ("cp850", "cp1252"),
    ("mac_roman", "cp1252"),
)
TWICE = "Å, ä och ö var kodade två gånger och har återställts."
SAMPLE = 400_000
"""So many characters are examined."""
SWEDISH = re.compile(r"(?<=[A-Za-z])[åäöÅÄÖ]+(?=[A-Za-z])")
# Other letters of names, and signs that join words, tell nothing.
ODD = re.compile(
    r"(?<=[A-Za-z])[^\x00-\x7fåäöÅÄÖéèêëüúùûáàâíìîïóòôñçæøß’‘´`–—‐‑·\u00a0\u00ad\u2009\u202f"
    r"\u200b-\u200d\ufeff]+(?=[A-Za-z])"
)
QUESTION_MARKS = re.compile(r"(?<=[A-Za-z])\?(?=[a-z])")
FEW = 3
"""Fewer signs inside words than this may be anything."""


@dataclass(frozen=True)
class Restored:
    """A text and how it was come by.

    Parameters
    ----------
    text
        The text.
    note
        What was done, a Swedish sentence; empty when nothing.
    garbled
        Whether the Swedish letters are lost.
    """

    text: str
    note: str = ""
    garbled: bool = False


def of_code_page(content: bytes) -> Restored | None:
    """The text of bytes that are no UTF-8; None when they are no text in any known code page."""
    read: dict[str, str] = {}
    for encoding in CODE_PAGES:
        try:
            read[encoding] = content.decode(encoding)
        except UnicodeDecodeError:
            continue
    others = ((read[encoding], note) for encoding, note in CODE_PAGES.items() if encoding in read)
    return _chosen(read.get("cp1252"), others)


def restored(text: str) -> Restored:
    """A text with å, ä and ö as they were, where a program has mistaken its encoding."""
    return _chosen(text, ((repaired, TWICE) for repaired in _repairs(text))) or Restored(text)


def _chosen(usual: str | None, others: Iterable[tuple[str, str]]) -> Restored | None:
    """The usual reading, unless it looks wrong and another one has Swedish letters."""
    if usual is None or _balance(usual) < 0:
        best, note = max(others, key=lambda other: _balance(other[0]), default=("", ""))
        if _balance(best) > 0:
            return Restored(best, note)
    return None if usual is None else Restored(usual, garbled=_lost(usual))


def _repairs(text: str) -> Iterator[str]:
    for mistaken, actual in MISTAKES:
        try:
            yield text.encode(mistaken).decode(actual)
        except UnicodeError:
            continue


def _balance(text: str) -> int:
    """Swedish letters inside words, less signs that stand inside no word."""
    sample = text[:SAMPLE]
    return len(SWEDISH.findall(sample)) - len(ODD.findall(sample))


def _lost(text: str) -> bool:
    """Whether å, ä and ö are other signs throughout."""
    sample = text[:SAMPLE]
    odd, swedish = len(ODD.findall(sample)), len(SWEDISH.findall(sample))
    marks = len(QUESTION_MARKS.findall(sample))
    return (odd > swedish and odd >= FEW) or (marks >= FEW and not swedish)
