"""Times a phase of the life of a return, and counts its queries."""

import gc
import time
from contextlib import contextmanager


class Clock:
    """Measures phases, each as one request of its own: it starts with empty record caches and ends with a commit."""

    def __init__(self, env):
        self.env = env
        self.phases = {}

    @contextmanager
    def phase(self, name):
        """Measure what happens inside, flush and commit included.

        :param name: phase, a column of the table
        """
        self.env.flush_all()
        self.env.cr.commit()
        self.env.invalidate_all()
        gc.collect()
        queries = self.env.cr.sql_log_count
        begin = time.perf_counter()
        yield
        self.env.flush_all()
        self.env.cr.commit()
        self.phases[name] = {
            "seconds": time.perf_counter() - begin,
            "queries": self.env.cr.sql_log_count - queries,
        }
