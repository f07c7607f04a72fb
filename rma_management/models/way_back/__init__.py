from . import rma_return_method
from . import rma_history
from . import rma_order
from . import rma_order_line
from . import rma_request
