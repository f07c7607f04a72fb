"""Check that the tree of an addon answers where a thing is.

Usage: check_rooms.py ADDON...

* No method is defined twice for a model, unless HOOKS in models/__init__.py names it: a literal of method names, or
  of pairs ``(model, method)``, or a dict of them with the reasons, or of method names by model.
* A file in models/ is named after the one model that it defines or extends.
* A field stands beside the methods that compute, write and search it.
* A room, a folder in models/, imports names only from what models/__init__.py lists above it.
* A folder in tests/ has the name of a room, or of another part of the addon (PARTS); an addon in tests/ has its own.
"""

import ast
import re
import sys
from collections import defaultdict
from functools import cached_property
from pathlib import Path

PARTS = {"controllers", "report", "security", "scenarios", "website", "wizard"}
FIELD_METHODS = ("compute", "inverse", "search")
MODEL_BASES = {"Model", "AbstractModel", "TransientModel"}


# Files that hold a model of a contract, and the values that it adds to others.
CONTRACTS = ("rma_resolution_", "rma_disposition_")


class ModelClass:
    """A class in a file that defines or extends a model."""

    def __init__(self, path, node):
        self.path = path
        self.node = node

    def _get_attribute(self, name):
        """Return the literal that the class assigns to a name, or ``None``."""
        for item in self.node.body:
            if get_target(item) == name:
                return ast.literal_eval(item.value)
        return None

    @cached_property
    def model(self):
        """Return the name of the model, by the rules of the ORM."""
        name, inherit = self._get_attribute("_name"), self._get_attribute("_inherit")
        if name:
            return name
        parents = [inherit] if isinstance(inherit, str) else list(inherit or [])
        if len(parents) == 1:
            return parents[0]
        return re.sub(r"(?<!^)(?=[A-Z])", ".", self.node.name).lower()

    @cached_property
    def methods(self):
        """Return the methods by name."""
        return {item.name: item for item in self.node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)}

    def get_field_methods(self):
        """Yield ``(field, line, method)`` for each method that the declaration of a field names."""
        for item in self.node.body:
            if not get_target(item) or not isinstance(item.value, ast.Call):
                continue
            for keyword in item.value.keywords:
                named = isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
                if keyword.arg in FIELD_METHODS and named:
                    yield get_target(item), item.lineno, keyword.value.value


class Addon:
    """The Python files of an addon, its tests and migrations left out."""

    def __init__(self, folder):
        self.folder = folder
        self.models = folder / "models"
        self.trees = {
            path: ast.parse(path.read_text("utf-8"), path)
            for path in sorted(folder.rglob("*.py"))
            if path.relative_to(folder).parts[0] not in {"migrations", "tests"}
        }
        self.classes = [
            ModelClass(path, node)
            for path, tree in self.trees.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef) and MODEL_BASES & {getattr(base, "attr", "") for base in node.bases}
        ]

    @cached_property
    def files_by_method(self):
        """Return the files that define a method, by ``(model, method)``."""
        files = defaultdict(list)
        for model_class in self.classes:
            for method in model_class.methods:
                files[model_class.model, method].append(model_class.path)
        return files

    @cached_property
    def index(self):
        """Return the tree of models/__init__.py."""
        return self.trees.get(self.models / "__init__.py", ast.Module([], []))

    @cached_property
    def order(self):
        """Return what models/__init__.py imports, in its order."""
        imports = [node for node in self.index.body if isinstance(node, ast.ImportFrom) and node.level == 1]
        return [(node.module or alias.name).split(".")[0] for node in imports for alias in node.names]

    @cached_property
    def rooms(self):
        """Return the names of the rooms."""
        return {path.parent.name for path in self.trees if path.parent.parent == self.models}

    @cached_property
    def hooks(self):
        """Return the hooks: names of methods, and ``(model, method)`` pairs."""
        for node in self.index.body:
            if get_target(node) == "HOOKS":
                literal = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
                return set(read_hooks(ast.literal_eval(literal)))
        return set()

    def check_methods(self):
        """Yield the methods that are defined twice, and the hooks that nothing defines twice."""
        used = set()
        for (model, method), paths in sorted(self.files_by_method.items()):
            if len(paths) == 1:
                continue
            hook = {method, (model, method)} & self.hooks
            used |= hook
            if not hook:
                yield f"{paths[-1]}: {method} of {model} is defined already, in {', '.join(map(str, paths[:-1]))}"
        for hook in sorted(map(str, self.hooks - used)):
            yield f"{self.models}/__init__.py: the hook {hook} is defined once only"

    def check_names(self):
        """Yield the files in models/ that do not say by their name which model they hold."""
        for path in self.trees:
            if not path.is_relative_to(self.models) or path.name == "__init__.py":
                continue
            models = sorted({model_class.model for model_class in self.classes if model_class.path == path})
            if path.stem.startswith(CONTRACTS):
                # Everything about a resolution or a disposition stands in one file, with the value that names it.
                models = [model for model in models if model.replace(".", "_").startswith(CONTRACTS)]
            if len(models) != 1:
                yield f"{path}: holds {', '.join(models) or 'no model'}; a file holds one model"
            elif path.stem != models[0].replace(".", "_"):
                yield f"{path}: holds {models[0]}, so its name should be {models[0].replace('.', '_')}.py"

    def check_fields(self):
        """Yield the fields whose methods stand in another file of the same addon."""
        for model_class in self.classes:
            for field, line, method in model_class.get_field_methods():
                files = self.files_by_method.get((model_class.model, method), [])
                if files and model_class.path not in files:
                    yield f"{model_class.path}:{line}: {field} stands apart from {method}, which is in {files[0]}"

    def check_imports(self):
        """Yield the imports between rooms that go downwards, and the rooms that nothing imports."""
        for room in sorted(self.rooms - {*self.order}):
            yield f"{self.models}/__init__.py: the room {room} is not imported"
        for path, tree in self.trees.items():
            if path.is_relative_to(self.models) and tree is not self.index:
                for node in ast.walk(tree):
                    for unit in self._get_imported_units(path, node):
                        yield from self._check_import(path, node.lineno, unit)

    def _check_import(self, path, line, unit):
        """Yield a complaint where a file imports from a room, or from a file beside the rooms, that is not above it."""
        own = path.relative_to(self.models).parts[0].removesuffix(".py")
        if own == unit or own not in self.order or unit not in self.order or not {own, unit} & self.rooms:
            return
        if self.order.index(unit) > self.order.index(own):
            yield f"{path}:{line}: {own} imports from {unit}, which models/__init__.py lists below it"

    def _get_imported_units(self, path, node):
        """Return the rooms, and the files beside them, from which a statement imports."""
        if not isinstance(node, ast.ImportFrom):
            return []
        if node.level:
            base = ["models", *path.relative_to(self.models).parts[:-1]]
            # More dots than folders lead out of models/.
            base = base[: max(0, len(base) - node.level + 1)]
            parts = [*base, *node.module.split(".")] if node.module else base
        else:
            parts = node.module.removeprefix(f"odoo.addons.{self.folder.name}.").split(".")
        if parts[:1] != ["models"]:
            return []
        return parts[1:2] or [alias.name for alias in node.names]

    def check_tests(self):
        """Yield the folders of tests that are no room."""
        for path in sorted((self.folder / "tests").glob("*/__init__.py")):
            if path.parent.name not in self.rooms | PARTS and not (path.parent / "__manifest__.py").exists():
                yield f"{path.parent}: models/ has no room of this name"

    def check(self):
        """Yield all that is wrong with the addon."""
        yield from self.check_methods()
        yield from self.check_names()
        yield from self.check_fields()
        yield from self.check_imports()
        yield from self.check_tests()


def get_target(node):
    """Return the name to which a statement assigns, or ``None``."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    return getattr(targets[0], "id", None)


def read_hooks(value, model=None):
    """Yield the methods, or ``(model, method)`` pairs, that a literal of hooks holds.

    :param value: a method name, a pair, or a collection of them
    :param model: the model that names them, in a dict of collections by model
    """
    if isinstance(value, str):
        yield (model, value) if model else value
    elif isinstance(value, dict):
        for key, methods in value.items():
            # By model: the values are names of methods. Otherwise they say why, and the keys are the hooks.
            by_model = isinstance(key, str) and not isinstance(methods, str)
            yield from read_hooks(methods, key) if by_model else read_hooks((key,))
    else:
        for item in value:
            pair = isinstance(item, tuple) and len(item) == 2 and "." in item[0]
            yield from [item] if pair else read_hooks(item, model)


if __name__ == "__main__":
    problems = [problem for argument in sys.argv[1:] for problem in Addon(Path(argument)).check()]
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
