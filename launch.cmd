@echo off
rem Starts the studio on Windows by a double click, and sets it up before when needed.
rem
rem   launch.cmd [ARGUMENTS...]       starts studio with these arguments
rem   launch.cmd test [ARGUMENTS...]  adds the development tools, then runs all checks (8 arguments at most)
rem   launch.cmd repair               makes the environment anew, from fresh downloads
rem
rem A ready studio is started from here. A set-up is left to launch.ps1 where policy lets it run, else it is done here,
rem in the same way and with uv alone. STUDIO_NO_PAUSE=1: the window does not wait for a key after an error.
rem
rem The folder's name may hold anything: it stands in quotes only, and never inside brackets.
setlocal EnableExtensions DisableDelayedExpansion
set "HERE=%~dp0"
set "PYTHON=%HERE%.venv\Scripts\python.exe"
set "VERB="
set "DEV="
set "DEVLOCK="
set "FRESH="
set "CODE=2"
if "%~1"=="test" set "VERB=test"
if "%~1"=="test" set "DEV=dev"
if "%~1"=="repair" set "VERB=repair"
if "%~1"=="repair" set "FRESH=--no-cache"

rem What belongs to another Python must not leak into ours.
set "PYTHONUTF8=1"
set "PYTHONHOME="
set "PYTHONPATH="
set "PYTHONDONTWRITEBYTECODE="
set "VIRTUAL_ENV="
set "CONDA_PREFIX="
set "CONDA_DEFAULT_ENV="

if "%VERB%"=="repair" goto prepare
if not exist "%PYTHON%" goto prepare
"%PYTHON%" -I -S "%HERE%installers\environment.py" check "%HERE%.venv" %DEV%
if not "%ERRORLEVEL%"=="0" goto prepare
if not "%~1"=="" goto start
>&2 echo [1/2] The studio is set up
>&2 echo [2/2] Devices
call :devices
goto start

:prepare
rem Only 42 proves that the script may run: where policy forbids it, or PowerShell is missing, another number comes.
powershell -NoProfile -ExecutionPolicy Bypass -File "%HERE%launch.ps1" --policy-check <nul >nul 2>nul
if not "%ERRORLEVEL%"=="42" goto alone
if "%~1"=="" goto by_script
powershell -NoProfile -ExecutionPolicy Bypass -File "%HERE%launch.ps1" %*
set "CODE=%ERRORLEVEL%"
goto end

:by_script
rem The key is waited for here.
set "ASKED=%STUDIO_NO_PAUSE%"
set "STUDIO_NO_PAUSE=1"
powershell -NoProfile -ExecutionPolicy Bypass -File "%HERE%launch.ps1"
set "CODE=%ERRORLEVEL%"
set "STUDIO_NO_PAUSE=%ASKED%"
goto end

:alone
pushd "%HERE%"
if not "%ERRORLEVEL%"=="0" goto end
if not exist ".venv.setup" mkdir ".venv.setup"
rem Only one start at a time sets up: the second cannot open the file that the first writes to.
call :set_up 9>".venv.setup\lock"
popd
if "%CODE%"=="0" goto prepared
>&2 echo error: The set-up did not end.
>&2 echo hint: See the lines above. Is another window setting up the studio, let it end. Then start again; what was loaded is kept.
goto end

:prepared
>&2 echo [5/5] Devices
call :devices
>&2 echo Ready.
if "%VERB%"=="repair" goto end

:start
if "%VERB%"=="test" goto checks
"%PYTHON%" -P -m studio %*
set "CODE=%ERRORLEVEL%"
goto end

:checks
pushd "%HERE%"
"%PYTHON%" -P -m tests.check %2 %3 %4 %5 %6 %7 %8 %9
set "CODE=%ERRORLEVEL%"
popd

:end
if "%CODE%"=="0" goto leave
if not "%~1"=="" goto leave
if not defined STUDIO_NO_PAUSE pause
:leave
exit /b %CODE%


:devices
"%PYTHON%" -P -m studio --quiet devices 1>&2 <nul
if not "%ERRORLEVEL%"=="0" >&2 echo       The devices could not be listed. For details: launch.cmd doctor
exit /b 0


:set_up
rem Makes .venv aside and renames it. Works in the studio's folder; sets CODE to 0 when all is done.
if exist ".venv\studio-stamp\dev.txt" set "DEV=dev"
if defined DEV set "DEVLOCK=-r installers\locks\dev.txt"
set "WANTED=>=3.11,<3.14"
if defined STUDIO_PYTHON set "WANTED=%STUDIO_PYTHON%"
>&2 echo [1/5] Setting up the studio
call :find_uv
if not defined UV exit /b 1
>&2 echo [2/5] Installer: uv
>&2 echo [3/5] Packages: these are loaded once and take a few minutes on a slow line
if exist ".venv.setup\new" rmdir /s /q ".venv.setup\new"
"%UV%" venv --quiet --no-config --no-project --relocatable --prompt studio --python "%WANTED%" ".venv.setup\new"
if not "%ERRORLEVEL%"=="0" exit /b 1
"%UV%" pip install --no-config %FRESH% --python ".venv.setup\new\Scripts\python.exe" --require-hashes --compile-bytecode -r "installers\locks\app.txt" %DEVLOCK%
if not "%ERRORLEVEL%"=="0" exit /b 1
>&2 echo [4/5] Trying what was installed
".venv.setup\new\Scripts\python.exe" -I "installers\environment.py" finish ".venv.setup\new" %DEV%
if not "%ERRORLEVEL%"=="0" exit /b 1
if exist ".venv.setup\old" rmdir /s /q ".venv.setup\old"
if exist ".venv" call :rename ".venv" ".venv.setup\old"
if exist ".venv" exit /b 1
call :rename ".venv.setup\new" ".venv"
if exist ".venv.setup\new" exit /b 1
if exist ".venv.setup\old" rmdir /s /q ".venv.setup\old"
set "CODE=0"
exit /b 0


:find_uv
set "UV=bin\uv.exe"
if exist "%UV%" exit /b 0
for %%U in (uv.exe) do set "UV=%%~$PATH:U"
if defined UV exit /b 0
set "UV=.venv.setup\uv\bin\uv.exe"
if exist "%UV%" exit /b 0
set "UV="
>&2 echo error: uv.exe was not found.
>&2 echo hint: Run: winget install astral-sh.uv - or put uv.exe into the folder bin. Then start again.
exit /b 0


:rename
rem Scanners hold files for moments, so it is tried more than once.
set "TRIES=0"
:rename_again
move "%~1" "%~2" >nul
if not exist "%~1" exit /b 0
set /a TRIES+=1
if %TRIES% GEQ 5 exit /b 1
ping -n 2 127.0.0.1 >nul
goto rename_again
