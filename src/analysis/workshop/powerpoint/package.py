"""The file itself: the same content gives the same bytes, and what is unchanged stays as it was."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every part; the library takes the clock."""


def content(presentation: Any, former: bytes = b"") -> bytes:
    """A presentation as the bytes of a file.

    Parameters
    ----------
    presentation
        As the library holds it.
    former
        The file that it was read from: a part that says the same as there keeps its bytes.
    """
    raw = io.BytesIO()
    presentation.part.package.save(raw)
    before = _parts(former) if former else {}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, now in _parts(raw.getvalue()).items():
            held = before.get(part)
            info = zipfile.ZipInfo(part, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, held if held is not None and _same(held, now) else now)
    return made.getvalue()


def _parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _same(one: bytes, other: bytes) -> bool:
    """Whether two parts are the same bytes, or the same XML written in another way."""
    if one == other:
        return True
    try:
        forms = [etree.tostring(etree.fromstring(part), method="c14n") for part in (one, other)]
    except etree.XMLSyntaxError:
        return False
    return bool(forms[0] == forms[1])
