"""`launch.ps1` and `launch.cmd` as texts: what can be known of them without Windows."""

from __future__ import annotations

import re

import pytest

from tests.setup.checkout import ROOT
from tests.setup.powershell_rules import findings

SCRIPT = (ROOT / "launch.ps1").read_bytes()
BATCH = (ROOT / "launch.cmd").read_bytes()


def test_powershell_script_keeps_the_rules():
    assert findings(SCRIPT) == []


@pytest.mark.parametrize(
    ("there", "broken"),
    [
        ("} catch {", " catch {"),
        ("function Find-Uv {", "function Find-Uv "),
        ("'Press Enter to close this window.'", "'Press Enter to close this window."),
        ("Set-StrictMode -Version Latest", ""),
        ("$ErrorActionPreference = 'Stop'", ""),
        ("-LiteralPath $Venv", "$Venv"),
        ("$Extra = @()", "$Extra = @($a ?? 1)"),
        ("$Extra = @()", "$Extra = $a ? 1 : 2"),
        ("$Extra = @()", "git pull && git status"),
        ("$Extra = @()", "git pull || exit 1"),
        ("$Extra = @()", "git status 2> log.txt"),
        ("$Extra = @()", "& $Python -m studio"),
        ("$Extra = @()", "if ($a -eq 1 { 2 }"),
        ("$Extra = @()", "$Extra = 'caf\u00e9'"),
        ("$Extra = @()", "param([string]$o)"),
    ],
)
def test_rules_find_what_is_wrong(there: str, broken: str):
    script = SCRIPT.decode("ascii")
    assert there in script
    assert findings(script.replace(there, broken, 1).encode())


def test_rules_leave_words_in_strings_and_comments_alone():
    assert findings(SCRIPT + b"# a && b || c ?? d 2> e\n$x = 'a && b || c ?? d 2> e'\n") == []


def test_both_know_the_sign_between_them():
    assert b"--policy-check' " in SCRIPT.replace(b")", b" ")
    assert b"exit 42" in SCRIPT
    assert b'--policy-check <nul >nul 2>nul\r\nif not "%ERRORLEVEL%"=="42"' in BATCH


def test_batch_file_is_ascii_with_the_line_ends_of_windows():
    assert BATCH.isascii()
    assert BATCH.endswith(b"\r\n")
    assert BATCH.count(b"\n") == BATCH.count(b"\r\n")
    assert b"*.cmd text eol=crlf" in (ROOT / ".gitattributes").read_bytes()


def commands() -> list[str]:
    return [line for line in BATCH.decode("ascii").splitlines() if line and not line.startswith("rem ")]


def test_batch_file_keeps_the_folder_in_quotes():
    for line in commands():
        for unquoted in re.split(r'"[^"]*"', line):
            assert not re.search(r"%HERE%|%PYTHON%|%UV%|%~", unquoted), line
        assert "(" not in line or line.startswith("for "), f"an ampersand or bracket in a path breaks a block: {line}"


def test_batch_file_jumps_only_to_labels_it_has():
    text = "\n".join(commands())
    labels = set(re.findall(r"^:(\w+)$", text, re.MULTILINE))
    targets = set(re.findall(r"\b(?:goto |call :)(\w+)", text))
    assert targets == labels


def test_batch_file_sees_crashes():
    # "if errorlevel 1" is false for the negative codes with which Windows ends a crashed program.
    assert "errorlevel 1" not in BATCH.decode("ascii").lower()
