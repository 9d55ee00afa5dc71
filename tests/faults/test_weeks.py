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
        result: Outcome = weeks.run()
    assert result.must <= set(result.on_page) <= result.must | result.may
    assert set(result.on_page.values()) == {1}
    assert result.mailed == result.pages
    assert result.dead == []
    assert len(result.must) > 50
    assert result.over, "some case was closed while the days went by"
    assert {*weeks._faults(), "days without a worker"} == set(result.done)
    assert sum(smtp.faults.values()) > 0
