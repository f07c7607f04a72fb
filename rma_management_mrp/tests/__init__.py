from . import test_kit
from . import test_part
from . import test_random_orders
