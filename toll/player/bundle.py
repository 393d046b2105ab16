"""The player's modules as one script, for pages that cannot fetch files: a film, the dashboard.

Modules are plain ES modules and run as they are in a browser that is served the folder. Here each
becomes a function with a scope of its own that returns what it exports, so that two modules may use
the same name for different things. Only the forms of `import` and `export` that the player uses are
understood, and any other is refused, because a script that is wrong would show itself only in
somebody's browser:

    import { a, b as c } from "./other.js";
    export const …   export function …   export async function …   export class …
    export default function …                      (in the entry, for whoever loads the bundle)

They begin a line, as the formatter writes them.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLAYER = Path(__file__).resolve().parent
# Entries: of the exported document, and of the components on the dashboard's pages.
FILM_PAGE = PLAYER / "film_page.js"
DASHBOARD_PAGE = PLAYER / "dashboard_page.js"
PREVIEW_PAGE = PLAYER / "preview_page.js"
CONSOLE_PAGE = PLAYER / "console_page.js"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:const|class|(?:async )?function) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (function) ?(?=\()", re.MULTILINE)
# Comments that stand on lines of their own; types and explanations are of no use in a film.
_COMMENT = re.compile(
    r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]*//[^\n]*\n", re.MULTILINE | re.DOTALL
)
_OTHER_FORMS = re.compile(r"^(?:import|export)\b.*|\bimport(?:\(|\.meta).*", re.MULTILINE)
_DEFAULT_NAME = "defaultExport"


class BundleError(ValueError):
    """A module that cannot be bundled, and why."""


@dataclass(frozen=True)
class Module:
    """A module's code without its imports and exports, which are listed beside it.

    imports: of each module that it imports from, {name here: name there}.
    exports: names that it exports.
    """

    path: Path
    code: str
    imports: dict[Path, dict[str, str]]
    exports: tuple[str, ...]


def bundle(entry: Path) -> str:
    """The entry and all that it imports as one module, which exports what the entry does.

    Raises:
        BundleError: a module is missing, imports what is not exported, uses a form of import or
            export that is not understood, or imports itself by way of others.
    """
    modules = _in_order(entry.resolve())
    names = {path: f"module{number}" for number, path in enumerate(modules)}
    parts = [_wrapped(module, names, entry.resolve().parent) for module in modules.values()]
    last = modules[entry.resolve()]
    for name in last.exports:
        exported = f"{names[last.path]}.{name}"
        is_default = name == _DEFAULT_NAME
        parts.append(
            f"export default {exported};" if is_default else f"export const {name} = {exported};"
        )
    return "\n".join(parts) + "\n"


@cache
def style() -> str:
    """The player's style sheet, the palette first."""
    files = (PLAYER / "kit" / "palette.css", PLAYER / "style.css")
    return "\n".join(each.read_text(encoding="utf-8") for each in files)


def _in_order(entry: Path) -> dict[Path, Module]:
    """The modules that the entry needs, each after those that it imports."""
    done: dict[Path, Module] = {}

    def visit(path: Path, trail: tuple[Path, ...]) -> None:
        if path in trail:
            circle = " imports ".join(each.name for each in (*trail[trail.index(path) :], path))
            raise BundleError(f"modules import each other in a circle: {circle}")
        if path in done:
            return
        module = _read(path)
        for needed, names in module.imports.items():
            visit(needed, (*trail, path))
            for name in names.values():
                if name not in done[needed].exports:
                    raise BundleError(
                        f"{path.name} imports {name}, which {needed.name} does not export"
                    )
        done[path] = module

    visit(entry, ())
    return done


def _read(path: Path) -> Module:
    code = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    imports: dict[Path, dict[str, str]] = {}
    for listed, source in _IMPORT.findall(code):
        target = (path.parent / source).resolve()
        if not target.is_file():
            raise BundleError(f"{path.name} imports {source}, but there is no such file")
        imports.setdefault(target, {}).update(_names(listed))
    code = _IMPORT.sub("", code)
    exports = [name for _, name in _EXPORT.findall(code)]
    code = _EXPORT.sub(r"\1", code)
    if _DEFAULT.search(code):
        exports.append(_DEFAULT_NAME)
        code = _DEFAULT.sub(rf"\1 {_DEFAULT_NAME}", code)
    if found := _OTHER_FORMS.search(code):
        raise BundleError(f"{path.name}: this form cannot be bundled: {found.group().strip()}")
    return Module(path, code.strip("\n"), imports, tuple(exports))


def _names(listed: str) -> dict[str, str]:
    """{name here: name there} of what stands between the braces of an import."""
    names: dict[str, str] = {}
    for each in filter(None, (part.strip() for part in listed.split(","))):
        there, _, here = each.partition(" as ")
        names[here or there] = there
    return names


def _wrapped(module: Module, names: dict[Path, str], folder: Path) -> str:
    lines = [f"// {Path(os.path.relpath(module.path, folder)).as_posix()}"]
    lines.append(f"const {names[module.path]} = (() => {{")
    for source, imported in module.imports.items():
        listed = (here if here == there else f"{there}: {here}" for here, there in imported.items())
        lines.append(f"const {{ {', '.join(listed)} }} = {names[source]};")
    lines += [module.code, f"return {{ {', '.join(module.exports)} }};", "})();"]
    return "\n".join(lines)
