from . import test_coupon
from . import test_exchange_rest
from . import test_offer
from . import test_points
from . import test_random_orders
from . import test_reward
from . import test_store_credit
from . import test_store_credit_document
