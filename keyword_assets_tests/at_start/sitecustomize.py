"""What each Python that the tests start does first: look for garbage in portions so large that loading Dagster is one."""

import gc

gc.set_threshold(500_000, 10, 50)
