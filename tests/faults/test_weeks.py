"""Days go by while workers, broker and connections are killed, and mail is refused: whoever must
be told is told, once, and nobody of what is over. The long form is `make faults`."""

import os
from pathlib import Path

import pytest

from benchmarks.faults.run import Outcome, Weeks
from benchmarks.faults.smtp import faulty_server
from requestflow.application import Application

SEED = int(os.environ.get("REQUESTFLOW_FAULTS_SEED", "5"))


@pytest.mark.fault
def test_nothing_is_lost_doubled_or_told_of_what_is_over(
    empty: Application, tmp_path: Path
) -> None:
    with faulty_server(SEED) as (smtp, url):
        weeks = Weeks(empty, tmp_path, smtp, url, SEED, cases=50, days=4)
        found: Outcome = weeks.run()
    assert found.must <= set(found.on_page) <= found.must | found.may
    assert set(found.on_page.values()) == {1}
    assert found.mailed == found.pages
    assert found.dead == []
    assert len(found.must) > 50
    assert found.over, "some case was closed while the days went by"
    assert {*weeks._faults(), "days without a worker"} == set(found.done)
    assert sum(smtp.faults.values()) > 0
