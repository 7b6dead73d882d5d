"""What the tests of the sample are made with."""
