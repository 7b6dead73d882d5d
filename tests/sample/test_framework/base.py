"""The base class of tests that are written as classes."""

import unittest

from test_framework.fixtures import isolated_environment


class BaseTestCase(unittest.TestCase):
    """A test case that leaves the environment as it found it."""

    def setUp(self) -> None:
        """Give the test an environment of its own."""
        self.env = self.enterContext(isolated_environment())
