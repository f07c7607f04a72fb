"""Python's sleep at an odd hour: read by every Python that has this folder on its path.

libfaketime must leave the monotonic clock alone, or locks with a timeout wait for as long as the hour is away. But then
each `time.sleep` fails with "Invalid argument", as the clock that Python 3.11 sleeps by is moved nevertheless. Waiting
for nothing, with a timeout, does the same without it.
"""

import select
import time

time.sleep = lambda seconds: select.select((), (), (), seconds)
