from . import test_field_service
from . import test_prefill
from . import test_refund
from . import test_repair
from . import test_return
from . import test_rma
from . import test_security
from . import test_services
