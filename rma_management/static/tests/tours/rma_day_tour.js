import { registry } from "@web/core/registry";

/** Presses a button of the header; a phone shows the first one only, and the others on More. */
export function press(name) {
    return [
        {
            trigger: `.o_statusbar_buttons:has(button[name=${name}]), .o_statusbar_buttons button[title=More]`,
            run: async ({ click }) => {
                if (!document.querySelector(`.o_statusbar_buttons button[name=${name}]`)) {
                    await click(".o_statusbar_buttons button[title=More]");
                }
            },
        },
        {
            trigger: `.o_statusbar_buttons button[name=${name}], .o-dropdown--menu button[name=${name}]`,
            run: "click",
        },
    ];
}

/** Chooses a record in a window: from the list below a field, or on a phone from the page of choices. */
export function choose(field, text) {
    return [
        {
            isActive: ["desktop"],
            trigger: `.modal .o_field_widget[name=${field}] input`,
            run: `edit ${text}`,
        },
        {
            isActive: ["desktop"],
            trigger: `.modal .o-autocomplete--dropdown-item:contains(${text})`,
            run: "click",
        },
        {
            isActive: ["mobile"],
            trigger: `.modal .o_field_widget[name=${field}] input`,
            run: "click",
        },
        {
            isActive: ["mobile"],
            trigger: `.modal .o_kanban_record:contains(${text})`,
            run: "click",
        },
    ];
}

/** Waits for a status. */
export function wait(status) {
    return {
        trigger:
            `.o_statusbar_status .o_arrow_button_current:contains(${status}), ` +
            `.o_statusbar_status button.dropdown-toggle:contains(${status})`,
    };
}

const tours = registry.category("web_tour.tours");

tours.add("rma_day_clerk_requests", {
    steps: () => [
        ...choose("sale_order_id", "DAY-0001"),
        {
            content: "What can come back is proposed, shipping is not",
            trigger: ".modal div[name=line_ids] .o_data_row:contains(Chair)",
        },
        {
            trigger: ".modal div[name=line_ids]:not(:contains(Parcel))",
        },
        {
            content: "Both items come back",
            trigger: ".modal .o_data_row:contains(Chair) td[name=quantity]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(Chair) td[name=quantity] input",
            run: "edit 2",
        },
        ...choose("reason_id", "Any reason"),
        {
            content: "The clerk may ask, and not approve",
            trigger: ".modal button[name=action_create_and_request]:contains(/^Request$/)",
            run: "click",
        },
        wait("Requested"),
        {
            trigger: ".o_form_view:not(:has(button[name=action_approve]))",
        },
    ],
});

tours.add("rma_day_manager_approves", {
    steps: () => [...press("action_approve"), wait("Approved")],
});

tours.add("rma_day_clerk_settles", {
    steps: () => [
        wait("Approved"),
        ...press("action_open_receive"),
        {
            content: "What is expected is proposed",
            trigger: ".modal .o_data_row td[name=quantity]:contains(2.00), .modal .o_kanban_record:contains(Chair)",
        },
        {
            trigger: ".modal button[name=action_receive]",
            run: "click",
        },
        wait("Processing"),
        ...press("action_process"),
        {
            content: "The plan refunds both, with the shipping that was paid",
            trigger: ".modal .o_field_widget[name=amount_total_refund]",
        },
        {
            trigger: ".modal button[name=action_complete]",
            run: "click",
        },
        wait("Done"),
    ],
});

tours.add("rma_day_warehouse", {
    steps: () => [
        {
            content: "What is to be received is ready",
            trigger: ".o_form_view div[name=move_ids]:contains(Chair)",
        },
        ...press("button_validate"),
        wait("Done"),
    ],
});

tours.add("rma_day_accountant", {
    steps: () => [wait("Draft"), ...press("action_post"), wait("Posted")],
});

tours.add("rma_day_salesperson", {
    steps: () => [
        {
            content: "The order tells what came back",
            trigger: ".o_form_view .o_field_widget[name=order_line] :contains(Chair)",
        },
        wait("Sales Order"),
        {
            content: "No returns rights, no returns buttons",
            trigger: ".o_form_view:not(:has(button[name=action_view_rma]))",
        },
    ],
});
