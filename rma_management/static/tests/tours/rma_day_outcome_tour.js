import { registry } from "@web/core/registry";

import { choose, press, wait } from "@rma_management/../tests/tours/rma_day_tour";
import { writeToCustomer } from "@rma_management/../tests/tours/rma_message_tour";

const tours = registry.category("web_tour.tours");

const complete = [
    {
        trigger: ".modal button[name=action_complete]",
        run: "click",
    },
    {
        trigger: "body:not(:has(.modal)) .o_form_view",
    },
];

const process = [
    ...press("action_process"),
    {
        content: "The plan is proposed",
        trigger: ".modal .o_rma_process_card:contains(Chair) .o_rma_decision div[name=quantity] input:value(2.00)",
    },
];

tours.add("rma_day_seller_requests", {
    steps: () => [
        ...press("action_create_rma"),
        {
            content: "All that can come back of the only item is proposed",
            trigger: ".modal .o_field_widget[name=line_ids]:contains(Chair)",
        },
        ...choose("reason_id", "Any reason"),
        {
            trigger: ".modal button[name=action_create_and_request]:contains(/^Request$/)",
            run: "click",
        },
        wait("Requested"),
    ],
});

tours.add("rma_day_manager_rejects", {
    steps: () => [
        ...press("action_open_reject"),
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

tours.add("rma_day_clerk_writes", {
    steps: () => writeToCustomer,
});

tours.add("rma_day_clerk_replaces", {
    steps: () => [...process, ...complete],
});

tours.add("rma_day_clerk_repairs", {
    steps: () => [...process, ...complete],
});

tours.add("rma_day_clerk_exchanges", {
    steps: () => [
        ...process,
        ...choose("product_id", "Round table"),
        {
            content: "The table is dearer",
            trigger: ".modal .o_field_widget[name=amount_replacement]:contains(345.00)",
        },
        ...complete,
    ],
});

tours.add("rma_day_technician_repairs", {
    steps: () => [
        ...press("action_validate"),
        ...press("action_repair_start"),
        ...press("action_repair_end"),
        wait("Repaired"),
    ],
});

tours.add("rma_day_clerk_inspects", {
    steps: () => [
        ...press("action_inspect"),
        {
            isActive: ["desktop"],
            trigger: ".modal div[name=inspection_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            isActive: ["desktop"],
            trigger: ".modal div[name=inspection_ids] .o_data_row td[name=grade_id]",
            run: "click",
        },
        {
            isActive: ["mobile"],
            trigger: ".modal div[name=inspection_ids] .o-kanban-button-new",
            run: "click",
        },
        ...choose("grade_id", "C, used"),
        {
            isActive: ["mobile"],
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Go on to the process screen",
            trigger: ".modal:not(.o_inactive_modal) footer button[name=action_process]",
            run: "click",
        },
        {
            trigger: ".modal .o_rma_facts div[name=inspection_summary]:contains('C, used')",
        },
        ...complete,
    ],
});

tours.add("rma_day_clerk_receives_serials", {
    steps: () => [
        ...press("action_open_receive"),
        {
            content: "What was sent is what comes back",
            trigger: ".modal .o_field_widget[name=line_ids]:contains(DAY-SN-1)",
        },
        {
            trigger: ".modal button[name=action_receive]",
            run: "click",
        },
        wait("Processing"),
    ],
});
