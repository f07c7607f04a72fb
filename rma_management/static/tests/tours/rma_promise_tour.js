import { registry } from "@web/core/registry";

import { choose, press, wait } from "@rma_management/../tests/tours/rma_day_tour";

const tours = registry.category("web_tour.tours");

const tab = (name) => ({
    trigger: `.o_notebook .nav-link:contains(${name})`,
    run: "click",
});

const item = (name) => `.o_field_widget[name=line_ids] .o_data_row:first td[name=${name}]`;

/** Types in a field of the first item, and chooses what is proposed. */
const chooseInItem = (name, text) => [
    {
        trigger: `${item(name)} input`,
        run: `edit ${text}`,
    },
    {
        trigger: `.o-autocomplete--dropdown-item:contains(${text})`,
        run: "click",
    },
];

const openFromList = (number) => ({
    trigger: `.o_list_view .o_data_row:contains(${number}) td[name=partner_id]`,
    run: "click",
});

const openMenu = (section, name) => [
    {
        trigger: `.o_menu_sections button:contains(${section})`,
        run: "click",
    },
    {
        trigger: `.o-dropdown--menu a.dropdown-item:contains(/^${name}$/)`,
        run: "click",
    },
];

const removeFacet = {
    trigger: ".o_facet_remove",
    run: "click",
};

const toggleFilter = (name) => [
    {
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
    {
        trigger: `.o_filter_menu .o_menu_item:contains(${name})`,
        run: "click",
    },
    {
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
];

const askWithAllowedResolution = [
    {
        content: "A draft is among the work to do",
        ...openFromList("DAY-RMA-1"),
    },
    {
        content: "Choose a reason that allows only repairs",
        trigger: item("reason_id"),
        run: "click",
    },
    ...chooseInItem("reason_id", "Only squeaks"),
    {
        content: "Its resolution is proposed",
        trigger: `${item("operation_type_id")} input:value(Repair)`,
    },
    {
        content: "No other can be chosen",
        trigger: `${item("operation_type_id")} input`,
        run: "edit Refund",
    },
    {
        trigger: ".o-autocomplete--dropdown-menu:not(:contains(/^Refund$/)):contains(No record)",
    },
    ...chooseInItem("reason_id", "Any reason"),
    {
        content: "Any resolution can",
        ...chooseInItem("operation_type_id", "Refund")[0],
    },
    chooseInItem("operation_type_id", "Refund")[1],
    ...press("action_request"),
    wait("Requested"),
    ...["Items", "Messages", "History", "General"].map(tab),
    {
        trigger: ".o_field_widget[name=partner_shipping_id] input:value(Ada Customer)",
    },
    ...press("action_approve"),
    wait("Approved"),
];

const printAndSend = [
    ...press("action_print"),
    {
        content: "The slip has come from the server",
        trigger: "body",
        run: async () => {
            const isSlip = ({ name, responseStatus }) => name.includes("/report/download") && responseStatus === 200;
            for (let second = 0; !performance.getEntriesByType("resource").some(isSlip); second++) {
                if (second === 30) {
                    throw new Error("No slip");
                }
                await new Promise((resolve) => setTimeout(resolve, 1000));
            }
        },
    },
    ...press("action_send"),
    {
        content: "The customer gets it with the slip",
        trigger: ".modal .o_field_widget[name=partner_ids]:contains(Ada Customer)",
    },
    {
        trigger: ".modal .o_field_widget[name=attachment_ids]:contains(Return DAY-RMA-1)",
    },
    {
        trigger: ".modal button[name=action_send_mail]",
        run: "click",
    },
    {
        trigger: "body:not(:has(.modal)) .o_form_view",
    },
];

const restockElsewhere = [
    ...press("action_open_receive"),
    {
        trigger: ".modal button[name=action_receive]",
        run: "click",
    },
    wait("Processing"),
    {
        content: "The person responsible is asked to go on",
        trigger: ".o-mail-Activity:contains(day_clerk)",
    },
    {
        trigger: ".o_menu_systray button:has(i[aria-label=Activities])",
        run: "click",
    },
    {
        trigger: ".o-mail-ActivityGroup:contains(Return)",
    },
    {
        trigger: ".o_menu_systray button:has(i[aria-label=Activities])",
        run: "click",
    },
    ...press("action_process"),
    {
        content: "What is not invoiced cannot be refunded",
        trigger: ".modal .alert-warning:contains(2 Units of Chair are not invoiced)",
    },
    {
        trigger: ".modal .o_rma_goods div[name=qty_restock] input",
        run: "edit 2 && press Tab",
    },
    {
        trigger: ".modal .o_rma_goods div[name=restock_location_id] input",
        run: "edit DAYWH/Stock",
    },
    {
        trigger: ".o-autocomplete--dropdown-item:contains(DAYWH/Stock)",
        run: "click",
    },
    {
        trigger: ".modal button[name=action_complete]",
        run: "click",
    },
    wait("Done"),
];

const history = (kind, text) => ({
    trigger: `.o_field_widget[name=history_ids] .o_data_row:contains(${kind}):contains(${text})`,
});

const readDocumentsAndHistory = [
    tab("Documents"),
    {
        content: "What was received and what was put back in stock",
        trigger: ".o_field_widget[name=picking_ids] .o_data_row:contains(/RET/)",
    },
    tab("History"),
    history("Status changed", "day_clerk"),
    history("Customer notified", "day_clerk"),
    history("Put back in stock", "2 Units Chair"),
    {
        content: "Each event has its time",
        trigger: ".o_field_widget[name=history_ids]:not(:has(.o_data_row td[name=date]:empty)) .o_data_row",
    },
];

const archive = [
    {
        trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item.o_back_button a",
        run: "click",
    },
    {
        content: "A closed return is no work to do",
        trigger: ".o_list_view:not(:contains(DAY-RMA-1)) .o_searchview_facet:contains(Open)",
    },
    removeFacet,
    {
        content: "It is archived",
        trigger: ".o_list_view .o_data_row:contains(DAY-RMA-1) .o_list_record_selector input",
        run: "click",
    },
    {
        trigger: ".o_cp_action_menus button:contains(Actions)",
        run: "click",
    },
    {
        trigger: ".o-dropdown--menu .o_menu_item:contains(Archive)",
        run: "click",
    },
    {
        trigger: ".modal footer .btn-primary",
        run: "click",
    },
    {
        trigger: "body:not(:has(.modal)) .o_list_view:not(:contains(DAY-RMA-1))",
    },
    ...toggleFilter("Archived"),
    {
        content: "And is still found",
        trigger: ".o_list_view .o_data_row:contains(DAY-RMA-1)",
    },
];

tours.add("rma_promise_clerk", {
    steps: () => [
        ...askWithAllowedResolution,
        ...printAndSend,
        ...restockElsewhere,
        ...readDocumentsAndHistory,
        ...archive,
    ],
});

tours.add("rma_promise_manager", {
    steps: () => [
        ...openMenu("Configuration", "Policies"),
        {
            trigger: ".modal .nav-link:contains(Return Slip)",
            run: "click",
        },
        ...choose("rma_return_address_id", "Backyard Dock"),
        {
            trigger: ".modal .o_field_widget[name=rma_return_instructions] .odoo-editor-editable",
            run: "editor Wrap the legs.",
        },
        {
            trigger: ".modal .nav-link:contains(Messages to the Customer)",
            run: "click",
        },
        {
            content: "Switch an email off",
            trigger: ".modal .o_field_widget[name=rma_mail_requested_template_id] input",
            run: "clear && press Tab",
        },
        {
            content: "Switch an SMS on",
            ...choose("rma_sms_approved_template_id", "Return: approved")[0],
        },
        choose("rma_sms_approved_template_id", "Return: approved")[1],
        {
            content: "Edit what is sent on approval",
            trigger: ".modal .o_field_widget[name=rma_mail_approved_template_id] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=rma_mail_approved_template_id] .o_external_button",
            run: "click",
        },
        {
            trigger: ".modal:not(.o_inactive_modal) .o_field_widget[name=subject] input",
            run: "edit Good news",
        },
        {
            trigger: ".modal:not(.o_inactive_modal) .o_form_button_save",
            run: "click",
        },
        {
            trigger: ".modal:not(.o_inactive_modal) footer button[special=save]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_menu_sections a:contains(/^Returns$/)",
            run: "click",
        },
        openFromList("DAY-RMA-2"),
        ...press("action_approve"),
        {
            content: "One approval is not enough for what is dear",
            trigger: ".o_form_view .alert-info:contains(another member of)",
        },
        wait("Requested"),
    ],
});

tours.add("rma_promise_second_approver", {
    steps: () => [
        {
            content: "Returns are found in Sales",
            trigger: ".o_menu_brand:contains(Sales)",
        },
        ...openMenu("Orders", "Returns"),
        openFromList("DAY-RMA-2"),
        ...press("action_approve"),
        wait("Approved"),
        {
            content: "And in Inventory",
            trigger: ".o_navbar_apps_menu button",
            run: "click",
        },
        {
            trigger: ".o_app:contains(Inventory)",
            run: "click",
        },
        {
            trigger: ".o_menu_brand:contains(Inventory)",
        },
        ...openMenu("Operations", "Returns"),
        removeFacet,
        openFromList("DAY-RMA-3"),
        tab("Documents"),
        {
            content: "All documents are on the one page",
            trigger: ".o_field_widget[name=picking_ids] .o_data_row:contains(/RET/)",
        },
        {
            trigger: ".o_field_widget[name=refund_ids] .o_data_row:contains(INV/)",
        },
        {
            trigger: ".o_field_widget[name=repair_ids] .o_data_row",
        },
        {
            trigger: ".o_field_widget[name=replacement_sale_order_ids] .o_data_row",
        },
    ],
});

const status = (number, title) => [
    {
        trigger: `a:contains(${number})`,
        run: "click",
        expectUnloadPage: true,
    },
    {
        trigger: `#wrap:contains(${number}) .alert-heading:contains(${title})`,
    },
    {
        trigger: ".breadcrumb a[href^='/my/returns']",
        run: "click",
        expectUnloadPage: true,
    },
];

tours.add("rma_promise_customer", {
    steps: () => [
        {
            content: "A draft is for staff only",
            trigger: ".o_portal_my_doc_table:not(:contains(DAY-draft))",
        },
        ...status("DAY-requested", "We have your request"),
        ...status("DAY-processing", "Your goods have arrived"),
        ...status("DAY-done", "Your return is settled"),
        ...status("DAY-rejected", "We cannot accept this return"),
        ...status("DAY-cancel", "This return is canceled"),
        ...status("DAY-approved", "Your return is approved").slice(0, 2),
        {
            trigger: "a[href*='report_type=pdf']:contains(Print the slip)",
        },
    ],
});
