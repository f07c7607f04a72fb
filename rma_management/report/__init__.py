from . import rma_audit
from . import rma_delivered
from . import rma_report
from . import period_rma_report
from . import delivered_rma_report
from . import scope_rma_report
from . import dashboard_rma_report
from . import plots_rma_report
