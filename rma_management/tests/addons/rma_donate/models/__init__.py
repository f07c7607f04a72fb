from . import rma_resolution_donate
