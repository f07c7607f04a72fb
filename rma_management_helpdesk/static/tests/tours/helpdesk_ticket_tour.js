import { registry } from "@web/core/registry";

const button = (name) => ({ trigger: `button[name=${name}]`, run: "click" });
const inWindow = (name) => ({ trigger: `.modal button[name=${name}]`, run: "click" });
const closed = { content: "The window is closed", trigger: "body:not(:has(.modal))" };

function type(row, field, value) {
    const cell = `.modal .o_data_row:contains(${row}) td[name=${field}]`;
    return [
        { trigger: cell, run: "click" },
        { trigger: `.modal .o_data_row td[name=${field}] input`, run: `edit ${value}` },
    ];
}

registry.category("web_tour.tours").add("helpdesk_ticket_refund", {
    steps: () => [
        button("action_refund"),
        { content: "The only invoice is chosen", trigger: ".modal .o_field_widget[name=choice_id] input:checked" },
        ...type("Chair", "quantity", "2"),
        inWindow("action_refund"),
        closed,
        { content: "The thread has the link", trigger: ".o-mail-Message a[data-oe-model='account.move']" },
        button("action_view_refunds"),
        { content: "Read by the agent", trigger: ".o_form_view .o_field_widget[name=amount_total]:contains(92.00)" },
    ],
});

registry.category("web_tour.tours").add("helpdesk_ticket_coupon", {
    steps: () => [
        button("action_coupon"),
        { trigger: ".modal .o_field_widget[name=program_id] input:value(Sorry for the Trouble)" },
        inWindow("action_generate"),
        { content: "The code, to copy", trigger: ".modal .o_field_widget[name=code] .o_clipboard_button" },
        inWindow("action_send"),
        { content: "The mail, ready to send", trigger: ".modal .o_field_widget[name=partner_ids]:contains(Ada)" },
        { trigger: ".modal button[name=action_send_mail]", run: "click" },
        closed,
        button("action_view_coupons"),
        { trigger: ".o_form_view .o_field_widget[name=points_display]" },
    ],
});

registry.category("web_tour.tours").add("helpdesk_ticket_return", {
    steps: () => [
        button("action_return"),
        { content: "All five are proposed", trigger: ".modal .o_data_row td[name=quantity]:contains(5.00)" },
        { trigger: ".modal .o_field_widget[name=reason_id] .o_radio_item:contains(Any reason) input", run: "click" },
        ...type("Chair", "quantity", "2"),
        { content: "Leave the row", trigger: ".modal .o_field_widget[name=comment] textarea", run: "click" },
        {
            content: "The product comes back for another reason, too",
            trigger: ".modal .o_data_row:contains(2.00) button[name=action_split]",
            run: "click",
        },
        {
            content: "What was entered is still there",
            trigger: ".modal .o_data_row:eq(0) td[name=quantity]:contains(2.00)",
        },
        ...type("0.00", "quantity", "1"),
        inWindow("action_create"),
        closed,
        button("action_view_rmas"),
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Approved)" },
        { trigger: ".o_data_row td[name=product_uom_qty]:contains(2.00)" },
    ],
});

registry.category("web_tour.tours").add("helpdesk_ticket_reverse_transfer", {
    steps: () => [
        button("action_return"),
        { trigger: ".modal .o_data_row td[name=quantity]:contains(5.00)" },
        inWindow("action_create"),
        closed,
        button("action_view_pickings"),
        { trigger: ".o_field_widget[name=ticket_items]:contains(5 Units Chair)" },
    ],
});

registry.category("web_tour.tours").add("helpdesk_ticket_repair", {
    steps: () => [
        button("action_repair"),
        { trigger: ".modal .o_field_widget[name=product_id] input:value(Chair)" },
        { trigger: ".modal .o_field_widget[name=quotation] .o_radio_item:contains(before) input", run: "click" },
        { trigger: ".modal .nav-link[name=parts]", run: "click" },
        { trigger: ".modal .o_field_widget[name=part_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".modal .o_selected_row td[name=product_id] input", run: "edit Screw" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Screw for Chairs)", run: "click" },
        inWindow("action_create"),
        closed,
        {
            content: "By the link in the thread",
            trigger: ".o-mail-Message a[data-oe-model='repair.order']",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=internal_notes]:contains(does not work)" },
        { content: "Back to the ticket", trigger: "button[name=action_view_ticket]", run: "click" },
        { content: "By the smart button", ...button("action_view_repairs") },
        { trigger: ".o_form_view .o_field_widget[name=ticket_quotation]:contains(before)" },
    ],
});

registry.category("web_tour.tours").add("helpdesk_ticket_task", {
    steps: () => [
        button("action_plan_task"),
        { trigger: ".modal .o_field_widget[name=project_id] input:value(Visits)" },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Look at the chair" },
        inWindow("action_create_and_view"),
        { trigger: ".o_form_view .o_field_widget[name=name]:contains(Look at the chair)" },
    ],
});

registry.category("web_tour.tours").add("helpdesk_ticket_team", {
    steps: () => [
        { trigger: ".o_setting_box .o_field_widget[name=use_returns] input", run: "click" },
        { trigger: ".o_field_widget[name=return_kind] .o_radio_item:contains(reverse) input", run: "click" },
        { trigger: ".o_setting_box .o_field_widget[name=use_field_service] input", run: "click" },
        { trigger: ".o_field_widget[name=field_service_project_id] input", run: "edit Visits" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Visits)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});
