"""The entry of the web processes."""

from requestflow.web import create_app

app = create_app()
