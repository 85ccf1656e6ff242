"""What the environment takes is what lies in it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from studio.services import environment_size

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="no environment of our own")
def test_the_size_is_that_of_the_files_and_development_is_told_apart():
    size = environment_size.measure()
    assert size is not None
    asked = subprocess.run(["du", "-s", "--apparent-size", "-B1", "-l", sys.prefix], capture_output=True, check=False)
    by_the_system = int(asked.stdout.split()[0])
    assert 0.97 < size.whole / by_the_system <= 1.0  # folders count there
    assert 0 < size.development < size.whole


def test_the_packages_of_a_users_installation_take_less_than_a_gigabyte():
    size = environment_size.measure()
    if size is not None:
        assert size.own < 1_000_000_000
