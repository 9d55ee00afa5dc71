"""Proof that nothing was rewritten: seals over all that is recorded, and looking whether everything
still is as it was sealed."""

from requestflow.seals.models import Seal
from requestflow.seals.service import keep_copy, make_seals, public_key, seal_is_due
from requestflow.seals.verification import Evidence, verify_all

__all__ = [
    "Evidence",
    "Seal",
    "keep_copy",
    "make_seals",
    "public_key",
    "seal_is_due",
    "verify_all",
]
