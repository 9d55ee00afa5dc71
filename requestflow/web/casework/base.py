"""The blueprint of the clerks' rooms."""

from flask import Blueprint

blueprint = Blueprint("casework", __name__)
