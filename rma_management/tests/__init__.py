from . import test_over_return
from . import test_process
from . import test_receipt
from . import test_refund
from . import test_rma_order
from . import test_security
from . import test_tours
