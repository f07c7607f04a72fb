"""Talk to whoever runs the command: what it says is its result, and not for the log."""

import sys


def say(text):
    """Write a line to the terminal at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
