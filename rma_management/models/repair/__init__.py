from . import rma_resolution_repair
from . import repair_order
from . import rma_history
from . import rma_order_line
