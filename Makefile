.PHONY: demo test wheels fuzz properties lint test-core test-replica soak bench shell test-hours test-upgrade test-migration translations clean
demo:  ; @dev/demo
test:  ; @dev/test
fuzz:  ; @RMA_FUZZ=$(or $(N),3000) T=TestPortalFuzz dev/test
properties: ; @dev/properties
wheels: ; @dev/wheels
test-hours: ; @dev/test_hours
test-upgrade: ; @dev/upgrade_test
test-migration: ; @dev/migration_test
test-core: ; @dev/test_core
lint:  ; @dev/lint
bench: ; @dev/bench
test-replica: ; @dev/replica_test
soak:  ; @dev/soak
shell: ; @dev/shell
translations: ; @dev/translations
clean: ; @dev/clean
export T N M FAST HOUR SEED SIZE TO MINUTES WORKERS KILLS
