"""What `requestflow run --demo` says of the sample year."""

from requestflow.application import Application
from requestflow.cli.running import totals
from requestflow.statistics import build_report


def test_each_total_says_of_what_it_is(demo: Application) -> None:
    with demo.context() as session:
        report = build_report(session, 2014)
    lines = totals(report, "en").splitlines()
    assert len(lines) == len({line.split("  ")[-1] for line in lines})
    assert any(line.split()[0] == "528" and "Requests: Received" in line for line in lines)
    assert any(line.endswith("Reconsiderations: Received") for line in lines)
    assert any(line.endswith("Lawsuits: Received") for line in lines)
    chinese = totals(report, "zh_CN")
    assert "行政复议（件）：收到行政复议申请" in chinese
    assert "行政诉讼（件）：收到行政诉讼" in chinese
