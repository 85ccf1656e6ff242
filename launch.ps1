#requires -Version 5.1
# Starts the studio on Windows, and sets it up before when needed.
#
#   launch.ps1 [ARGUMENTS...]       starts studio with these arguments
#   launch.ps1 test [ARGUMENTS...]  adds the development tools, then runs all checks
#   launch.ps1 repair               makes the environment anew, from fresh downloads
#   launch.ps1 -Uninstall           lists what there is, asks, and removes it; projects always stay
#
# STUDIO_PYTHON chooses the Python (3.11, 3.12 or 3.13) that a set-up takes.
#
# Written for Windows PowerShell 5.1. No param block: studio's own options (-o FILE) would be taken for this script's.
# The environment (.venv) is made aside, in .venv.setup, and renamed when it is whole. stdout belongs to studio; all
# that is said here goes to stderr.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# launch.cmd asks with this whether policy lets scripts run; the restricted language mode would fail at the first line.
if ($args.Count -eq 1 -and $args[0] -eq '--policy-check') {
    [Console]::Error.Flush()
    exit 42
}

$Arguments = @($args)
$Root = $PSScriptRoot
$Venv = Join-Path $Root '.venv'
$Setup = Join-Path $Root '.venv.setup'
$Python = Join-Path $Venv 'Scripts\python.exe'
$Finisher = Join-Path $Root 'installers\environment.py'
$Locks = Join-Path $Root 'installers\locks'
$Verb = ''
$Extra = @()
$Steps = 5

function Write-Line([string]$Text) {
    [Console]::Error.WriteLine($Text)
}

function Write-Step([int]$Number, [string]$Text) {
    Write-Line "[$Number/$Steps] $Text"
}

# A window that was opened by a double click would close with the message in it.
function Wait-Reader {
    if ($Arguments.Count -gt 0 -or $env:STUDIO_NO_PAUSE) { return }
    if (-not [Environment]::UserInteractive -or [Console]::IsInputRedirected) { return }
    Write-Line 'Press Enter to close this window.'
    [void][Console]::ReadLine()
}

function Stop-Launch([string]$Message, [string]$Hint) {
    Write-Line "error: $Message"
    Write-Line "hint: $Hint"
    Wait-Reader
    exit 2
}

# ------------------------------------------------------------------------------------------------------- other programs

function ConvertTo-NativeArgument([string]$Value) {
    if ($Value -ne '' -and $Value -notmatch '[\s"]') { return $Value }
    $escaped = $Value -replace '(\\*)"', '$1$1\"'
    $escaped = $escaped -replace '(\\+)$', '$1$1'
    return '"' + $escaped + '"'
}

# Starts a program with this one's own input and output, waits, returns its exit code. The call operator would lose
# empty arguments and quotes, and turn bytes on stdout into text.
function Invoke-Program([string]$Program, [string[]]$List, [switch]$OutputToError) {
    $quoted = @($List | ForEach-Object { ConvertTo-NativeArgument $_ })
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $Program
    $start.Arguments = $quoted -join ' '
    $start.UseShellExecute = $false
    $start.WorkingDirectory = (Get-Location -PSProvider FileSystem).ProviderPath
    if ($OutputToError) {
        $start.RedirectStandardOutput = $true
        $start.StandardOutputEncoding = New-Object System.Text.UTF8Encoding $false
    }
    $process = [System.Diagnostics.Process]::Start($start)
    if ($OutputToError) {
        while ($null -ne ($line = $process.StandardOutput.ReadLine())) { Write-Line $line }
    }
    $process.WaitForExit()
    return $process.ExitCode
}

# Scanners and indexers hold files for moments; a second try is all that is needed.
function Invoke-Patiently([scriptblock]$Action) {
    for ($try = 1; $true; $try++) {
        try {
            & $Action
            return
        } catch {
            if ($try -ge 10) { throw }
            Start-Sleep -Milliseconds 300
        }
    }
}

function Remove-Folder([string]$Path) {
    if (Test-Path -LiteralPath $Path) {
        Invoke-Patiently { Remove-Item -LiteralPath $Path -Recurse -Force }
    }
}

# ----------------------------------------------------------------------------------------------------------- the set-up

function Test-Ready {
    if (-not (Test-Path -LiteralPath $Python -PathType Leaf)) { return $false }
    try {
        return (Invoke-Program $Python (@('-I', '-S', $Finisher, 'check', $Venv) + $Extra)) -eq 0
    } catch {
        return $false
    }
}

# Only one start at a time sets up. The system frees the file when its owner ends, however that happens.
function Open-Lock {
    $told = $false
    while ($true) {
        try {
            return [System.IO.File]::Open((Join-Path $Setup 'lock'), 'OpenOrCreate', 'ReadWrite', 'None')
        } catch [System.IO.IOException] {
            if (-not $told) { Write-Line 'Another start is setting up the studio; waiting for it to end.' }
            $told = $true
            Start-Sleep -Milliseconds 500
        }
    }
}

function Find-Uv {
    $beside = Join-Path $Root 'bin\uv.exe'
    if (Test-Path -LiteralPath $beside -PathType Leaf) { return $beside }
    $command = Get-Command -Name 'uv.exe' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($null -ne $command) { return $command.Path }
    foreach ($folder in @('bin', 'Scripts')) {
        $fetched = Join-Path $Setup "uv\$folder\uv.exe"
        if (Test-Path -LiteralPath $fetched -PathType Leaf) { return $fetched }
    }
    return $null
}

# Any Python with pip can load the uv that the lock names; uv then finds or loads the Python that the studio needs.
function Get-Uv {
    $wanted = @()
    foreach ($line in (Get-Content -LiteralPath (Join-Path $Locks 'app.txt'))) {
        if ($wanted.Count -eq 0 -and -not $line.StartsWith('uv==')) { continue }
        $wanted += $line
        if (-not $line.EndsWith('\')) { break }
    }
    $list = Join-Path $Setup 'uv.txt'
    [System.IO.File]::WriteAllLines($list, [string[]]$wanted)
    $target = Join-Path $Setup 'uv'
    $pip = @('-m', 'pip', 'install', '--quiet', '--target', $target, '--no-deps', '--require-hashes', '-r', $list)
    foreach ($name in @('py.exe', 'python.exe')) {
        $command = Get-Command -Name $name -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
        if ($null -eq $command) { continue }
        Remove-Folder $target
        $code = Invoke-Program $command.Path $pip -OutputToError
        $uv = Find-Uv
        if ($code -eq 0 -and $null -ne $uv) { return $uv }
    }
    Stop-Launch 'uv was not found, and no Python that could load it.' `
        'Run: winget install astral-sh.uv   (or put uv.exe into the folder bin), then start again.'
}

function Install-Packages([string]$Uv, [string]$New) {
    Set-OwnCache
    $version = '>=3.11,<3.14'
    if ($env:STUDIO_PYTHON) { $version = $env:STUDIO_PYTHON }
    $code = Invoke-Program $Uv @('venv', '--quiet', '--no-config', '--no-project', '--relocatable', '--prompt', 'studio',
        '--python', $version, $New)
    if ($code -ne 0) {
        Stop-Launch 'The environment could not be made.' `
            'See the lines above. Without a network, install Python 3.12 yourself, then start again.'
    }
    $list = @('pip', 'install', '--no-config', '--python', (Join-Path $New 'Scripts\python.exe'), '--no-deps', '--require-hashes',
        '--compile-bytecode', '-r', (Join-Path $Locks 'app.txt'))
    if ($Extra.Count -gt 0) { $list += @('-r', (Join-Path $Locks 'dev.txt')) }
    if ($Verb -eq 'repair') { $list += '--no-cache' }
    if ((Invoke-Program $Uv $list) -ne 0) {
        Stop-Launch 'The packages could not be installed.' `
            'See the lines above (no network? disk full?), then start again; what was loaded is kept.'
    }
}

function Install-Studio {
    [void](New-Item -ItemType Directory -Force -Path $Setup)
    $lock = Open-Lock
    try {
        if ($Verb -ne 'repair' -and (Test-Ready)) { return }
        # Who has the development tools keeps them.
        if (Test-Path -LiteralPath (Join-Path $Venv 'studio-stamp\dev.txt')) { $script:Extra = @('dev') }
        $new = Join-Path $Setup 'new'
        $old = Join-Path $Setup 'old'
        Write-Step 1 "Setting up the studio in $Venv"
        Remove-Folder $new
        $uv = Find-Uv
        if ($null -eq $uv) { $uv = Get-Uv }
        Write-Step 2 "Installer: $uv"
        Write-Step 3 'Packages: these are loaded once and take a few minutes on a slow line'
        Install-Packages $uv $new
        Write-Step 4 'Trying what was installed'
        $finish = @('-I', $Finisher, 'finish', $new) + $Extra
        if ((Invoke-Program (Join-Path $new 'Scripts\python.exe') $finish) -ne 0) {
            Stop-Launch 'What was installed does not run here.' `
                'Install the current Microsoft Visual C++ runtime (x64), then start again.'
        }
        Remove-Folder $old
        if (Test-Path -LiteralPath $Venv) {
            Invoke-Patiently { Move-Item -LiteralPath $Venv -Destination $old }
        }
        Invoke-Patiently { Move-Item -LiteralPath $new -Destination $Venv }
        Remove-Folder $old
    } finally {
        $lock.Dispose()
    }
}

# The Python in the environment cannot remove itself; all else it does.
function Uninstall-Studio([string[]]$Rest) {
    $from = $Python
    if (-not (Test-Path -LiteralPath $from -PathType Leaf)) {
        $command = Get-Command -Name 'py.exe', 'python.exe' -CommandType Application -ErrorAction SilentlyContinue |
            Select-Object -First 1
        if ($null -eq $command) {
            Stop-Launch 'No Python was found that could remove the studio.' 'Start the studio once, then uninstall it.'
        }
        $from = $command.Path
    }
    $list = @('-B', '-I', (Join-Path $Root 'installers\uninstall.py'))
    foreach ($folder in @($Venv, $Setup)) {
        if (Test-Path -LiteralPath $folder) { $list += @('--environment', $folder) }
    }
    Write-Line 'What there is of the studio:'
    $code = Invoke-Program $from ($list + $Rest)
    if ($code -ne 0) { exit $code }
    Remove-Folder $Venv
    Remove-Folder $Setup
    foreach ($folder in @(Get-ChildItem -LiteralPath $Root -Directory -Recurse -Filter '__pycache__')) {
        Remove-Folder $folder.FullName
    }
    Write-Line "The studio is uninstalled. This folder ($Root) can be deleted as well."
}

# As in launch_wsl.sh: one place for all that is downloaded.
function Set-OwnCache {
    $data = $env:STUDIO_DATA_DIR
    if (-not $data) { $data = Join-Path $env:LOCALAPPDATA 'Angen' }
    if (-not $env:UV_CACHE_DIR) { $env:UV_CACHE_DIR = Join-Path $data 'cache\packages\uv' }
}

function Show-Devices {
    if ((Invoke-Program $Python @('-P', '-m', 'studio', '--quiet', 'devices') -OutputToError) -ne 0) {
        Write-Line '      The devices could not be listed (see above); for details: launch.cmd doctor'
    }
}

# ---------------------------------------------------------------------------------------------------------------- start

try {
    $Rest = $Arguments
    if ($Arguments.Count -gt 0 -and @('test', 'repair') -ccontains $Arguments[0]) {
        $Verb = $Arguments[0]
        $Rest = @($Arguments | Select-Object -Skip 1)
    }
    if ($Arguments.Count -gt 0 -and @('uninstall', '-Uninstall') -contains $Arguments[0]) {
        Uninstall-Studio @($Arguments | Select-Object -Skip 1)
        Wait-Reader
        exit 0
    }
    if ($Verb -eq 'test') { $Extra = @('dev') }

    # What belongs to another Python must not leak into ours; and no .pyc files would make each start slow.
    $env:PYTHONUTF8 = '1'
    foreach ($name in @('PYTHONHOME', 'PYTHONPATH', 'PYTHONDONTWRITEBYTECODE', 'VIRTUAL_ENV')) {
        [Environment]::SetEnvironmentVariable($name, $null)
    }
    foreach ($variable in @(Get-ChildItem -Path 'Env:' | Where-Object { $_.Name -like 'CONDA_*' })) {
        [Environment]::SetEnvironmentVariable($variable.Name, $null)
    }

    if ($Verb -eq 'repair' -or -not (Test-Ready)) {
        Install-Studio
        Write-Step 5 'Devices'
        Show-Devices
        Write-Line 'Ready.'
    } elseif ($Arguments.Count -eq 0) {
        $Steps = 2
        Write-Step 1 "The studio is set up in $Venv"
        Write-Step 2 'Devices'
        Show-Devices
    }

    if ($Verb -eq 'repair') { exit 0 }
    if ($Verb -eq 'test') {
        Set-Location -LiteralPath $Root
        exit (Invoke-Program $Python (@('-P', '-m', 'tests.check') + $Rest))
    }
    $Code = Invoke-Program $Python (@('-P', '-m', 'studio') + $Rest)
} catch {
    Stop-Launch $_.Exception.Message "Start again; if that does not help: launch.cmd repair"
}
if ($Code -ne 0) { Wait-Reader }
exit $Code
