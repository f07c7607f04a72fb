import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

const MAX_PHOTOS = 6;
const MAX_SIZE = 10 * 1024 * 1024;
const KINDS = ["image/jpeg", "image/png", "image/webp"];

/** One item of the second step: offers what goes with the chosen reason, and shows the chosen photos. */
export class ReturnItem extends Interaction {
    static selector = ".o_rma_item";
    dynamicContent = {
        "select[name^=reason_]": { "t-on-change": () => this.adapt(true) },
        "select[name^=operation_]": { "t-on-change": () => this.adapt(false) },
        "input[type=file]": { "t-on-change": this.preview },
        ".o_rma_add_photos": { "t-att-class": () => ({ "d-none": true }) },
        ".o_rma_replacement": { "t-att-class": () => ({ "d-none": !this.replaces }) },
        ".o_rma_offer": {
            "t-att-class": (el) => ({
                "d-none": !this.isOffered(el),
                o_rma_offer_chosen: this.isChosen(el),
            }),
        },
        ".o_rma_offer_reasons": { "t-att-class": () => ({ "d-none": Boolean(this.reasonEl.value) }) },
        ".o_rma_photo_required": { "t-att-class": () => ({ "d-none": !this.needsPhoto }) },
        ".o_rma_photo_error": { "t-att-class": () => ({ "d-none": !this.tooMuch }) },
        ".o_rma_photo_kind": { "t-att-class": () => ({ "d-none": !this.wrongKind }) },
    };

    setup() {
        this.tooMuch = false;
        this.wrongKind = false;
        this.reasonEl = this.el.querySelector("select[name^=reason_]");
        this.operationEl = this.el.querySelector("select[name^=operation_]");
        this.operationEls = [...this.operationEl.options].slice(1);
        this.adapt(false);
    }

    /** Keep the operations that the reason allows. A new reason proposes its own one. */
    adapt(proposes) {
        const reason = this.reasonEl.selectedOptions[0];
        const allowed = (reason?.dataset.operations || "").split(",").filter(Boolean);
        const chosen = this.operationEl.value;
        for (const el of this.operationEls) {
            el.remove();
        }
        this.operationEl.append(...this.operationEls.filter((el) => allowed.includes(el.value)));
        const proposal = proposes ? reason?.dataset.default : "";
        const kept = allowed.includes(proposal) ? proposal : chosen;
        this.operationEl.value = allowed.includes(kept) ? kept : this.choose(allowed, proposal);
        this.replaces = this.operationEl.selectedOptions[0]?.dataset.replaces === "1";
        this.needsPhoto = Boolean(reason?.dataset.photo);
        this.tellDifferences();
    }

    /** Tell what each replacement costs with the chosen reason, whose fee may differ. */
    tellDifferences() {
        for (const el of this.el.querySelectorAll(".o_rma_difference")) {
            const differences = JSON.parse(el.dataset.differences);
            el.textContent = differences[this.reasonEl.value] || el.textContent;
        }
    }

    /** Return whether an offer goes with the chosen reason, or no reason is chosen yet. */
    isOffered(el) {
        return !this.reasonEl.value || el.dataset.reasons.split(",").includes(this.reasonEl.value);
    }

    isChosen(el) {
        return this.isOffered(el) && el.dataset.operation === this.operationEl.value;
    }

    /** Return the only operation that is allowed, or else the proposed one where it is allowed. */
    choose(allowed, proposal) {
        if (allowed.length === 1) {
            return allowed[0];
        }
        return allowed.includes(proposal) ? proposal : "";
    }

    preview(ev) {
        const files = [...ev.currentTarget.files];
        const kept = this.el.querySelectorAll(".o_rma_photo").length;
        const previewsEl = this.el.querySelector(".o_rma_previews");
        previewsEl.replaceChildren();
        this.tooMuch = files.length + kept > MAX_PHOTOS || files.some((file) => file.size > MAX_SIZE);
        this.wrongKind = files.some((file) => !KINDS.includes(file.type));
        if (this.tooMuch || this.wrongKind) {
            ev.currentTarget.value = "";
            return;
        }
        for (const file of files) {
            const imgEl = document.createElement("img");
            imgEl.className = "o_rma_picture rounded border";
            imgEl.alt = file.name;
            imgEl.src = URL.createObjectURL(file);
            this.addListener(imgEl, "load", () => URL.revokeObjectURL(imgEl.src));
            this.insert(imgEl, previewsEl);
        }
    }
}

/** Every form of the way: is sent once, however often the button is pressed, and shows what is wrong. */
export class ReturnForm extends Interaction {
    static selector = ".o_rma_form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
    };

    start() {
        this.el.parentElement.querySelector("[role=alert][tabindex]")?.focus();
    }

    onSubmit(ev) {
        if (ev.defaultPrevented) {
            return;
        }
        if (this.isSent) {
            ev.preventDefault();
            return;
        }
        this.isSent = true;
        // The browser may bring the page back as it was left.
        this.addListener(window, "pageshow", () => (this.isSent = false));
    }
}

registry.category("public.interactions").add("rma_management.return_item", ReturnItem);
registry.category("public.interactions").add("rma_management.return_form", ReturnForm);
