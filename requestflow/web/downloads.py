"""Handing out files: always to be saved, never shown by the browser itself."""

from typing import IO

from flask import Response, send_file


def as_download(content: IO[bytes], name: str, media_type: str) -> Response:
    """A download. The browser may neither show it, nor guess another type, nor run it."""
    response = send_file(
        content, mimetype=media_type, as_attachment=True, download_name=name, max_age=0
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
