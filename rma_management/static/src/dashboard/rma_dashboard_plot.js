/* global Chart */

import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { localization } from "@web/core/l10n/localization";
import { formatDashboardNumber, openReturns } from "@rma_management/dashboard/rma_dashboard_number";
import { useService } from "@web/core/utils/hooks";

const SCHEME = cookie.get("color_scheme");
const GREY = getCustomColor(SCHEME, "#8f8f8f", "#a0a0a0");

/**
 * A plot of numbers of the dashboard. A click on a part opens the returns behind it. Beside it stands what it shows as a
 * list, for who cannot see it.
 *
 * `series` are lists of numbers, or of plain values that nothing opens: those of the period before.
 */
export class RmaDashboardPlot extends Component {
    static template = "rma_management.DashboardPlot";
    static props = {
        kind: { validate: (kind) => ["bar", "line", "rows", "doughnut"].includes(kind) },
        labels: Array,
        series: { type: Array, element: { type: Object, shape: { label: String, numbers: Array, previous: Boolean } } },
        currencyId: { type: Number, optional: true },
        title: String,
    };

    setup() {
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.chart?.destroy();
                this.chart = new Chart(this.canvas.el, this.config);
            },
            () => [this.props.labels, this.props.series],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get isEmpty() {
        return !this.props.series.some((series) => series.numbers.some((number) => this.getValue(number)));
    }

    /** What a list of the plot tells, a line for each part. */
    get lines() {
        return this.props.labels.map((label, index) => {
            const values = this.props.series.map(
                (series) => `${series.label}: ${this.format(series.numbers[index], index)}`,
            );
            return `${label}: ${values.join(", ")}`;
        });
    }

    /** What is drawn of a number: nothing where it is unknown. */
    getValue(number) {
        const value = typeof number === "object" ? number.value : number;
        return value === false ? null : value;
    }

    /** The text of a number; a plain value is of the kind of those that it stands beside. */
    format(number, index) {
        const typed = typeof number === "object" ? number : { ...this.props.series[0].numbers[index], value: number };
        return formatDashboardNumber(typed, this.props.currencyId);
    }

    get config() {
        const { kind, labels, series } = this.props;
        const datasets = series.map((one, index) =>
            kind === "doughnut" ? this.getRing(one) : this.getDataset(one, index),
        );
        return {
            type: kind === "rows" ? "bar" : kind,
            data: { labels, datasets },
            options: {
                animation: false,
                maintainAspectRatio: false,
                responsive: true,
                indexAxis: this.axis,
                interaction:
                    kind === "doughnut" ? { mode: "nearest" } : { mode: "index", axis: this.axis, intersect: false },
                scales: kind === "doughnut" ? {} : this.scales,
                plugins: this.plugins,
                onClick: (event, parts) => this.open(parts),
                onHover: (event, parts) => {
                    event.native.target.style.cursor = this.getNumber(parts) ? "pointer" : "default";
                },
            },
        };
    }

    /** The axis that the parts stand at. */
    get axis() {
        return this.props.kind === "rows" ? "y" : "x";
    }

    get scales() {
        const { kind, labels } = this.props;
        const rows = kind === "rows";
        // Right to left, time runs to the left and bars grow to it.
        const reverse = localization.direction === "rtl";
        const numbers = {
            beginAtZero: true,
            ticks: { callback: (value) => this.format(value, 0), precision: 0, maxTicksLimit: 6 },
        };
        const names = { grid: { display: false }, ticks: { autoSkip: !rows, maxRotation: 0, autoSkipPadding: 12 } };
        if (rows) {
            names.ticks.callback = (value) => this.shorten(labels[value]);
        }
        const [x, y] = rows ? [numbers, names] : [names, numbers];
        return { x: { ...x, reverse }, y: { ...y, position: reverse ? "right" : "left" } };
    }

    get plugins() {
        const { kind, labels, series } = this.props;
        const rtl = localization.direction === "rtl";
        const label = ({ dataset, dataIndex, datasetIndex }) => {
            const name = kind === "doughnut" ? labels[dataIndex] : dataset.label;
            return ` ${name}: ${this.format(series[datasetIndex].numbers[dataIndex], dataIndex)}`;
        };
        return {
            legend: { display: kind === "doughnut" || series.length > 1, position: "bottom", rtl },
            tooltip: { rtl, callbacks: { label } },
        };
    }

    getRing({ label, numbers }) {
        return {
            label,
            data: numbers.map((number) => this.getValue(number)),
            backgroundColor: numbers.map((_number, part) => getColor(part * 2, SCHEME, 6)),
        };
    }

    /** How a series is drawn: that of the period before as a dashed line behind the other. */
    getDataset({ label, numbers, previous }, index) {
        const color = previous ? GREY : getColor(index, SCHEME, "sm");
        const line = previous || this.props.kind === "line";
        const look = previous
            ? { type: "line", borderDash: [5, 4], order: 0, pointRadius: 0 }
            : { fill: true, order: 1, pointRadius: 2 };
        return {
            label,
            data: numbers.map((number) => this.getValue(number)),
            backgroundColor: line ? hexToRGBA(color, 0.15) : color,
            borderColor: color,
            borderWidth: line ? 2 : 0,
            maxBarThickness: 28,
            ...look,
        };
    }

    shorten(text) {
        return text.length > 26 ? `${text.slice(0, 25)}…` : text;
    }

    /** The number of what was clicked, if anything is behind it. */
    getNumber(parts) {
        const numbers = parts.map(({ datasetIndex, index }) => this.props.series[datasetIndex].numbers[index]);
        return numbers.find((number) => number?.domain && number.value);
    }

    open(parts) {
        const number = this.getNumber(parts);
        return number && openReturns(this.action, number);
    }
}
