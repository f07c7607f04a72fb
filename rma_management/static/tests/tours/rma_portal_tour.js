import { registry } from "@web/core/registry";
import { readPersian } from "@rma_management/../tests/tours/rma_tour_steps";

/** Draw a picture in the browser, and choose it as a visitor does. */
async function choosePhoto(inputEl) {
    const canvasEl = document.createElement("canvas");
    canvasEl.width = canvasEl.height = 40;
    canvasEl.getContext("2d").fillRect(5, 5, 30, 30);
    const blob = await new Promise((resolve) => canvasEl.toBlob(resolve, "image/jpeg"));
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], "broken leg.jpg", { type: "image/jpeg" }));
    inputEl.files = transfer.files;
    inputEl.dispatchEvent(new Event("change", { bubbles: true }));
}

const describe = () => [
    {
        content: "Without a reason there is nothing to choose",
        trigger: ".o_rma_item select[name^=operation_]:not(:has(option:nth-child(2)))",
    },
    { trigger: ".o_rma_item select[name^=reason_]", run: "selectByLabel Broken in the tour" },
    {
        content: "The reason offers and proposes what goes with it",
        trigger: ".o_rma_item select[name^=operation_]:has(option:checked:contains(Refund))",
    },
    { trigger: ".o_rma_item .o_rma_photo_required:not(.d-none)" },
    { trigger: ".o_rma_item textarea", run: "edit The leg is broken." },
];

registry.category("web_tour.tours").add("rma_portal_request", {
    steps: () => [
        { trigger: "a.o_rma_return_order", run: "click", expectUnloadPage: true },
        { trigger: "input[name^=qty_]", run: "edit 2" },
        { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
        ...describe(),
        { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
        {
            content: "The reason asks for a photo, and what was typed is still there",
            trigger: ".o_rma_item .alert-danger:contains(Add a photo)",
        },
        {
            trigger: ".o_rma_item textarea",
            run({ anchor }) {
                if (anchor.value !== "The leg is broken.") {
                    throw new Error("What was typed is lost.");
                }
            },
        },
        {
            trigger: ".o_rma_item input[type=file]",
            run: ({ anchor }) => choosePhoto(anchor),
        },
        { content: "It is shown before it is sent", trigger: ".o_rma_previews img" },
        { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
        { trigger: ".o_rma_request:contains(The leg is broken.) img[src*='/photo/']" },
        { trigger: "button.o_rma_send", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(Your request has been sent)" },
        { trigger: ".o_rma_return h2:contains(We have your request)" },
    ],
});

/** In Persian nothing is found by what it says, but by what the test has named. */
const goThroughInPersian = () => [
    readPersian(".o_rma_form button.btn-primary"),
    { trigger: "input[name^=qty_]", run: "edit 2" },
    { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
    readPersian("button.o_rma_continue"),
    ...describe(),
    { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
    readPersian(".o_rma_item .alert-danger"),
    { trigger: ".o_rma_item input[type=file]", run: ({ anchor }) => choosePhoto(anchor) },
    { trigger: ".o_rma_previews img" },
    { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
    { trigger: ".o_rma_request:contains(The leg is broken.) img[src*='/photo/']" },
    readPersian("button.o_rma_send"),
    { trigger: "button.o_rma_send", run: "click", expectUnloadPage: true },
    readPersian(".alert-success"),
    readPersian(".o_rma_return h2"),
];

registry.category("web_tour.tours").add("rma_portal_request_rtl", {
    steps: () => [
        readPersian("a.o_rma_return_order"),
        { trigger: "a.o_rma_return_order", run: "click", expectUnloadPage: true },
        ...goThroughInPersian(),
    ],
});

registry.category("web_tour.tours").add("rma_portal_cancel", {
    steps: () => [
        { trigger: ".o_rma_cancel summary", run: "click" },
        { trigger: ".o_rma_cancel button.btn-danger", run: "click", expectUnloadPage: true },
        { trigger: ".o_rma_return h2:contains(This return is canceled)" },
    ],
});

registry.category("web_tour.tours").add("rma_portal_messages", {
    steps: () => [
        { trigger: ".o_rma_return:contains(The box is missing.)" },
        { trigger: "#chatterRoot:shadow .o-mail-Message:contains(Which box do you mean?)" },
        { trigger: "#chatterRoot:shadow .o-mail-Composer-input", run: "edit The one with the screws." },
        { trigger: "#chatterRoot:shadow .o-mail-Composer button:contains(Send):enabled", run: "click" },
        { trigger: "#chatterRoot:shadow .o-mail-Message:contains(The one with the screws.)" },
    ],
});

registry.category("web_tour.tours").add("rma_guest_order", {
    steps: () => [
        { trigger: "footer a[href='/returns']", run: "click", expectUnloadPage: true },
        { trigger: "input[name=number]", run: "edit TOUR-0001" },
        { trigger: "input[name=email]", run: "edit ada@example.com" },
        { trigger: ".o_rma_form button", run: "click", expectUnloadPage: true },
        { trigger: "input[name=code]" },
    ],
});

const enterCode = () => [
    {
        content: "The code of the mail, which the test has read",
        trigger: "input[name=code]",
        run({ anchor }) {
            anchor.value = window.location.hash.slice(1);
        },
    },
    { trigger: ".o_rma_form button", run: "click", expectUnloadPage: true },
];

registry.category("web_tour.tours").add("rma_guest_request_rtl", {
    steps: () => [readPersian(".o_rma_form button"), ...enterCode(), ...goThroughInPersian()],
});

registry.category("web_tour.tours").add("rma_guest_request", {
    steps: () => [
        ...enterCode(),
        { trigger: "input[name^=qty_]", run: "edit 1" },
        { trigger: ".o_rma_form button.btn-primary", run: "click", expectUnloadPage: true },
        ...describe(),
        { trigger: ".o_rma_item input[type=file]", run: ({ anchor }) => choosePhoto(anchor) },
        { trigger: ".o_rma_previews img" },
        { trigger: "button.o_rma_continue", run: "click", expectUnloadPage: true },
        { trigger: "button.o_rma_send", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(Your request has been sent)" },
    ],
});
