"""Generated registers: cases by the thousand, written as the import would leave them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from requestflow.law import law_pack
from requestflow.ledger.entries import Entry, RemedyEntry

KINDS = ("person", "person", "person", "enterprise", "research", "welfare", "legal", "other")


def entries(number: int, units: list[str], seed: int = 7) -> Iterator[Entry]:
    """Closed cases of ten years under the law of 2019 and the one before, one in fifty open."""
    chance = random.Random(seed)
    first = date(2014, 1, 2)
    for place in range(number):
        received = first + timedelta(days=chance.randrange(3900))
        law = law_pack("cn-2008" if received <= date(2019, 5, 14) else "cn-2019")
        outcome = chance.choice([o for o in law.outcomes if o.answer])
        grounds = [g.code for g in law.grounds if outcome.code in g.outcomes]
        ground = chance.choice(grounds) if outcome.ground == "required" else None
        answered = received + timedelta(days=chance.randrange(1, 25))
        open_still = place % 50 == 0
        remedies = ()
        if not open_still and place % 40 == 0:
            filed = answered + timedelta(days=30)
            remedies = (
                RemedyEntry(
                    "reconsideration", filed, None, False, filed + timedelta(days=50), "upheld"
                ),
            )
        yield Entry(
            f"B-{place:08d}",
            chance.choice(units),
            chance.choice(KINDS),
            "internet",
            received,
            "某项目的批复文件",
            {},
            answered_on=None if open_still else answered,
            outcome=None if open_still else outcome.code,
            ground=None if open_still else ground,
            remedies=remedies,
        )
