from . import rma_coupon_wizard
from . import rma_policies
