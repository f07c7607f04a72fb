import { registry } from "@web/core/registry";
import { fitsThePhone, readPersian } from "@rma_management/../tests/tours/rma_tour_steps";

/** The same steps in every language: nothing is found by what it says. */
const withdraw = () => [
    { trigger: "input[name=customer_name]", run: "edit Ada Customer" },
    { trigger: "input[name=order_reference]", run: "edit TOUR-0009" },
    { trigger: "input[name=email]", run: "edit ada@example.com" },
    { trigger: ".o_rma_withdraw button.btn-primary", run: "click", expectUnloadPage: true },
    { trigger: ".o_rma_statement:contains(TOUR-0009)" },
    { trigger: "button.o_rma_confirm", run: "click", expectUnloadPage: true },
    { trigger: ".o_rma_receipt .o_rma_received:contains(UTC)" },
    {
        content: "Nothing hangs over the edge of the phone",
        trigger: ".o_rma_receipt",
        run: fitsThePhone,
    },
];

registry.category("web_tour.tours").add("rma_withdrawal", {
    steps: () => [
        {
            content: "The words of the law are on every page",
            trigger: "footer a.o_rma_withdraw_link:contains(Withdraw from contract here)",
            run: "click",
            expectUnloadPage: true,
        },
        ...withdraw(),
        { trigger: ".o_rma_receipt:contains(not an acceptance)" },
    ],
});

registry.category("web_tour.tours").add("rma_withdrawal_rtl", {
    steps: () => [readPersian(".o_rma_withdraw"), ...withdraw(), readPersian(".o_rma_receipt")],
});

registry.category("web_tour.tours").add("rma_withdrawal_items", {
    steps: () => [
        { trigger: "a.o_rma_withdraw_order", run: "click", expectUnloadPage: true },
        { trigger: "input[name^=qty_]", run: "edit 2" },
        { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
        { trigger: ".o_rma_statement:contains(2):contains(Chair)" },
        { trigger: "button.o_rma_confirm", run: "click", expectUnloadPage: true },
        { trigger: ".o_rma_receipt:contains(Chair)" },
    ],
});
