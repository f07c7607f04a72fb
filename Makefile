.PHONY: demo test lint bench shell clean
demo:  ; @dev/demo
test:  ; @dev/test
lint:  ; @dev/lint
bench: ; @dev/bench
shell: ; @dev/shell
clean: ; @dev/clean
export T N
