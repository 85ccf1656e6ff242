"""Syntax and rules of a script for Windows PowerShell 5.1, checked where no PowerShell can be had."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_powershell.language()))

# The grammar is of a newer PowerShell than the one that Windows brings.
NEWER = re.compile(r"&&|\|\||\?\?|\?\.|\s-(Parallel|AsHashtable|AsByteStream|SkipCertificateCheck)\b", re.IGNORECASE)
TERNARY = re.compile(r"\s\?\s[^{]")
WILDCARDS = re.compile(
    r"\b(Test-Path|Remove-Item|Move-Item|Copy-Item|Rename-Item|Get-Item|Get-ChildItem|Get-Content|Set-Content|"
    r"Set-Location|Push-Location|Resolve-Path)\b(?!.*-LiteralPath)(?!\s+-Path 'Env:')",
    re.IGNORECASE,
)
# In 5.1 a redirected line on stderr is an error record, and ends the script under `Stop`.
REDIRECTED = re.compile(r"[2*]>")
CALL = re.compile(r"(^|[;{(=|]\s*)&\s*(?!\$Action\b)")
RULES = {
    NEWER: "needs PowerShell 7",
    TERNARY: "needs PowerShell 7 (ternary)",
    WILDCARDS: "takes [ ] in a path for wildcards; use -LiteralPath",
    REDIRECTED: "turns stderr of a program into errors",
    CALL: "the call operator loses quotes and empty arguments; use Invoke-Program",
}


def findings(script: bytes) -> list[str]:
    """Name each offence with its line."""
    tree = PARSER.parse(script)
    found = [f"line {node.start_point[0] + 1}: does not parse" for node in _walk(tree.root_node) if _is_broken(node)]
    for number, line in enumerate(_code_only(script, tree.root_node).splitlines(), 1):
        found += [f"line {number}: {rule}" for pattern, rule in RULES.items() if pattern.search(line)]
    if not script.isascii():
        found.append("not ASCII: read in the code page of the machine")
    for needed in ("Set-StrictMode -Version Latest", "$ErrorActionPreference = 'Stop'", "#requires -Version 5.1"):
        if needed.encode() not in script:
            found.append(f"lacks {needed}")
    if re.search(rb"^\s*param\s*\(|CmdletBinding", script, re.MULTILINE | re.IGNORECASE):
        found.append("has parameters of its own, which would swallow the program's options")
    return found


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _is_broken(node: Node) -> bool:
    return node.type == "ERROR" or node.is_missing


def _code_only(script: bytes, root: Node) -> str:
    """Blank out comments and the text of strings, but keep what stands in single quotes after -Path."""
    text = bytearray(script)
    for node in _walk(root):
        if node.type in {"comment", "expandable_string_literal", "verbatim_string_characters"}:
            quoted = script[node.start_byte : node.end_byte]
            if quoted != b"'Env:'":
                text[node.start_byte : node.end_byte] = re.sub(rb"[^\n]", b"_", quoted)
    return text.decode("utf-8", "replace")
