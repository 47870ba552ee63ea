"""What each Python that the tests start does first: look for garbage in portions as large as all of Dagster."""

import gc

gc.set_threshold(500_000, 10, 50)
