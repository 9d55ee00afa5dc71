"""Pages for citizens: find, apply, follow, object, and the account for whoever wants one."""

from flask import Flask

from requestflow.web.citizen import account, applying, finding, following, objecting
from requestflow.web.extensions import csrf


def register(app: Flask) -> None:
    """Gives the application its citizens' pages."""
    for part in (finding, applying, following, objecting, account):
        app.register_blueprint(part.blueprint)
    # The secret in the address is what proves an application to be one's own, and it outlives
    # any session; following looks at the token itself, so that nothing typed is lost.
    csrf.exempt(applying.blueprint)
    csrf.exempt(following.blueprint)
