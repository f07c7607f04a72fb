import { Component, onWillStart, useState } from "@odoo/owl";
import { RmaDashboardNumber } from "@rma_management/dashboard/rma_dashboard_number";
import { RmaDashboardPlot } from "@rma_management/dashboard/rma_dashboard_plot";
import { router } from "@web/core/browser/router";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;

/**
 * What a manager asks about returns: what is open and how old, what comes back and why, and what it costs.
 */
export class RmaDashboard extends Component {
    static template = "rma_management.Dashboard";
    static components = { Layout, RmaDashboardNumber, RmaDashboardPlot };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.periods = [
            { key: "month", label: _t("30 days"), duration: { days: 30 } },
            { key: "quarter", label: _t("Quarter"), duration: { months: 3 } },
            { key: "year", label: _t("Year"), duration: { years: 1 } },
        ];
        // The address tells the period, so that it can be shared.
        const asked = this.periods.find((period) => period.key === router.current.period);
        this.state = useState({ period: asked ? asked.key : "month", data: null });
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

    /** What is plotted: each part opens the returns behind it. */
    get plots() {
        const { costs, reasons, recovery, steps } = this.state.data;
        const received = reasons.map((row) => row.received);
        return [
            this.plotTrend("returns", _t("Returns Requested"), "bar", _t("Returns")),
            this.plotTrend("rate", _t("Return Rate"), "line", _t("Received of delivered")),
            this.plotNumbers("costs", _t("Refunded by Product, before Taxes"), "rows", costs, _t("Refunded")),
            this.plotNumbers("reasons", _t("Received by Reason"), "rows", received, _t("Received")),
            this.plotNumbers("steps", _t("Average Days for Each Step"), "rows", steps, _t("Days")),
            this.plotNumbers("recovery", _t("Where the Goods Went, at Cost"), "doughnut", recovery, _t("Value")),
        ];
    }

    plotTrend(key, title, kind, label) {
        const { points } = this.state.data.trend;
        const before = points.map((point) => point[`previous_${key}`]);
        return {
            key,
            title,
            kind,
            labels: points.map((point) => point.label),
            series: [
                { label, numbers: points.map((point) => point[key]), previous: false },
                { label: _t("Period before"), numbers: before, previous: true },
            ],
        };
    }

    plotNumbers(key, title, kind, numbers, label) {
        const labels = numbers.map((number) => number.label);
        return { key, title, kind, labels, series: [{ label, numbers, previous: false }] };
    }

    print() {
        window.print();
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
        router.pushState({ period: key });
        await this.load();
    }
}

registry.category("actions").add("rma_dashboard", RmaDashboard);
