from datetime import date, datetime

from odoo import fields, models
from odoo.tools import format_amount, format_date


class RmaOrder(models.Model):
    """Tell customers what has happened to their return, and what comes next, in their own words."""

    _inherit = "rma.order"

    def _get_portal_label(self):
        """Return how far the return is, in a word or two for the customer.

        :rtype: str
        """
        self.ensure_one()
        labels = {
            "draft": self.env._("In preparation"),
            "requested": self.env._("Under review"),
            "approved": self.env._("Send it back") if self._expects_goods() else self.env._("Approved"),
            "processing": self.env._("Arrived"),
            "done": self.env._("Settled"),
            "rejected": self.env._("Not accepted"),
            "cancel": self.env._("Canceled"),
        }
        return labels[self.state]

    def _get_portal_timeline(self):
        """Return what has happened, what happens now, and what comes next.

        :return: list of {"label": sentence, "date": date or False, "when": `done`, `now` or `next`,
            "details": list of (sentence, URL or False)}
        """
        self.ensure_one()
        steps = [self._prepare_step(self.env._("You requested the return"), self.date_requested)]
        if self.state in ("rejected", "cancel"):
            ended = {
                "rejected": self.env._("We could not accept it"),
                "cancel": self.env._("The return was canceled"),
            }
            if self.date_approved:
                steps.append(self._prepare_step(self.env._("We approved it"), self.date_approved))
            return [*steps, self._prepare_step(ended[self.state], self.date_closed)]
        steps.append(
            self._prepare_step(self.env._("We approved it"), self.date_approved)
            if self.state != "requested"
            else self._prepare_step(self.env._("We review your request"))
        )
        steps += [*self._get_goods_steps(), *self._get_outcome_steps()]
        is_open = False
        for step in steps:
            step["when"] = "done" if step["done"] else "next" if is_open else "now"
            is_open = is_open or not step["done"]
        return steps

    def _prepare_step(self, label, moment=False, done=None, details=()):
        """Prepare a step of the timeline.

        :param label: sentence
        :param moment: datetime or date, False if it has not happened or nobody knows when
        :param done: whether it has happened, by default if it is known when
        :param details: list of (sentence, URL or False)
        :rtype: dict
        """
        is_moment = isinstance(moment, datetime)
        return {
            "label": label,
            "date": fields.Date.context_today(self, moment) if is_moment else moment,
            "done": bool(moment) if done is None else done,
            "when": "done",
            "details": list(details),
        }

    # === The goods ===

    def _get_goods_steps(self):
        """Return the way of the goods to us: on their way, arrived, checked.

        :return: list of steps
        """
        # What the customer sends; how the goods go on in a warehouse of several steps is not theirs to know.
        receipts = self.picking_ids.move_ids.filtered(
            lambda move: move.rma_role == "receipt" and move.state != "cancel" and move.location_id.usage == "customer"
        ).picking_id
        arrived = receipts.filtered(lambda picking: picking.state == "done").sorted("date_done")
        expects = self._expects_goods()
        if not expects and not arrived:
            # The customer keeps them, or it is not known yet whether they do.
            return []
        tracked = receipts.filtered("carrier_tracking_ref")
        steps = [
            self._prepare_step(
                self._describe_sending(bool(arrived), bool(tracked)),
                done=bool(arrived or tracked),
                details=[self._get_tracking(picking) for picking in tracked],
            ),
            self._prepare_arrival(arrived, expects),
        ]
        checked = self.inspection_ids.mapped("create_date")
        if checked:
            steps.append(self._prepare_step(self.env._("We checked it"), max(checked)))
        elif self.state != "done":
            steps.append(self._prepare_step(self.env._("We check it")))
        return steps

    def _describe_sending(self, has_arrived, is_tracked):
        """Return how the goods come to us.

        :param has_arrived: whether some have arrived
        :param is_tracked: whether a parcel has a tracking number
        :rtype: str
        """
        if has_arrived:
            return self.env._("You sent the parcel")
        return self.env._("Your parcel is on its way") if is_tracked else self.env._("You send the parcel")

    def _get_tracking(self, picking):
        """Return the tracking of a parcel.

        :param picking: `stock.picking` record
        :return: (sentence, URL or False)
        """
        sentence = self.env._("Tracking number: %s", picking.carrier_tracking_ref)
        return sentence, self._get_web_url(picking.carrier_tracking_url)

    def _get_web_url(self, url):
        """Return an address that a page may link to.

        :param url: what a carrier gives
        :return: str, or False where it is no web address
        """
        return url if url and url.startswith(("https://", "http://")) else False

    def _prepare_arrival(self, arrived, expects):
        """Prepare the step of the goods that arrive.

        :param arrived: done `stock.picking` records, the first to arrive first
        :param expects: whether more has to arrive
        :rtype: dict
        """
        label = self.env._("It arrives with us")
        if arrived:
            label = self.env._("A part of it has arrived") if expects else self.env._("It has arrived")
        days = [fields.Date.context_today(self, picking.date_done) for picking in arrived]
        parcels = [
            (f"{format_date(self.env, day)}: {', '.join(picking.move_ids.product_id.mapped('name'))}", False)
            for day, picking in zip(days, arrived, strict=True)
        ]
        return self._prepare_step(
            label,
            days and days[-1],
            done=bool(arrived) and not expects,
            details=parcels if len(parcels) > 1 else (),
        )

    # === What the customer gets ===

    def _get_outcome_steps(self):
        """Return what the customer gets: money, repairs, parcels, and the end of the return.

        :return: list of steps
        """
        documents = self._get_portal_documents()
        steps = [self._prepare_step(sentence, day) for day, sentence in self._get_money_events()]
        steps += [self._prepare_repair_step(repair) for repair in documents["repairs"]]
        steps += [self._prepare_delivery_step(delivery) for delivery in documents["deliveries"]]
        if self.amount_exchange_due:
            steps.append(self._prepare_step(self.env._("You pay the difference for the replacement")))
        if self.amount_to_post:
            steps.append(self._prepare_step(self._describe_credit_to_come()))
        steps.sort(key=lambda step: (not step["done"], step["date"] or date.max))
        # A return may be done before its credit note is posted.
        is_settled = self.state == "done" and not self.amount_to_post
        end = self._prepare_step(
            self.env._("Everything is settled") if is_settled else self.env._("Your return is settled"),
            is_settled and (self.date_done or self.date_closed),
            done=is_settled,
        )
        if end["date"]:
            # The money may have left, or been noted, after the return was done.
            end["date"] = max([end["date"], *(step["date"] for step in steps if step["done"] and step["date"])])
        return [*steps, end]

    def _get_money_events(self):
        """Return what became of the money, for the customer.

        :return: list of (date, sentence), the oldest first
        """
        self.ensure_one()
        return self._get_portal_documents()["refunds"]._get_money_events()

    def _describe_credit_to_come(self):
        """Return what the customer reads while the credit note is a draft.

        :rtype: str
        """
        self.ensure_one()
        amount = format_amount(self.env, self.amount_to_post, self.currency_id)
        return self.env._("We prepare your credit note: %s", amount)

    def _prepare_repair_step(self, repair):
        label = (
            self.env._("We have repaired: %s", repair.product_id.name)
            if repair.state == "done"
            else self.env._("We repair: %s", repair.product_id.name)
        )
        return self._prepare_step(label, done=repair.state == "done")

    def _prepare_delivery_step(self, delivery):
        products = ", ".join(delivery.move_ids.product_id.mapped("name"))
        is_done = delivery.state == "done"
        label = (
            self.env._("Shipped to you: %s", products)
            if is_done
            else self.env._("We prepare your parcel: %s", products)
        )
        details = [self._get_tracking(delivery)] if delivery.carrier_tracking_ref else ()
        return self._prepare_step(label, is_done and delivery.date_done, details=details)

    def _describe_use_of_credit(self, use, counterpart, amount):
        """Return where a part of the credited money went. An addon that gives the money otherwise says so.

        :param use: name of an amount of the return, see `account.move._get_use_of_credit`
        :param counterpart: `account.move` that the credit note is reconciled with
        :param amount: formatted amount
        :return: sentence
        """
        self.ensure_one()
        if use == "amount_set_off":
            return self.env._(
                "%(amount)s deducted from invoice %(invoice)s", amount=amount, invoice=counterpart.name or ""
            )
        return self._describe_payment(counterpart.origin_payment_id, amount)

    def _describe_payment(self, payment, amount):
        """Return where money that is paid back goes.

        :param payment: `account.payment` record, possibly empty
        :param amount: formatted amount
        :return: sentence
        """
        method = payment.payment_transaction_id.payment_method_id.name
        account = (payment.partner_bank_id.acc_number or "")[-4:]
        if method:
            return self.env._("%(amount)s paid back by %(method)s", amount=amount, method=method)
        if account:
            return self.env._("%(amount)s paid to your bank account ending in %(end)s", amount=amount, end=account)
        return self.env._("%s paid back to you", amount)
