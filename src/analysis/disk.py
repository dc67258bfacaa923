"""Errors of the file system in Swedish: a full disk, a protected folder, an open file.

The user can mend such an error, wherever in a run it happens: in a kernel or in a library.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import MachineError

FULL = "disken är full"
PROTECTED = "mappen är skrivskyddad, eller så är filen öppen i ett annat program"
CODES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY), PROTECTED),
}
# Some libraries pass on the system's message, but not its error number.
WORDS = {
    "No space left": FULL,
    "not enough space": FULL,
    "Permission denied": PROTECTED,
    "Read-only file system": PROTECTED,
}
FIXES = {
    FULL: "Frigör minst 0,5 GB på disken och kör igen.",
    PROTECTED: "Stäng program som har filer ur mappen öppna, se till att du får skriva i mappen "
    "och kör igen.",
}


def refused(error: BaseException) -> MachineError | None:
    """The error as one that the user can mend, if the file system caused it; otherwise None.

    Examples
    --------
    >>> print(refused(OSError(errno.ENOSPC, "No space left on device", "/x/answers.unfinished")))
    Det gick inte att skriva på disken
      • answers.unfinished: Körningen stannade (disken är full). Den förra webbplatsen ligger kvar.
        → Frigör minst 0,5 GB på disken och kör igen.
    >>> refused(ValueError("9, mycket missnöjd"))
    """
    for one in chain(error):
        told = _cause(one)
        if told:
            name = one.filename if isinstance(one, OSError) else None
            return MachineError(
                "Det gick inte att skriva på disken",
                f"Körningen stannade ({told}). Den förra webbplatsen ligger kvar.",
                FIXES[told],
                Path(name).name if isinstance(name, str) else "",
            )
    return None


def reason(error: OSError) -> str:
    """The system's reason, in Swedish for common reasons."""
    return _cause(error) or error.strerror or type(error).__name__


def chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and its causes, in order of the chain."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return reversed(found)


def _cause(error: BaseException) -> str:
    # `shutil` raises the errors of a whole tree as one error without a number.
    if isinstance(error, OSError) and not isinstance(error, shutil.Error) and error.errno in CODES:
        return CODES[error.errno]
    text = str(error)
    return next((told for words, told in WORDS.items() if words in text), "")
