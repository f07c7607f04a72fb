import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("rma_order_to_settlement", {
    steps: () => [
        {
            content: "Return products of this order",
            trigger: "button[name=action_create_rma]",
            run: "click",
        },
        {
            content: "Choose a return reason",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "edit Any reason",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains('Any reason')",
            run: "click",
        },
        {
            content: "Choose a resolution",
            trigger: ".modal .o_field_widget[name=operation_type_id] input",
            run: "edit Refund",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains(/^Refund$/)",
            run: "click",
        },
        {
            content: "Two chairs come back",
            trigger: ".modal .o_data_row td[name=quantity]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name=quantity] input",
            run: "edit 2",
        },
        {
            trigger: ".modal button[name=action_create]",
            run: "click",
        },
        {
            content: "Ask for approval",
            trigger: "button[name=action_request]",
            run: "click",
        },
        {
            content: "Approve",
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            content: "Open the receipt",
            trigger: "button[name=action_view_pickings]",
            run: "click",
        },
        {
            content: "Receive the goods",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)",
        },
        {
            content: "Back to the return by the button of the receipt",
            trigger: "button[name=action_view_rma]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Processing)",
        },
        {
            content: "Process",
            trigger: "button[name=action_process]",
            run: "click",
        },
        {
            content: "The plan refunds both chairs",
            trigger: ".modal .o_rma_decision div[name=quantity] input:value(2.00)",
        },
        {
            trigger: ".modal .o_field_widget[name=amount_total_refund]:contains(92.00)",
        },
        {
            trigger: ".modal button[name=action_complete]",
            run: "click",
        },
        {
            content: "Done, and the credit note is there",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)",
        },
    ],
});

registry.category("web_tour.tours").add("rma_order_reject", {
    steps: () => [
        {
            trigger: "button[name=action_open_reject]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit The chair was used.",
        },
        {
            trigger: ".modal button[name=action_reject]",
            run: "click",
        },
        {
            content: "The return says why",
            trigger: ".alert-danger:contains(The chair was used.)",
        },
    ],
});

// From an order with one item to a posted credit note.
const sevenClicks = [
    {
        content: "Return products of this order",
        trigger: "button[name=action_create_rma]",
        run: "click",
    },
    {
        content: "All that can come back of the only item is proposed",
        trigger: ".modal .o_data_row td[name=quantity]:contains(5.00)",
    },
    {
        content: "Open the return reasons",
        trigger: ".modal .o_field_widget[name=reason_id] input",
        run: "click",
    },
    {
        trigger: ".modal .o-autocomplete--dropdown-item:contains('Any reason')",
        run: "click",
    },
    {
        content: "Request and approve",
        trigger: ".modal button[name=action_create_and_request]",
        run: "click",
    },
    {
        trigger: "button[name=action_open_receive]",
        run: "click",
    },
    {
        content: "All that is expected is proposed",
        trigger: ".modal .o_data_row td[name=quantity]:contains(5.00)",
    },
    {
        trigger: ".modal button[name=action_receive_and_process]",
        run: "click",
    },
    {
        content: "The plan refunds it",
        trigger: ".modal .o_field_widget[name=amount_total_refund]:contains(230.00)",
    },
    {
        trigger: ".modal button[name=action_complete_and_post]",
        run: "click",
    },
    {
        trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)",
    },
];

registry.category("web_tour.tours").add("rma_order_seven_clicks", {
    steps: () => [
        ...sevenClicks,
        {
            content: "Seven clicks",
            trigger: "body",
            run: () => {
                const clicks = sevenClicks.filter((step) => step.run === "click").length;
                if (clicks !== 7) {
                    throw new Error(`${clicks} clicks in place of seven`);
                }
            },
        },
    ],
});
