import { registry } from "@web/core/registry";

const button = (name) => ({ trigger: `button[name=${name}]`, run: "click" });
const inWindow = (name) => ({ trigger: `.modal button[name=${name}]`, run: "click" });
const closed = { content: "The window is closed", trigger: "body:not(:has(.modal))" };

/**
 * Register a tour that fails when the document of a service takes more clicks than it may, counted from the open
 * ticket.
 */
function addCounted(name, limit, steps) {
    let clicks = 0;
    const count = () => clicks++;
    registry.category("web_tour.tours").add(name, {
        steps: () => [
            {
                content: "Start to count",
                trigger: ".o_form_view",
                run() {
                    document.addEventListener("pointerdown", count, true);
                },
            },
            ...steps,
            {
                content: "Not too many clicks",
                trigger: "body",
                run() {
                    document.removeEventListener("pointerdown", count, true);
                    if (!clicks || clicks > limit) {
                        throw new Error(`${name} took ${clicks} clicks instead of at most ${limit}`);
                    }
                },
            },
        ],
    });
}

addCounted("helpdesk_ticket_clicks_refund", 2, [button("action_refund"), inWindow("action_refund"), closed]);

addCounted("helpdesk_ticket_clicks_coupon", 4, [
    button("action_coupon"),
    inWindow("action_generate"),
    inWindow("action_send"),
    inWindow("action_send_mail"),
    closed,
]);

addCounted("helpdesk_ticket_clicks_return", 3, [
    button("action_return"),
    { trigger: ".modal .o_field_widget[name=reason_id] .o_radio_item:contains(Any reason) input", run: "click" },
    { content: "The reason proposes what follows", trigger: ".modal [name=operation_type_id] input:value(Refund)" },
    inWindow("action_create"),
    closed,
]);

addCounted("helpdesk_ticket_clicks_repair", 2, [button("action_repair"), inWindow("action_create"), closed]);

addCounted("helpdesk_ticket_clicks_visit", 2, [button("action_plan_task"), inWindow("action_create"), closed]);
