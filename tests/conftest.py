"""What every test of the product may rely on."""

from tests.ci_rules import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]
