from . import rma_resolution
from . import rma_resolution_refund
from . import rma_resolution_repair
from . import rma_resolution_replace
from . import rma_resolution_return_only
from . import rma_request
from . import rma_request_line
from . import sale_order_line
