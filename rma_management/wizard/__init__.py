from . import rma_create_from_order
from . import rma_create_from_order_line
from . import rma_override_refusal
from . import rma_process
from . import rma_process_line
from . import rma_process_decision
from . import rma_process_approval
from . import rma_reject
