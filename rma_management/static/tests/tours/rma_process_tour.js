import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const decision = (name) => `.modal .o_rma_process_card:contains('Chair') .o_rma_decision div[name=${name}]`;

const open = [
    {
        content: "Open the process screen",
        trigger: "button[name=action_process]",
        run: "click",
    },
];

const complete = (status = "Done") => [
    {
        trigger: ".modal button[name=action_complete]",
        run: "click",
    },
    {
        content: "The documents are named",
        trigger: ".o_notification:contains('processed')",
    },
    {
        content: "The return has its status",
        trigger: `.o_statusbar_status .o_arrow_button_current:contains('${status}')`,
    },
];

tours.add("rma_process_refund", {
    steps: () => [
        ...open,
        {
            trigger: ".modal div[name=amount_total_refund]:contains('92.00')",
        },
        {
            content: "Refund the shipping too",
            trigger: ".modal div[name=refund_shipping] input",
            run: "check",
        },
        {
            trigger: ".modal div[name=amount_total_refund]:contains('103.50')",
        },
        {
            content: "Keep a fee",
            trigger: ".modal div[name=refund_fee] input",
            run: "edit 3.5 && press Tab",
        },
        {
            content: "The total follows",
            trigger: ".modal div[name=amount_total_refund]:contains('100.00')",
        },
        ...complete(),
    ],
});

tours.add("rma_process_exchange", {
    steps: () => [
        ...open,
        {
            content: "Exchange it",
            trigger: `${decision("resolution")} input`,
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains('Replacement')",
            run: "click",
        },
        {
            content: "For a table",
            trigger: `${decision("product_id")} input`,
            run: "edit Tour table",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Tour table')",
            run: "click",
        },
        {
            content: "The table is dearer",
            trigger: ".modal div[name=amount_replacement]:contains('172.50')",
        },
        {
            content: "Choose how it is sent",
            trigger: ".modal div[name=carrier_id] input",
            run: "edit Tour parcel",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Tour parcel')",
            run: "click",
        },
        {
            trigger: ".modal div[name=bill_shipping] input",
            run: "check",
        },
        {
            trigger: ".modal div[name=carrier_price] input:value('10.00')",
        },
        ...complete("Processing"),
    ],
});

tours.add("rma_process_inspection", {
    steps: () => [
        {
            content: "Inspect what arrived",
            trigger: "button[name=action_inspect]",
            run: "click",
        },
        {
            trigger: ".modal div[name=inspection_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "The only product that came back is proposed",
            trigger: ".modal div[name=inspection_ids] .o_data_row td[name=line_id] input:value('Chair')",
        },
        {
            trigger: ".modal div[name=inspection_ids] .o_data_row td[name=grade_id]",
            run: "click",
        },
        {
            trigger: ".modal div[name=inspection_ids] .o_data_row td[name=grade_id] input",
            run: "edit C, used",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('C, used')",
            run: "click",
        },
        {
            content: "Go on to the process screen",
            trigger: ".modal footer button[name=action_process]",
            run: "click",
        },
        {
            content: "One of two is worth 80 %",
            trigger: ".modal div[name=amount_total_refund]:contains('82.80')",
        },
        {
            trigger: ".modal .o_rma_facts div[name=inspection_summary]:contains('C, used')",
        },
        ...complete(),
    ],
});
