"""Makes records of reports that were typed."""
