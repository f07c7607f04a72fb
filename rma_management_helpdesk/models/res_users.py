from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Determine which documents agents may read. The record rules of this addon call these methods."""

    _inherit = "res.users"

    def _get_ticket_document_domain(self, model_name):
        """Return the domain of the documents a user may read because of tickets.

        Rules of several groups add up, and a model without any is open to those who have access to it. So this rule
        would shut out people who have all documents by another group: for them it says all.

        :param model_name: name of a model
        :return: domain as a list
        """
        self.ensure_one()
        groups = self._get_groups_besides_help_desk()
        if self._has_access_by(groups, model_name) and not self._has_rules_by(groups, model_name):
            return [(1, "=", 1)]
        model = self.env[model_name]
        tickets = self._get_readable_ticket_domain()
        domain = Domain.OR(self._lead_through(path, tickets) for path in model._get_ticket_paths())
        if {"ticket_id", "create_uid"} <= set(model._fields):
            # Users who created it from a ticket keep access when the ticket is reassigned.
            domain |= Domain("ticket_id", "!=", False) & Domain("create_uid", "=", self.id)
        return list(domain)

    def _get_ticket_program_domain(self):
        """Return the domain of the loyalty programs a user may read because of tickets: those that coupons are given
        of, and those of coupons that were given.

        :return: domain as a list
        """
        given = Domain(self._get_ticket_document_domain("loyalty.program"))
        return list(given | Domain("program_type", "=", "coupons"))

    def _get_readable_ticket_domain(self):
        """Return the domain of tickets whose documents a user may read: own, of own teams, or all for managers.

        An agent who sees the tickets of all teams still reads no documents of the others.

        :return: `Domain` on `helpdesk.ticket`
        """
        self.ensure_one()
        if self.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            return Domain("id", "!=", False)
        # Not with the ids of the teams: rules are cached, and users change teams.
        team = Domain("team_id.user_ids", "in", self.ids)
        if not self.has_group("helpdesk_mgmt.group_helpdesk_user_team"):
            team &= Domain("user_id", "=", False)
        return Domain("user_id", "=", self.id) | team

    def _reads_by_tickets_only(self, model_name):
        """Return whether a user has access to a model only through tickets.

        :param model_name: name of a model
        :rtype: bool
        """
        self.ensure_one()
        return self.has_group("helpdesk_mgmt.group_helpdesk_user_own") and not self._has_access_by(
            self._get_groups_besides_help_desk(), model_name
        )

    def _get_groups_besides_help_desk(self):
        # Groups are read for users who may not have access to them.
        return self.sudo().all_group_ids - self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").sudo()

    def _has_access_by(self, groups, model_name):
        return bool(
            self.env["ir.model.access"]
            .sudo()  # Only administrators may read access rights.
            .search_count(
                [
                    ("model_id.model", "=", model_name),
                    ("perm_read", "=", True),
                    "|",
                    ("group_id", "=", False),
                    ("group_id", "in", groups.ids),
                ],
                limit=1,
            )
        )

    def _has_rules_by(self, groups, model_name):
        return bool(
            self.env["ir.rule"]
            .sudo()  # Only administrators may read record rules.
            .search_count(
                [
                    ("model_id.model", "=", model_name),
                    ("perm_read", "=", True),
                    ("groups", "in", groups.ids),
                ],
                limit=1,
            )
        )

    def _lead_through(self, path, domain):
        """Return a domain on tickets applied to documents linked to them.

        :param path: field path, as "rma_id.ticket_ids"
        :param domain: `Domain` on `helpdesk.ticket`
        :return: `Domain` on the documents
        """
        for name in reversed(path.split(".")):
            domain = Domain(name, "any", domain)
        return domain
