"""requestflow: requests for government information, from receipt to the signed annual report."""

__version__ = "0.1.0"
