"""Small files that would fill the machine."""

import zlib
from functools import cache

LARGE = 1_500
"""Megabytes, as an attacker took them."""


@cache
def pdf(megabytes: int = LARGE) -> bytes:
    """A PDF of one page whose content is that many megabytes of blanks, packed twice."""
    packing = zlib.compressobj(9)
    once = b"".join(packing.compress(bytes(b" " * (1 << 20))) for _ in range(megabytes))
    content = zlib.compress(once + packing.flush(), 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(content)
        + content
        + b"\nendstream",
    ]
    built, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(built))
        built += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(built)
    return built + b"xref\n0 5\n0000000000 65535 f \n" + table + end
