"""The command line itself: what it says of an option it cannot take."""

from __future__ import annotations

import pytest

from analysis import cli


def test_a_date_that_is_none_is_told_in_swedish(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["report", "--date", "i går"])
    assert left.value.code == 2
    assert "skriv dagen som 2027-04-24" in capsys.readouterr().err
