"""The preview: this computer only, the site only, and the site as it is when asked."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.commands import preview
from analysis.errors import UsageError


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "_site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Översikt</h1>", "utf-8")
    (tmp_path / "insikt_2025.csv").write_text("hemligt", "utf-8")
    return folder


@pytest.fixture
def address(site: Path) -> Iterator[tuple[str, int]]:
    with preview.server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[0], server.server_address[1]
        server.shutdown()
        thread.join()


def get(address: tuple[str, int], path: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.putrequest(method, path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


def test_it_answers_on_the_loopback_address_only(address: tuple[str, int]) -> None:
    assert address[0] == "127.0.0.1"
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for other in others - {"127.0.0.1", "127.0.1.1", "::1"}:
        with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
            socket.create_connection((str(other), address[1]), timeout=1)


def test_it_shows_the_site(address: tuple[str, int]) -> None:
    assert get(address, "/") == (200, "<h1>Översikt</h1>")


@pytest.mark.parametrize(
    "path",
    [
        "/../insikt_2025.csv",
        "/%2e%2e/insikt_2025.csv",
        "/..%2finsikt_2025.csv",
        "//../insikt_2025.csv",
        "/a/../../insikt_2025.csv",
        "/..\\insikt_2025.csv",
    ],
)
def test_nothing_outside_the_site_is_given(address: tuple[str, int], path: str) -> None:
    status, text = get(address, path)
    assert status == 404
    assert "hemligt" not in text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_sent_to_it(address: tuple[str, int], method: str) -> None:
    assert get(address, "/", method)[0] == 501


def test_a_link_out_of_the_site_is_not_followed(site: Path, address: tuple[str, int]) -> None:
    try:
        (site / "ut").symlink_to(site.parent)
    except OSError:
        pytest.skip("links cannot be made here")
    assert get(address, "/ut/insikt_2025.csv")[0] == 404


def test_without_a_site_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Det finns ingen webbplats"):
        preview.server(tmp_path, 0)


def test_a_port_that_is_taken_is_told(site: Path, address: tuple[str, int]) -> None:
    with pytest.raises(UsageError, match="kunde inte starta"):
        preview.server(site, address[1])
