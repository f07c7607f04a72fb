from . import res_users
from . import rma_order
