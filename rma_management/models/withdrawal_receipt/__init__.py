from . import rma_withdrawal
