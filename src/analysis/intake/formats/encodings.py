"""Text with wrong å, ä and ö, read in another code page when the evidence is clear.

Old programs write MS-DOS or Mac code pages, and a program that mistakes one encoding for another
saves the mistake. The letters inside words decide: Swedish letters, or signs that never stand
inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CODE_PAGES = {
    "cp1252": "",
    "cp850": "Filen är sparad med en äldre teckenkodning (MS-DOS 850); å, ä och ö är omräknade.",
    "mac_roman": "Filen är sparad med en äldre teckenkodning (Mac Roman); å, ä och ö är omräknade.",
}
"""Single-byte encodings, and the note about each."""
# The encoding that was assumed, and the true encoding.
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
TWICE = "Å, ä och ö var förvanskade (kodade två gånger) och har återställts."
SAMPLE = 400_000
"""Number of characters examined."""
SWEDISH = re.compile(r"(?<=[A-Za-z])[åäöÅÄÖ]+(?=[A-Za-z])")
# Other letters of names, and signs that join words, are no evidence.
ODD = re.compile(
    r"(?<=[A-Za-z])[^\x00-\x7fåäöÅÄÖéèêëüúùûáàâíìîïóòôñçæøß’‘´`–—‐‑·\u00a0\u00ad\u2009\u202f"
    r"\u200b-\u200d\ufeff]+(?=[A-Za-z])"
)
QUESTION_MARKS = re.compile(r"(?<=[A-Za-z])\?(?=[a-z])")
FEW = 3
"""Fewer signs inside words than this are no evidence."""


@dataclass(frozen=True)
class Restored:
    """A text, and the way it was restored.

    Parameters
    ----------
    text
        The text.
    note
        A Swedish sentence on the change; empty without a change.
    garbled
        Whether the Swedish letters are lost.
    """

    text: str
    note: str = ""
    garbled: bool = False


def of_code_page(content: bytes) -> Restored | None:
    """The text of bytes that are not UTF-8; None when no known code page gives a text."""
    read: dict[str, str] = {}
    for encoding in CODE_PAGES:
        try:
            read[encoding] = content.decode(encoding)
        except UnicodeDecodeError:
            continue
    others = ((read[encoding], note) for encoding, note in CODE_PAGES.items() if encoding in read)
    return _chosen(read.get("cp1252"), others)


def restored(text: str) -> Restored:
    """A text with its å, ä and ö restored, where a program has mistaken its encoding."""
    return _chosen(text, ((repaired, TWICE) for repaired in _repairs(text))) or Restored(text)


def _chosen(usual: str | None, others: Iterable[tuple[str, str]]) -> Restored | None:
    """The usual reading, unless it looks wrong and another reading has Swedish letters."""
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
    """Swedish letters inside words, less signs that never stand inside a word."""
    sample = text[:SAMPLE]
    return len(SWEDISH.findall(sample)) - len(ODD.findall(sample))


def _lost(text: str) -> bool:
    """Whether all å, ä and ö have become other signs."""
    sample = text[:SAMPLE]
    odd, swedish = len(ODD.findall(sample)), len(SWEDISH.findall(sample))
    marks = len(QUESTION_MARKS.findall(sample))
    return (odd > swedish and odd >= FEW) or (marks >= FEW and not swedish)
