"""Pages for everybody: the start, the published reports, open data."""

from requestflow.web.public import home, opendata, reports
from requestflow.web.public.base import blueprint

__all__ = ["blueprint", "home", "opendata", "reports"]
