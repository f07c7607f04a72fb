from . import test_donate
from . import test_extension
