"""The code of a municipality by its name."""

from __future__ import annotations

from collections.abc import Mapping


def code_of(name: str, codes: Mapping[str, str]) -> str:
    """The code of a municipality's name, with or without "kommun"; empty for an unknown name.

    >>> codes = {"borås": "1490", "nyköping": "0480"}
    >>> code_of("Borås stad", codes), code_of("Nyköpings kommun", codes)
    ('1490', '0480')
    """
    key = name.casefold()
    bare = (key.removesuffix(ending) for ending in ("", " kommun", "s kommun", " stad", "s stad"))
    return next((codes[one] for one in bare if one in codes), "")
