from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """What agents read of the documents behind their tickets. The record rules of this addon ask here."""

    _inherit = "res.users"

    def _get_ticket_document_domain(self, model_name):
        """Tell which documents a user reads because of tickets.

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
            # Who made it from a ticket keeps it in sight when the ticket goes to somebody else.
            domain |= Domain("ticket_id", "!=", False) & Domain("create_uid", "=", self.id)
        return list(domain)

    def _get_readable_ticket_domain(self):
        """Tell of which tickets a user reads the documents: own ones, those of the own teams, and all for a manager.

        An agent who sees the tickets of all teams still reads no documents of the others.

        :return: `Domain` on `helpdesk.ticket`
        """
        self.ensure_one()
        if self.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            return Domain("id", "!=", False)
        # Not by the ids of the teams: rules are cached, and people change teams.
        team = Domain("team_id.user_ids", "in", self.ids)
        if not self.has_group("helpdesk_mgmt.group_helpdesk_user_team"):
            team &= Domain("user_id", "=", False)
        return Domain("user_id", "=", self.id) | team

    def _reads_by_tickets_only(self, model_name):
        """Tell whether a user has no access to a kind of document but by tickets.

        :param model_name: name of a model
        :rtype: bool
        """
        self.ensure_one()
        return self.has_group("helpdesk_mgmt.group_helpdesk_user_own") and not self._has_access_by(
            self._get_groups_besides_help_desk(), model_name
        )

    def _get_groups_besides_help_desk(self):
        # Which groups somebody is in is read for people who may not see groups.
        return self.sudo().all_group_ids - self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").sudo()

    def _has_access_by(self, groups, model_name):
        return bool(
            self.env["ir.model.access"]
            .sudo()  # Nobody but administrators reads access rights.
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
            .sudo()  # Nobody but administrators reads rules.
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
        """Apply a domain on tickets to documents that lead to them.

        :param path: field path, as "rma_id.ticket_ids"
        :param domain: `Domain` on `helpdesk.ticket`
        :return: `Domain` on the documents
        """
        for name in reversed(path.split(".")):
            domain = Domain(name, "any", domain)
        return domain
