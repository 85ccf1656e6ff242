"""The rules of the house that no tool of ours knows: sizes, banned calls, what may stand in which file.

Each rule reads one parsed file and yields what is wrong with it; tests/test_architecture.py runs them all.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

FILE_LINES = 800
FUNCTION_LINES = 60
MAIN_WINDOW_LINES = 300

# Where code meets what it cannot foresee: a job, a request, the program's last resort, a foreign library.
BORDERS = (
    "studio/services/dispatcher.py",
    "studio/api/",
    "studio/cli/main.py",
    "studio/ui/bridge/operations.py",  # to work beside the window what the dispatcher is to jobs
    "studio/worker/loop.py",
)
ENGINE_SIDE = (
    "studio/__init__.py",
    "studio/errors.py",
    "studio/protocol/",
    "studio/worker/",
    "studio/engines/__init__.py",
)
STANDARD_LIBRARY_ONLY = ("studio/errors.py", "studio/domain/", "studio/protocol/", "studio/worker/")
DANGEROUS_MODULES = frozenset({"pickle", "cloudpickle", "dill", "shelve", "marshal"})

# A lock or a page that names a server breaks for everyone behind a mirror. Put together here, not to find itself.
SERVERS = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("deb", "debian", "org"))
)
SERVERS += (".".join(("registry", "npmjs", "org")),)
UNWANTED_FILES = frozenset({"uv" + ".lock", "pylock" + ".toml"})

Complaint = tuple[int, str]
Rule = Callable[["Source"], Iterator[Complaint]]


@dataclass(frozen=True)
class Source:
    """One Python file: where it lies in the repository, and its text."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed text."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in the tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def calls(self) -> list[tuple[ast.Call, str]]:
        """Every call with the dotted name of what is called, as far as it has one."""
        return [(node, _dotted(node.func)) for node in self.nodes if isinstance(node, ast.Call)]

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """The line and the full name of everything imported."""
        found: list[tuple[int, str]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        return found

    def lies_in(self, *places: str) -> bool:
        """Whether the file is one of these, or in one of these folders (which end with a stroke)."""
        return any(
            str(self.path) == place or (place[-1] == "/" and str(self.path).startswith(place)) for place in places
        )


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def small_files(source: Source) -> Iterator[Complaint]:
    """A file has one subject, and the main window is only a frame."""
    lines = source.text.count("\n") + 1
    limit = MAIN_WINDOW_LINES if source.lies_in("studio/ui/main_window.py") else FILE_LINES
    if lines > limit:
        yield limit, f"{lines} lines, at most {limit}"


def small_functions(source: Source) -> Iterator[Complaint]:
    """A function fits on a screen."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines, at most {FUNCTION_LINES}"


def no_nested_event_loops(source: Source) -> Iterator[Complaint]:
    """Code that pumps events from within a handler is entered twice, one day."""
    # What is dragged out of the window has no other way than a loop of Qt's own.
    may_ask = source.lies_in("studio/ui/dialogs/", "studio/ui/application.py", "studio/ui/widgets/file_drag.py")
    for call, name in source.calls:
        if name.endswith("processEvents"):
            yield call.lineno, "processEvents: return to the event loop instead"
        if name.endswith((".exec", ".exec_")) and not may_ask:
            yield call.lineno, "exec() runs a nested event loop; only dialogs, drags and the application may"


def no_waiting_in_the_window(source: Source) -> Iterator[Complaint]:
    """The window never waits, and never kills a thread."""
    in_window = source.lies_in("studio/ui/")
    knows_qt = any(name.startswith("PySide6") for _, name in source.imports)
    if in_window and any(name == "time.sleep" for _, name in source.imports):
        yield 1, "time.sleep in the window"
    for call, name in source.calls:
        last = name.rpartition(".")[2]
        if in_window and name == "time.sleep":
            yield call.lineno, "time.sleep in the window"
        if last.startswith("waitFor") and not source.lies_in("studio/runtime/"):
            yield call.lineno, f"{last} blocks; only runtime waits for processes"
        if last == "terminate" and (in_window or knows_qt):
            yield call.lineno, "terminate() on a thread leaves its locks held"


def no_printing(source: Source) -> Iterator[Complaint]:
    """Only the command line talks on the standard streams; the fake engine makes noise there on purpose."""
    for call, name in source.calls:
        if name in {"print", "builtins.print"} and not source.lies_in("studio/cli/", "studio/engines/fake/"):
            yield call.lineno, "print outside the command line"


def no_shell(source: Source) -> Iterator[Complaint]:
    """A command is a list of words; no shell reads file names that came from outside."""
    for call, name in source.calls:
        if name in {"os.system", "os.popen"}:
            yield call.lineno, f"{name} starts a shell"
        for keyword in call.keywords:
            off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            if keyword.arg == "shell" and not off:
                yield call.lineno, "shell=True"


def no_code_in_data(source: Source) -> Iterator[Complaint]:
    """Every file from outside is hostile, so none is read by something that runs what it reads."""
    for line, name in source.imports:
        if name.partition(".")[0] in DANGEROUS_MODULES:
            yield line, f"{name}: reading it may run code"
    for call, _ in source.calls:
        for keyword in call.keywords:
            off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            if keyword.arg == "allow_pickle" and not off:
                yield call.lineno, "allow_pickle: reading it may run code"


def broad_excepts_at_borders_only(source: Source) -> Iterator[Complaint]:
    """A bug that is caught too early is a bug that nobody sees. Cleaning up and raising again is fine."""
    if source.lies_in(*BORDERS):
        return
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _raises_again(node):
            yield node.lineno, "catches everything; only the borders may"
    for call, name in source.calls:
        if name.rpartition(".")[2] == "suppress" and any(_is_broad(kind) for kind in call.args):
            yield call.lineno, "suppresses everything; only the borders may"


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(_is_broad(part) for part in kind.elts)
    return kind is None or _dotted(kind) in {
        "Exception",
        "BaseException",
        "builtins.Exception",
        "builtins.BaseException",
    }


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def bare_packages(source: Source) -> Iterator[Complaint]:
    """What an `__init__` holds is loaded by everyone who wants anything from the package."""
    if source.path.name != "__init__.py":
        return
    if ast.get_docstring(source.tree) is None:
        yield 1, "no docstring that says what lives here and which thread may call it"
    for node in source.tree.body[1:]:
        is_version = isinstance(node, ast.Assign) and [_dotted(target) for target in node.targets] == ["__version__"]
        if not (is_version and source.lies_in("studio/__init__.py")):
            yield node.lineno, "only a docstring may stand here"


def is_engine_side(source: Source) -> bool:
    """Whether an engine's process loads the file; it may run on Python 3.10."""
    in_engine_folder = source.lies_in("studio/engines/") and len(source.path.parts) > len(("studio", "engines", "x.py"))
    return in_engine_folder or source.lies_in(*ENGINE_SIDE)


def old_python_on_the_engine_side(source: Source) -> Iterator[Complaint]:
    """An engine may need an older Python than the app."""
    if is_engine_side(source):
        try:
            ast.parse(source.text, feature_version=(3, 10))
        except SyntaxError as error:
            yield error.lineno or 1, f"no Python 3.10: {error.msg}"


def standard_library_only(source: Source) -> Iterator[Complaint]:
    """The model, the wire and the engine's own half need nothing installed."""
    if source.lies_in(*STANDARD_LIBRARY_ONLY):
        for line, name in source.imports:
            top = name.partition(".")[0]
            if top != "studio" and top not in sys.stdlib_module_names:
                yield line, f"{top} is not in the standard library"


RULES_FOR_ALL: tuple[Rule, ...] = (small_files, small_functions)
RULES_FOR_STUDIO: tuple[Rule, ...] = (
    *RULES_FOR_ALL,
    no_nested_event_loops,
    no_waiting_in_the_window,
    no_printing,
    no_shell,
    no_code_in_data,
    broad_excepts_at_borders_only,
    bare_packages,
    old_python_on_the_engine_side,
    standard_library_only,
)


def complaints(root: Path, folder: str, rules: tuple[Rule, ...]) -> list[str]:
    """All that the rules say about the Python files below a folder of the repository."""
    found: list[str] = []
    for file in sorted((root / folder).rglob("*.py")):
        source = Source(PurePosixPath(file.relative_to(root).as_posix()), file.read_text(encoding="utf-8"))
        found += [f"{source.path}:{line}: {text} [{rule.__name__}]" for rule in rules for line, text in rule(source)]
    return found


def folders_without_init(root: Path) -> list[str]:
    """Folders with code that are no packages: the import contracts cannot see into them."""
    folders = {file.parent for file in (root / "studio").rglob("*.py")}
    return sorted(folder.relative_to(root).as_posix() for folder in folders if not (folder / "__init__.py").is_file())


def repository_files(root: Path) -> list[Path]:
    """All files that belong to the project: those that git tracks or would, if asked to add everything."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [path for name in sorted(set(listed.split("\0"))) if name and (path := root / name).is_file()]


def unwanted_content(files: list[Path]) -> list[str]:
    """Files that record where packages were loaded from, or are made to."""
    found = [f"{file}: no such file in the repository" for file in files if file.name in UNWANTED_FILES]
    for file in files:
        content = file.read_bytes()
        if b"\0" not in content[:8192]:
            found += [f"{file}: names {server}" for server in SERVERS if server.encode() in content]
    return found
