from . import rma_coupon_wizard
