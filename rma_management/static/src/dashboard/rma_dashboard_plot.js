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
        const rows = kind === "rows";
        const doughnut = kind === "doughnut";
        const type = kind === "rows" ? "bar" : kind;
        const sample = series[0].numbers[0];
        const tick = (value) => this.format(value, 0);
        const numbers = sample
            ? { beginAtZero: true, ticks: { callback: tick, precision: 0, maxTicksLimit: 6 } }
            : { beginAtZero: true };
        const names = { grid: { display: false }, ticks: { autoSkip: !rows, maxRotation: 0, autoSkipPadding: 12 } };
        if (rows) {
            names.ticks.callback = (value) => this.shorten(labels[value]);
        }
        // Right to left, time runs to the left and bars grow to it.
        const reverse = localization.direction === "rtl";
        return {
            type,
            data: { labels, datasets: series.map((one, index) => this.getDataset(one, index)) },
            options: {
                animation: false,
                maintainAspectRatio: false,
                responsive: true,
                indexAxis: rows ? "y" : "x",
                interaction: doughnut ? { mode: "nearest" } : { mode: "index", axis: rows ? "y" : "x", intersect: false },
                scales: doughnut
                    ? {}
                    : rows
                      ? { x: { ...numbers, reverse }, y: { ...names, position: reverse ? "right" : "left" } }
                      : { x: { ...names, reverse }, y: { ...numbers, position: reverse ? "right" : "left" } },
                plugins: {
                    legend: { display: doughnut || series.length > 1, position: "bottom", rtl: reverse },
                    tooltip: {
                        rtl: reverse,
                        callbacks: {
                            label: ({ dataset, dataIndex, datasetIndex }) => {
                                const text = this.format(series[datasetIndex].numbers[dataIndex], dataIndex);
                                return ` ${doughnut ? labels[dataIndex] : dataset.label}: ${text}`;
                            },
                        },
                    },
                },
                onClick: (event, parts) => this.open(parts),
                onHover: (event, parts) => {
                    event.native.target.style.cursor = this.getNumber(parts) ? "pointer" : "default";
                },
            },
        };
    }

    getDataset({ label, numbers, previous }, index) {
        const color = previous ? GREY : getColor(index, SCHEME, "sm");
        const data = numbers.map((number) => this.getValue(number));
        if (this.props.kind === "doughnut") {
            return { label, data, backgroundColor: numbers.map((_number, part) => getColor(part * 2, SCHEME, 6)) };
        }
        return {
            label,
            data,
            type: previous ? "line" : undefined,
            backgroundColor: this.props.kind === "line" || previous ? hexToRGBA(color, 0.15) : color,
            borderColor: color,
            borderDash: previous ? [5, 4] : [],
            borderWidth: this.props.kind === "line" || previous ? 2 : 0,
            fill: this.props.kind === "line" && !previous,
            maxBarThickness: 28,
            order: previous ? 0 : 1,
            pointRadius: previous ? 0 : 2,
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
