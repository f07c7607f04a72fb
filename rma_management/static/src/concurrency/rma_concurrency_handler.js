import { UncaughtPromiseError } from "@web/core/errors/error_service";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const COLLISIONS = [
    "psycopg2.errors.DeadlockDetected",
    "psycopg2.errors.LockNotAvailable",
    "psycopg2.errors.SerializationFailure",
];

/**
 * Says in a sentence that the server gave up a step of a return: it tried several times, and another step that
 * changed the same goods or documents was always faster.
 *
 * @param {OdooEnv} env
 * @param {UncaughtError} error
 * @param {Error} originalError
 * @returns {boolean}
 */
export function rmaConcurrencyHandler(env, error, originalError) {
    if (
        !(error instanceof UncaughtPromiseError) ||
        !(originalError instanceof RPCError) ||
        !COLLISIONS.includes(originalError.exceptionName) ||
        !originalError.model?.startsWith("rma.")
    ) {
        return false;
    }
    error.unhandledRejectionEvent.preventDefault();
    env.services.notification.add(
        _t("Others were changing the same goods or documents. Nothing was saved; please try again."),
        { type: "warning", sticky: true },
    );
    return true;
}

registry.category("error_handlers").add("rmaConcurrencyHandler", rmaConcurrencyHandler, { sequence: 90 });
