import { Component, onWillStart, useState } from "@odoo/owl";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat, formatInteger, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;

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
        const { value, type } = this.props.number;
        if (value === false) {
            return "–";
        }
        switch (type) {
            case "integer":
                return formatInteger(value);
            case "monetary":
                return formatMonetary(value, { currencyId: this.props.currencyId });
            case "percentage":
                return formatPercentage(value / 100, { digits: [16, 1] });
        }
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    get isEmpty() {
        return !this.props.number.value;
    }

    openReturns() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.props.number.label,
            res_model: "rma.order",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: this.props.number.domain,
            context: { active_test: false, create: false },
        });
    }
}

/**
 * What a manager asks about returns: what is open and how old, what comes back and why, and what it costs.
 */
export class RmaDashboard extends Component {
    static template = "rma_management.Dashboard";
    static components = { Layout, RmaDashboardNumber };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.periods = [
            { key: "month", label: _t("30 days"), duration: { days: 30 } },
            { key: "quarter", label: _t("Quarter"), duration: { months: 3 } },
            { key: "year", label: _t("Year"), duration: { years: 1 } },
        ];
        this.state = useState({ period: "month", data: null });
        onWillStart(() => this.load());
    }

    /** The tables of return rates, which differ in what they list only. */
    get rateTables() {
        const { products, reasons } = this.state.data;
        return [
            { key: "products", title: _t("Return Rate by Product"), column: _t("Product"), rows: products },
            { key: "reasons", title: _t("Return Rate by Reason"), column: _t("Reason"), rows: reasons },
        ];
    }

    async load() {
        const today = DateTime.local();
        const { duration } = this.periods.find((period) => period.key === this.state.period);
        this.state.data = await this.keepLast.add(
            this.orm.call("rma.report", "get_dashboard_data", [
                // The first day and today both count.
                serializeDate(today.minus(duration).plus({ days: 1 })),
                serializeDate(today),
            ]),
        );
    }

    async setPeriod(key) {
        this.state.period = key;
        await this.load();
    }
}

registry.category("actions").add("rma_dashboard", RmaDashboard);
