import { registry } from "@web/core/registry";
import { fitsThePhone, readPersian } from "@rma_management/../tests/tours/rma_tour_steps";

/** Whoever received a gift reads no amount, on any page. */
const readNoPrice = () => ({
    content: "No price, and nothing hangs over the edge of the phone",
    trigger: "#wrap",
    run() {
        const text = document.querySelector("#wrap").textContent;
        if (/\$\s?\d|\d\s?\$|Lovelace/.test(text)) {
            throw new Error(`The page tells too much: ${text}`);
        }
        fitsThePhone();
    },
});

registry.category("web_tour.tours").add("rma_gift", {
    steps: () => [
        {
            content: "The code of the mail, which the test has read",
            trigger: "input[name=code]",
            run({ anchor }) {
                anchor.value = window.location.hash.slice(1);
            },
        },
        { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
        readNoPrice(),
        { trigger: "input[name^=qty_]", run: "edit 1" },
        { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
        { trigger: ".o_rma_item select[name^=reason_]", run: "selectByLabel Any reason" },
        {
            content: "The buyer's refund is not offered",
            trigger: ".o_rma_item select[name^=operation_]:not(:contains(Refund))",
            run: "selectByLabel Replacement",
        },
        { trigger: ".o_rma_offers:contains(free of charge)" },
        readNoPrice(),
        { trigger: "input[name=gift_name]", run: "edit Bob Receiver" },
        { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
        { trigger: "#o_rma_errors:contains(where to send the replacement)" },
        { trigger: "input[name=gift_street]", run: "edit 5 Gift Lane" },
        { trigger: "input[name=gift_city]", run: "edit Vienna" },
        { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
        { trigger: ".o_rma_chosen:contains(free of charge)" },
        readNoPrice(),
        { trigger: "button.o_rma_send", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(Your request has been sent)" },
        readNoPrice(),
    ],
});

registry.category("web_tour.tours").add("rma_gift_rtl", {
    steps: () => [
        {
            content: "The code of the mail, which the test has read",
            trigger: "input[name=code]",
            run({ anchor }) {
                anchor.value = window.location.hash.slice(1);
            },
        },
        readPersian(".o_rma_form button.btn-primary"),
        { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
        { trigger: "input[name^=qty_]", run: "edit 1" },
        { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
        { trigger: ".o_rma_item select[name^=reason_]", run: "selectByLabel Any reason" },
        {
            trigger: ".o_rma_item select[name^=operation_]:not(:contains(Refund))",
            run: "selectByLabel Replacement",
        },
        readPersian(".o_rma_offers"),
        readNoPrice(),
        { trigger: "input[name=gift_name]", run: "edit Bob Receiver" },
        { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
        readPersian("#o_rma_errors"),
        { trigger: "input[name=gift_street]", run: "edit 5 Gift Lane" },
        { trigger: "input[name=gift_city]", run: "edit Vienna" },
        { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
        readPersian(".o_rma_chosen"),
        { trigger: "button.o_rma_send", run: "click", expectUnloadPage: true },
        readPersian(".alert-success"),
        readNoPrice(),
    ],
});
