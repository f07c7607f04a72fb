"""Move messages, followers, files and activities from OCA's returns to ours, with their dates and authors."""

import re

from odoo.tools import SQL

from .keep import NEUTRAL, kept

MODEL = "rma.order"
FOLLOWED = {"mt_rma_draft": "mt_rma_requested", "mt_rma_notification": "mt_rma_approved"}
LINK = re.compile(r'data-oe-model="rma"(\s+)data-oe-id="(\d+)"')


class Messages:
    """What is written about one return."""

    def __init__(self, env, row, order):
        self.env = env
        self.cr = env.cr
        self.row = row
        self.order = order

    def move(self):
        """Move all of it."""
        self.env.flush_all()
        self._move_messages()
        self._move_followers()
        self._move_besides()
        self._keep_tracking()
        self.env.invalidate_all()

    def _id_of(self, xmlid):
        return self.env.ref(xmlid).id

    def _move_messages(self):
        self.cr.execute(
            SQL(
                """UPDATE mail_message m
                      SET subtype_id = CASE WHEN m.message_type = 'notification' THEN %s ELSE %s END
                     FROM %s k
                    WHERE k.id = m.id AND m.model = %s AND m.res_id = %s AND m.subtype_id IS NULL""",
                self._id_of("mail.mt_note"),
                self._id_of("rma_management.mt_rma_customer"),
                kept("message"),
                NEUTRAL,
                self.row["id"],
            )
        )
        self._rename("mail_message", "model")

    def _rename(self, table, column):
        self.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s, res_id = %s WHERE %s = %s AND res_id = %s",
                SQL.identifier(table),
                SQL.identifier(column),
                MODEL,
                self.order.id,
                SQL.identifier(column),
                NEUTRAL,
                self.row["id"],
            )
        )

    def _move_followers(self):
        """Move the followers, who alone follow it now, with what they are subscribed to."""
        self.cr.execute(SQL("DELETE FROM mail_followers WHERE res_model = %s AND res_id = %s", MODEL, self.order.id))
        for theirs, ours in FOLLOWED.items():
            self.cr.execute(
                SQL(
                    """INSERT INTO mail_followers_mail_message_subtype_rel (mail_followers_id, mail_message_subtype_id)
                       SELECT f.id, %s FROM mail_followers f JOIN %s k ON k.id = f.id AND k.subtype = %s
                        WHERE f.res_model = %s AND f.res_id = %s
                           ON CONFLICT DO NOTHING""",
                    self._id_of(f"rma_management.{ours}"),
                    kept("follower"),
                    theirs,
                    NEUTRAL,
                    self.row["id"],
                )
            )
        self._rename("mail_followers", "res_model")

    def _move_besides(self):
        self._rename("ir_attachment", "res_model")
        self._rename("mail_scheduled_message", "model")
        self.cr.execute(
            SQL(
                """UPDATE mail_activity SET res_model = %s, res_model_id = %s, res_id = %s
                    WHERE res_model = %s AND res_id = %s""",
                MODEL,
                self.env["ir.model"]._get(MODEL).id,
                self.order.id,
                NEUTRAL,
                self.row["id"],
            )
        )
        self.cr.execute(SQL("UPDATE mail_activity_type SET res_model = %s WHERE res_model = %s", MODEL, NEUTRAL))

    def _keep_tracking(self):
        """Tie the changes that OCA tracked to our fields of the same name: the history of a return reads them."""
        fields = self.env["ir.model.fields"]
        for name in ("state", "user_id", "partner_id"):
            self.cr.execute(
                SQL(
                    """UPDATE mail_tracking_value v SET field_id = %s
                         FROM %s k, mail_message m
                        WHERE k.id = v.id AND k.name = %s AND m.id = v.mail_message_id
                          AND m.model = %s AND m.res_id = %s""",
                    fields._get(MODEL, name).id,
                    kept("tracking"),
                    name,
                    MODEL,
                    self.order.id,
                )
            )


def mend_links(env):
    """Let all messages that link to returns of OCA, as those at transfers and credit notes, link to ours."""
    env.cr.execute("SELECT oca_rma_id, id FROM rma_order WHERE oca_rma_id IS NOT NULL")
    new_ids = dict(env.cr.fetchall())

    def get_link(match):
        new_id = new_ids.get(int(match[2]))
        return f'data-oe-model="{MODEL}"{match[1]}data-oe-id="{new_id}"' if new_id else match[0]

    env.cr.execute(SQL("SELECT id, body FROM mail_message WHERE body LIKE %s", '%data-oe-model="rma"%'))
    for message_id, body in env.cr.fetchall():
        env.cr.execute(SQL("UPDATE mail_message SET body = %s WHERE id = %s", LINK.sub(get_link, body), message_id))
    env.invalidate_all()
