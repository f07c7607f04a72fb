import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger, formatMonetary, formatPercentage } from "@web/views/fields/formatters";

/** The text of a number as `get_dashboard_data` gives it. */
export function formatDashboardNumber({ value, type }, currencyId) {
    if (value === false) {
        return "–";
    }
    switch (type) {
        case "integer":
            return formatInteger(value);
        case "monetary":
            return formatMonetary(value, { currencyId });
        case "percentage":
            return formatPercentage(value / 100, { digits: [16, 1] });
    }
    return formatFloat(value, { digits: [16, 2], trailingZeros: false });
}

/** Opens the returns behind a number. */
export function openReturns(action, { label, domain }) {
    return action.doAction({
        type: "ir.actions.act_window",
        name: label,
        res_model: "rma.order",
        views: [
            [false, "list"],
            [false, "form"],
        ],
        domain,
        context: { active_test: false, create: false },
    });
}

/**
 * A number of the dashboard. A click opens the returns behind it.
 */
export class RmaDashboardNumber extends Component {
    static template = "rma_management.DashboardNumber";
    static props = {
        number: Object,
        currencyId: { type: Number, optional: true },
        class: { type: String, optional: true },
    };
    static defaultProps = { class: "" };

    setup() {
        this.action = useService("action");
    }

    get text() {
        return formatDashboardNumber(this.props.number, this.props.currencyId);
    }

    get isEmpty() {
        return !this.props.number.value;
    }

    /** How the number changed since the period before, if both are known. */
    get change() {
        const { previous, value } = this.props.number;
        if ([previous, value].some((number) => number === undefined || number === false)) {
            return "";
        }
        const before = formatDashboardNumber({ ...this.props.number, value: previous }, this.props.currencyId);
        if (value === previous) {
            return _t("As before");
        }
        return (value > previous ? "▲ " : "▼ ") + _t("from %s", before);
    }

    openReturns() {
        return openReturns(this.action, this.props.number);
    }
}
