"""Tell which returns were ever requested: they stay on record."""


def migrate(cr, version):
    cr.execute(
        """UPDATE rma_order
              SET was_requested = TRUE
            WHERE was_requested IS NOT TRUE
              AND (
                    state NOT IN ('draft', 'cancel')
                    OR requested_by_id IS NOT NULL
                    OR EXISTS (SELECT FROM rma_approval WHERE rma_approval.order_id = rma_order.id)
              )"""
    )
