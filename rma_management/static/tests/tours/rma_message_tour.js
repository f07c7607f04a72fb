import { registry } from "@web/core/registry";

/** Writes to the customer in the tab of messages. */
export const writeToCustomer = [
    {
        content: "Open the messages",
        trigger: ".o_notebook .nav-link:contains(Messages)",
        run: "click",
    },
    {
        content: "Write to the customer",
        trigger: "button[name=action_write_to_customer]",
        run: "click",
    },
    {
        content: "The customer is the one who reads it",
        trigger: ".modal .o_field_widget[name=partner_ids]:contains(Ada Customer)",
    },
    {
        trigger: ".modal .o_field_widget[name=body] .odoo-editor-editable",
        run: "editor Dear Ada, your chair is here.",
    },
    {
        content: "Leave the editor, as on a phone its bar stands where the button is",
        trigger: ".modal .o_field_widget[name=subject] input",
        run: "click",
    },
    {
        trigger: ".modal button[name=action_send_mail]",
        run: "click",
    },
    {
        content: "It is in the tab",
        trigger: "body:not(:has(.modal)) .o_field_widget[name=customer_message_ids]:contains(Dear Ada)",
    },
];

registry.category("web_tour.tours").add("rma_order_messages", {
    steps: () => [
        ...writeToCustomer,
        {
            content: "Open the history",
            trigger: ".o_notebook .nav-link:contains(History)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=history_ids] .o_data_row:contains(Customer notified)",
        },
        {
            trigger: ".o_field_widget[name=history_ids] .o_data_row:contains(1 Units Chair)",
        },
        {
            content: "Open the receipt that an event is about",
            trigger: ".o_field_widget[name=history_ids] .o_data_row:contains(Received) button[name=action_open]",
            run: "click",
        },
        {
            trigger: ".o_last_breadcrumb_item:contains(/RET/)",
        },
    ],
});
