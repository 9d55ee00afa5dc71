"""`requestflow run --demo` starts everything from nothing, says where, and tells the year."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

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


def test_everything_starts_from_nothing_with_the_sample_data(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    aside = ("DATABASE_URL", "REDIS_URL")
    environment = {name: value for name, value in os.environ.items() if name not in aside}
    environment |= {"REQUESTFLOW_HOME": str(tmp_path), "PORT": str(port)}
    environment |= {"REQUESTFLOW_LANGUAGE": "en", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "requestflow", "run", "--demo"]
    with (
        (tmp_path / "errors").open("w") as errors,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as running,
    ):
        alarm = threading.Timer(120, running.kill)
        alarm.start()
        assert running.stdout
        said: list[str] = []
        for line in running.stdout:
            said.append(line)
            if "Lawsuits: Received" in line:
                break
        try:
            assert any(f"http://localhost:{port} " in line for line in said), (
                tmp_path / "errors"
            ).read_text()
            assert any("528" in line and "Requests: Received" in line for line in said)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                assert answer.status == 200
        finally:
            running.send_signal(signal.SIGINT)
            rest = running.stdout.read()
            alarm.cancel()
    assert "Stopped." in rest
    assert running.returncode == 0
