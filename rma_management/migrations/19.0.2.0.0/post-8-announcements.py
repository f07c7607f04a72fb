"""Move what was still to be told to the queue of the job, and let the SMS say where the slip is."""

from odoo.tools import sql

# What the SMS said in the released version, and shortly after.
OLD_ENDS = (
    "Please send the goods with the slip that we mailed to you.",
    "Please send us the items with the slip we emailed you.",
)
NEW_END = "{{ object._get_slip_sentence() }}"


def migrate(cr, version):
    if sql.column_exists(cr, "rma_order", "state_to_announce"):
        cr.execute(
            """INSERT INTO rma_announcement (
                    order_id, kind, state, date_next, attempt_count, create_uid, create_date, write_uid, write_date
               )
               SELECT id, 'mail', state, now() AT TIME ZONE 'UTC', 0, COALESCE(write_uid, 1),
                      now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
                 FROM rma_order
                WHERE state_to_announce = state"""
        )
    # Translations follow with those of the addon; a text that the shop changed stays.
    for end in OLD_ENDS:
        cr.execute(
            """UPDATE sms_template template
                  SET body = jsonb_build_object('en_US', replace(body ->> 'en_US', %(old)s, %(new)s))
                 FROM ir_model_data data
                WHERE data.module = 'rma_management' AND data.name = 'sms_template_rma_approved'
                  AND data.model = 'sms.template' AND data.res_id = template.id
                  AND body ->> 'en_US' LIKE '{{ object.company_id.name }}: your return {{ object.name }} is approved. '
                                            || %(old)s""",
            {"old": end, "new": NEW_END},
        )
