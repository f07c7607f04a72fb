from . import rma_guest_access
from . import rma_request
from . import rma_request_line
from . import ir_attachment
from . import ir_http
from . import rma_order
from . import sale_order_line
