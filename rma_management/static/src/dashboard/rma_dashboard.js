import { Component, onMounted, onWillStart, useState } from "@odoo/owl";
import { RmaDashboardNumber } from "@rma_management/dashboard/rma_dashboard_number";
import { RmaDashboardPlot } from "@rma_management/dashboard/rma_dashboard_plot";
import { router } from "@web/core/browser/router";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
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
        this.scopes = [
            { name: "company_id", key: "company", label: _t("Company"), all: _t("All companies") },
            { name: "warehouse_id", key: "warehouse", label: _t("Warehouse"), all: _t("All warehouses") },
            { name: "team_id", key: "team", label: _t("Sales Team"), all: _t("All sales teams") },
        ];
        this.state = useState({ ...(this.props.state || this.getAsked()), data: null });
        useSetupAction({
            getLocalState: () => ({ period: this.state.period, scope: { ...this.state.scope } }),
        });
        onWillStart(() => this.load());
        onMounted(() => this.props.state && this.pushAddress());
    }

    /** What the address asks for. It tells what is shown, so that it can be shared. */
    getAsked() {
        const { current } = router;
        const period = this.periods.find(({ key }) => key === current.period) || this.periods[0];
        const scope = this.scopes.map(({ key, name }) => [name, Number(current[key]) || false]);
        return { period: period.key, scope: Object.fromEntries(scope) };
    }

    pushAddress() {
        const { period, scope } = this.state;
        const scopes = this.scopes.map(({ key, name }) => [key, scope[name] || undefined]);
        router.pushState({ period, ...Object.fromEntries(scopes) });
    }

    /** What the returns can be narrowed to, where there is something to choose. */
    get pickers() {
        const pickers = this.scopes.map((scope) => ({ ...scope, choices: this.state.data.choices[scope.name] }));
        return pickers.filter(({ choices }) => choices.length > 1);
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
        const data = await this.keepLast.add(
            this.orm.call("rma.report", "get_dashboard_data", [
                // The first day and today both count.
                serializeDate(today.minus(duration).plus({ days: 1 })),
                serializeDate(today),
                { ...this.state.scope },
            ]),
        );
        if (this.dropUnavailable(data.choices)) {
            await this.load();
        } else {
            this.state.data = data;
        }
    }

    /** Forget what can no longer be chosen, as the warehouse of another company; tell whether there was any. */
    dropUnavailable(choices) {
        const { scope } = this.state;
        const dropped = this.scopes.filter(
            ({ name }) =>
                scope[name] && (choices[name].length < 2 || !choices[name].some(({ id }) => id === scope[name])),
        );
        for (const { name } of dropped) {
            scope[name] = false;
        }
        return dropped.length > 0;
    }

    async setPeriod(key) {
        this.state.period = key;
        await this.reload();
    }

    async setScope({ name }, value) {
        this.state.scope[name] = Number(value) || false;
        await this.reload();
    }

    async reload() {
        this.pushAddress();
        await this.load();
    }
}

registry.category("actions").add("rma_dashboard", RmaDashboard);
