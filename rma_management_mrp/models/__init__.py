from . import mrp_bom
from . import rma_order_line
from . import sale_order_line
from . import rma_resolution_refund
