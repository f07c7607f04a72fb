from . import test_donate
