import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("rma_dashboard", {
    steps: () => [
        {
            content: "Half of the chairs came back",
            trigger: ".o_rma_dashboard [data-table=products] tr:contains(Dashboard Chair) td:contains(50%)",
        },
        {
            content: "Plots are drawn, and told to who cannot see them",
            trigger: ".o_rma_dashboard [data-plot=returns]:has(canvas) li:contains(Returns: )",
        },
        {
            trigger: ".o_rma_dashboard [data-plot=reasons] li:contains(Received: )",
        },
        {
            content: "Print it",
            trigger: ".o_rma_dashboard_print",
            run: async ({ click }) => {
                window.print = () => document.body.classList.add("o_rma_printed");
                await click();
            },
        },
        {
            trigger: "body.o_rma_printed",
        },
        {
            content: "Choose another period",
            trigger: ".o_rma_dashboard button[data-period=year]",
            run: "click",
        },
        {
            trigger: ".o_rma_dashboard button[data-period=year][aria-pressed=true]",
        },
        {
            content: "Narrow it to a warehouse in which nothing happened",
            trigger: ".o_rma_dashboard select[data-scope=warehouse]",
            run: "selectByLabel Dashboard Annex",
        },
        {
            trigger: ".o_rma_dashboard [data-plot=returns]:contains(Nothing in this period.)",
        },
        {
            trigger: ".o_rma_dashboard_open tr[data-state=requested]:not(:has(button))",
        },
        {
            content: "And to the one that received the chairs",
            trigger: ".o_rma_dashboard select[data-scope=warehouse]",
            run: "selectByLabel Dashboard House",
        },
        {
            content: "See the returns behind the rate",
            trigger: ".o_rma_dashboard [data-table=products] tr:contains(Dashboard Chair) button:contains(50%)",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row td[name=partner_id]:contains(Ada Customer)",
        },
        {
            content: "Back to the dashboard",
            trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            content: "It is still of that warehouse",
            trigger: ".o_rma_dashboard select[data-scope=warehouse]:has(option:checked:contains(Dashboard House))",
        },
        {
            content: "See what waits for approval",
            trigger: ".o_rma_dashboard_open tr[data-state=requested] button:first",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row td[name=state]:contains(Requested)",
        },
    ],
});

registry.category("web_tour.tours").add("rma_analysis", {
    steps: () => [
        {
            content: "Returns are measured by what was delivered",
            trigger: ".o_pivot tr:contains(Dashboard Chair) .o_pivot_cell_value:contains(50.00)",
        },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "Open the return of a row",
            trigger: ".o_list_view .o_data_row:contains(Dashboard Chair):contains(RMA) td[name=product_id]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=partner_id]:contains(Ada Customer)",
        },
    ],
});
