import { Component, toRaw } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { evaluateBooleanExpr } from "@web/core/py_js/py";
import { registry } from "@web/core/registry";
import { Field } from "@web/views/fields/field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ViewButton } from "@web/views/view_button/view_button";

/** Columns that the card draws by itself: as its title, or as its picture. */
const IN_TITLE = ["product_id", "rma_line_id"];

// A card draws the decisions about its item as well, with the columns of their own list, which only their field knows.
const decisionViews = new WeakMap();

/** A field of a card: always open for entry, where a list opens one row at a time. */
class CardField extends Field {
    get fieldComponentProps() {
        const { fieldInfo, record } = this.props;
        const readonly = evaluateBooleanExpr(fieldInfo.readonly, record.evalContextWithVirtualIds);
        return { ...super.fieldComponentProps, readonly };
    }
}

/** What happens to one returned product and what the customer gets for it. */
export class RmaProcessCard extends Component {
    static template = "rma_management.ProcessCard";
    static components = { CardField, ViewButton };
    static props = {
        archInfo: Object,
        decisionArchInfo: Object,
        decisions: Object,
        line: Object,
        list: Object,
    };

    get photos() {
        return this.props.line.data.photos || [];
    }

    get rows() {
        const item = this.props.line.data.rma_line_id.id;
        return this.props.decisions.records.filter((row) => row.data.rma_line_id?.id === item);
    }

    /** Columns that only tell something. */
    get facts() {
        return this.getColumns(this.props.archInfo, this.props.list).filter((column) => column.readonly === "True");
    }

    /** Columns to fill in. */
    get goods() {
        return this.getColumns(this.props.archInfo, this.props.list).filter((column) => column.readonly !== "True");
    }

    get decisionColumns() {
        return this.getColumns(this.props.decisionArchInfo, this.props.decisions);
    }

    get buttons() {
        return this.props.archInfo.columns
            .filter((column) => column.type === "button_group")
            .flatMap((column) => column.buttons)
            .filter((button) => this.isVisible(button, this.props.line));
    }

    getColumns(archInfo, list) {
        return archInfo.columns.filter(
            (column) =>
                column.type === "field" &&
                !(IN_TITLE.includes(column.name) && archInfo === this.props.archInfo) &&
                column.name !== "rma_line_id" &&
                !evaluateBooleanExpr(column.column_invisible, list.evalContext),
        );
    }

    isVisible(column, record) {
        return !evaluateBooleanExpr(column.invisible, record.evalContextWithVirtualIds);
    }

    getId(column, record) {
        return `${column.name}_${record.id}`;
    }

    onAdd() {
        const context = { default_rma_line_id: this.props.line.data.rma_line_id.id };
        return this.props.decisions.addNewRecord({ context, mode: "readonly", position: "bottom" });
    }

    onRemove(row) {
        return this.props.decisions.delete(row);
    }
}

/** The items of a return as cards, each with the decisions about it: the process screen. */
export class RmaProcessItems extends Component {
    static template = "rma_management.ProcessItems";
    static components = { RmaProcessCard };
    static props = { ...standardFieldProps, decisions: String, views: Object };

    get list() {
        return this.props.record.data[this.props.name];
    }

    get decisions() {
        return this.props.record.data[this.props.decisions];
    }

    get decisionArchInfo() {
        return decisionViews.get(toRaw(this.props.record.model));
    }
}

/** Keeps the decisions for the cards, and draws nothing by itself. */
export class RmaProcessDecisions extends Component {
    static template = "rma_management.ProcessDecisions";
    static props = { ...standardFieldProps, views: Object };

    setup() {
        decisionViews.set(toRaw(this.props.record.model), this.props.views.list);
    }
}

registry.category("fields").add("rma_process_items", {
    ...x2ManyField,
    component: RmaProcessItems,
    displayName: _t("Items of a processed return"),
    supportedTypes: ["one2many"],
    extractProps: ({ options, views }) => ({ decisions: options.decisions, views }),
});

registry.category("fields").add("rma_process_decisions", {
    ...x2ManyField,
    component: RmaProcessDecisions,
    displayName: _t("Decisions about a processed return"),
    supportedTypes: ["one2many"],
    extractProps: ({ views }) => ({ views }),
});
