from . import loyalty_card
from . import loyalty_history
from . import rma_coupon
from . import rma_history
from . import rma_order
