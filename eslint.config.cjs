// What `make lint` asks of JavaScript. Indentation and quotes are prettier's, which reads .editorconfig.
const js = require("@eslint/js");
const globals = require("globals");

module.exports = [
    js.configs.recommended,
    {
        files: ["**/static/**/*.js"],
        languageOptions: {
            sourceType: "module",
            globals: { ...globals.browser, luxon: "readonly", odoo: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            complexity: ["error", 10],
            "consistent-return": "error",
            curly: "error",
            "default-case-last": "error",
            eqeqeq: "error",
            "max-lines": ["error", 400],
            "no-console": "error",
            "no-duplicate-imports": "error",
            "no-else-return": "error",
            "no-implicit-globals": "error",
            // Names of the window that are easily meant to be one's own variable.
            "no-restricted-globals": ["error", "event", "name", "self", "status"],
            "no-restricted-imports": [
                "error",
                { patterns: [{ group: ["../*"], message: "Name the addon: @rma_management/…" }] },
            ],
            "no-return-assign": ["error", "except-parens"],
            "no-shadow": "error",
            "no-throw-literal": "error",
            "no-useless-return": "error",
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
            "prefer-template": "error",
        },
    },
    {
        // A tour is a list of steps, however long it is.
        files: ["**/static/src/**/*.js"],
        rules: { "max-lines-per-function": ["error", 40] },
    },
    {
        files: ["*.cjs"],
        languageOptions: { sourceType: "commonjs", globals: globals.node },
    },
];
