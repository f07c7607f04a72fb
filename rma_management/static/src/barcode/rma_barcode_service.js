import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/**
 * Opens a return when the QR code of its slip, or its number, is scanned anywhere in the back end.
 *
 * Forms that count what is scanned get every barcode too, so only what looks like a return is looked up.
 */
export const rmaBarcodeService = {
    dependencies: ["action", "barcode", "orm"],

    async start(env, { action, barcode, orm }) {
        if (!(await user.hasGroup("rma_management.group_rma_user"))) {
            return;
        }
        barcode.bus.addEventListener("barcode_scanned", async ({ detail }) => {
            if (!/\/my\/returns\/\d+|^RMA\S+$/i.test(detail.barcode)) {
                return;
            }
            const id = await orm.call("rma.order", "find_by_barcode", [detail.barcode]);
            if (id) {
                await action.doAction({
                    type: "ir.actions.act_window",
                    res_model: "rma.order",
                    res_id: id,
                    views: [[false, "form"]],
                });
            }
        });
    },
};

registry.category("services").add("rma_barcode", rmaBarcodeService);
