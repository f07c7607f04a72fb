from . import rma_coupon_wizard
from . import rma_process
from . import rma_process_line
