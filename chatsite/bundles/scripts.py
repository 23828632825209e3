"""Our modules in as few files as pages need: one for each module that no other imports, and one that these share.

A module becomes a function that runs once, at its first import, as in a browser. So a module that two scripts of a page
import has one state, and a file does not run what only other pages need.

Only the forms that our sources use are known, at the begin of a line: `import { a, b as c } from "./x.js";`,
`import * as x from "./x.js";`, `import "./x.js";`, and `export` before a function, a class or `const name`.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from chatsite.bundles import BundleError

SHARED = "js/shared.js"

_IMPORT = re.compile(
    r"""^import\s+(?:(?:(?P<names>\{[^}]*\})|\*\s+as\s+(?P<all>[\w$]+))\s+from\s+)?"(?P<path>\.[^"]*)";""", re.MULTILINE
)
_EXPORT = re.compile(r"^export\s+(?=(?:(?:async\s+)?function\*?|class|const)\s+(?P<name>[\w$]+))", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*|^.*\bimport\s*[(.].*", re.MULTILINE)

_ONCE = "const $once = (run, made) => () => (made ??= run());\n"


@dataclass(frozen=True)
class _Module:
    name: str
    imports: list[str]
    function: str


def bundle(sources: Mapping[str, str], stored_as: Callable[[str, str], str]) -> dict[str, str]:
    """The text of each file by its name. `stored_as(name, text)` is the name under which a text will be stored."""
    modules = {name: _module(name, sources[name]) for name in sorted(sources)}
    needs = _needs(modules)
    entries = [name for name in modules if not any(name in module.imports for module in modules.values())]
    shared = [name for name in modules if sum(name in needs[entry] for entry in entries) > 1]
    files = {}
    if shared:
        text = f"{_ONCE}export const $modules = {{}};\n{_functions(modules[name] for name in shared)}"
        files[SHARED] = text
        shared_path = stored_as(SHARED, text)
    for entry in entries:
        begin = "const $modules = {};\n"
        if not needs[entry].isdisjoint(shared):
            begin = f'import {{ $modules }} from "./{posixpath.relpath(shared_path, posixpath.dirname(entry))}";\n'
        own = [module for name, module in modules.items() if name in needs[entry] and name not in shared]
        files[entry] = f'{begin}{_ONCE}{_functions(own)}$modules["{entry}"]();\n'
    return files


def _module(name: str, source: str) -> _Module:
    imports, exports = [], []

    def bind(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), found["path"]))
        imports.append(path)
        names = re.sub(r"\s+as\s+", ": ", found["names"] or "") or found["all"]
        return f'{f"const {names} = " if names else ""}$modules["{path}"]();'

    def declare(found: re.Match[str]) -> str:
        exports.append(found["name"])
        return ""

    body = _EXPORT.sub(declare, _IMPORT.sub(bind, source))
    if unknown := _UNKNOWN.search(body):
        raise BundleError(f"{name}: chatsite/bundles/scripts.py does not know this form: {unknown[0].strip()}")
    answer = f"return {{ {', '.join(exports)} }};"
    return _Module(name, imports, f'$modules["{name}"] = $once(() => {{\n{body}{answer}\n}});\n')


def _needs(modules: Mapping[str, _Module]) -> dict[str, set[str]]:
    """Of each module the names of all that it imports, those that they import included, and its own."""
    for module in modules.values():
        for path in module.imports:
            if path not in modules:
                raise BundleError(f"{module.name} imports {path}, which does not exist.")
    try:
        order = [*TopologicalSorter({name: module.imports for name, module in modules.items()}).static_order()]
    except CycleError as error:
        raise BundleError(f"Modules that import each other cannot be bundled: {', '.join(error.args[1])}.") from error
    needs: dict[str, set[str]] = {}
    for name in order:
        needs[name] = {name}.union(*(needs[path] for path in modules[name].imports))
    return needs


def _functions(modules: Iterable[_Module]) -> str:
    return "".join(module.function for module in modules)
