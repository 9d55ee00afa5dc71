"""The entry of the web processes."""

from requestflow.foundation import RequestflowError
from requestflow.foundation.terminal import end_with
from requestflow.web import create_app

STOPS_GUNICORN = 4
"""The exit code at which gunicorn ends as well, instead of starting the process again."""

try:
    app = create_app()
except RequestflowError as error:
    end_with(error, STOPS_GUNICORN)
