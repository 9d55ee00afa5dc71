"""The web: thin views over the services."""

from requestflow.web.factory import create_app

__all__ = ["create_app"]
