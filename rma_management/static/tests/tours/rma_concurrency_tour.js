import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("rma_concurrency", {
    steps: () => [
        {
            content: "Approve while others always are faster",
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            content: "A sentence, and no traceback",
            trigger: ".o_notification:contains(please try again)",
        },
        {
            trigger: "body:not(:has(.o_error_dialog))",
        },
    ],
});
