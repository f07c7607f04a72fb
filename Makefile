.PHONY: demo test lint bench shell translations clean
demo:  ; @dev/demo
test:  ; @dev/test
lint:  ; @dev/lint
bench: ; @dev/bench
shell: ; @dev/shell
translations: ; @dev/translations
clean: ; @dev/clean
export T N FAST
