"""The entry of the web processes."""

import gc

from requestflow.foundation import RequestflowError, end_with
from requestflow.web import create_app

STOPS_GUNICORN = 4
"""The exit code at which gunicorn ends as well, instead of starting the process again."""

try:
    app = create_app()
    # What was loaded stays; looking through it again stops every thread for a fifth of a second.
    gc.collect()
    gc.freeze()
except RequestflowError as error:
    end_with(error, STOPS_GUNICORN)
