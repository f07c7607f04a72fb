"""rma_management once more, that also puts the goods back in stock: a transfer a return that nobody else makes."""

from shop import QUANTITY

from . import ours


class Contender(ours.Contender):
    label = "rma_management, restocks too"
    disposition = "restock"

    def get_qty_restocked(self):
        return QUANTITY
