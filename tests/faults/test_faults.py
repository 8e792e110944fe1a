"""A run that is disturbed in its midst leaves a whole database, and the next gives what an undisturbed one gives.

These are the shortest scenarios of `tests/bench/faults.py`; all of them by that command.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("scenario", ["log-damaged", "worker"])
def test_a_disturbed_run_ends_as_an_undisturbed_one(scenario: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "bench" / "faults.py"), scenario, "--documents", "40"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal True, verify clean True before the rerun, True after" in done.stdout
