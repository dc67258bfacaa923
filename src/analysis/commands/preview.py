"""Serves the finished site, and no other files, on the loopback address."""

from __future__ import annotations

import io
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

from analysis.errors import UsageError

ADDRESS = "127.0.0.1"


class _SiteOnly(SimpleHTTPRequestHandler):
    """Serves files of the site; symbolic links out of the site are not followed."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        asked = Path(self.translate_path(self.path)).resolve()
        if not asked.is_relative_to(Path(self.directory).resolve()):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing for each request."""


def server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server of a site's files, reachable from this computer only.

    Raises
    ------
    UsageError
        When there is no site yet, or the port is taken.
    """
    if not (site / "index.html").is_file():
        raise UsageError(
            "Det finns ingen webbplats att visa",
            f"{site} har ingen startsida.",
            "Gör rapporten först: python run.py",
        )
    try:
        return ThreadingHTTPServer((ADDRESS, port), partial(_SiteOnly, directory=str(site)))
    except OSError as error:
        raise UsageError(
            "Förhandsvisningen kunde inte starta",
            f"Port {port} är upptagen.",
            "Kör utan --port, så väljs en ledig.",
        ) from error


def serve(site: Path, port: int = 0, *, browser: bool = True) -> None:
    """Serve a site until interrupted."""
    with server(site.resolve(), port) as running:
        address = f"http://{ADDRESS}:{running.server_address[1]}/"
        print(f"Webbplatsen visas på {address} (avsluta med Ctrl+C).", flush=True)
        if browser:
            webbrowser.open(address)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print("Förhandsvisningen är avslutad.")
