from . import rma_grade
from . import rma_inspection
from . import rma_history
from . import rma_order
from . import rma_order_line
