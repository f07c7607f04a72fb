from . import rma_resolution_replace
from . import rma_history
from . import rma_order_line
from . import rma_settlement
