"""A run that is disturbed in its midst leaves a whole database, and the next gives what an undisturbed one gives.

These are the shortest scenarios of `tests/bench/faults.py`; all of them by that command.
"""

import pytest

from tests.processes import bench


@pytest.mark.parametrize("scenario", ["log-damaged", "worker"])
def test_a_disturbed_run_ends_as_an_undisturbed_one(scenario: str) -> None:
    told = bench("faults.py", scenario, "--documents", "40")
    assert "equal True, verify clean True before the rerun, True after" in told
