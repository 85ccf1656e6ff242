#!/usr/bin/env bash
# Starts the studio on WSL2 and any Linux, and sets it up before when needed.
#
#   ./launch_wsl.sh [ARGUMENTS...]       starts studio with these arguments
#   ./launch_wsl.sh test [ARGUMENTS...]  adds the development tools, then runs all checks
#   ./launch_wsl.sh repair               makes the environment anew, from fresh downloads
#   ./launch_wsl.sh uninstall            lists what there is, asks, and removes it; projects always stay
#
# STUDIO_PYTHON=PATH chooses the Python (3.11, 3.12 or 3.13) that a set-up takes.
#
# The environment (.venv) is made aside, in .venv.setup, and renamed when it is whole. So it is there and works, or it is
# not there, whenever this is stopped. stdout belongs to studio; all that is said here goes to stderr.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -uo pipefail

# What compiled packages load from the system: the name the loader asks for, and Debian's package.
libraries=(
    "libstdc++.so.6 libstdc++6"
    "libgcc_s.so.1 libgcc-s1"
    "libz.so.1 zlib1g"
    "libEGL.so.1 libegl1"
    "libGL.so.1 libgl1"
    "libxkbcommon.so.0 libxkbcommon0"
    "libfontconfig.so.1 libfontconfig1"
    "libdbus-1.so.3 libdbus-1-3"
    "libxcb-cursor.so.0 libxcb-cursor0"
    "libxkbcommon-x11.so.0 libxkbcommon-x11-0"
    "libxcb-icccm.so.4 libxcb-icccm4"
    "libxcb-image.so.0 libxcb-image0"
    "libxcb-keysyms.so.1 libxcb-keysyms1"
    "libxcb-randr.so.0 libxcb-randr0"
    "libxcb-render-util.so.0 libxcb-render-util0"
    "libxcb-shape.so.0 libxcb-shape0"
    "libxcb-xkb.so.1 libxcb-xkb1"
)
# What the tests hold our work against, and how they listen to it: the program or library, and Debian's package.
test_tools=(
    "ffmpeg ffmpeg"
    "pulseaudio pulseaudio"
    "parec pulseaudio-utils"
    "libportaudio.so.2 libportaudio2"
    "libasound_module_pcm_pulse.so libasound2-plugins"
)
steps=5

say() {
    printf '%s\n' "$*" >&2
    if [[ -n ${log:-} ]]; then printf '%s\n' "$*" >>"$log"; fi
}

step() { say "[$1/$steps] $2"; }

fail() {
    say "error: $1"
    say "hint: $2"
    if [[ -n ${log:-} ]]; then say "log: $log"; fi
    exit 2
}

# ------------------------------------------------------------------------------------------------------------ places

find_root() {
    local self=${BASH_SOURCE[0]}
    if [[ -L $self ]]; then self=$(readlink -f -- "$self"); fi
    [[ $self == */* ]] || self=./$self
    root=$(unset CDPATH && cd -P -- "${self%/*}" && pwd -P) || fail "The folder of $self cannot be entered." \
        "Give yourself the right to read it."
}

place_environment() {
    local hash
    venv=$root/.venv
    # Windows' drives are slow from WSL2 and know neither links nor the executable bit.
    if [[ $root/ == "${STUDIO_WSL_DRIVES:-/mnt}"/* ]] && on_wsl; then
        hash=$(printf %s "$root" | sha256sum)
        venv=${XDG_DATA_HOME:-$HOME/.local/share}/angen-studio/venv-${hash:0:16}
    fi
    python=$venv/bin/python
    setup=$venv.setup
}

on_wsl() {
    local version=""
    read -r version <"${STUDIO_PROC_VERSION:-/proc/version}"
    [[ ${version,,} == *microsoft* ]]
}

is_ready() {
    [[ -x $python ]] && "$python" -I -S "$root/installers/environment.py" check "$venv" ${dev:+dev} 2>/dev/null
}

# ---------------------------------------------------------------------------------------------------- system packages

into_log() { "$@" >>"${log:-/dev/null}" 2>&1 </dev/null; }

onto_screen_and_log() { "$@" 2>&1 </dev/null | tee -a "$log" >&2; }

can_apt() { [[ $EUID == 0 ]] && command -v apt-get >/dev/null; }

apt_install() {
    say "      apt-get install $*"
    into_log env DEBIAN_FRONTEND=noninteractive apt-get update
    into_log env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

need_libraries() {
    local known line packages=() names=()
    # Without ldconfig nothing can be said beforehand; the trial at the end still tells what does not load.
    known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) || return 0
    for line in "${libraries[@]}"; do
        if [[ $known != *"${line% *} "* ]]; then
            names+=("${line% *}")
            packages+=("${line#* }")
        fi
    done
    ((${#names[@]})) || return 0
    if can_apt && apt_install "${packages[@]}"; then return 0; fi
    fail "System libraries are missing: ${names[*]}" \
        "Run: sudo apt-get install -y ${packages[*]}   (on other systems: the packages that hold them), then start again."
}

need_test_tools() {
    local tool packages=()
    for tool in "${test_tools[@]}"; do
        is_there "${tool% *}" || packages+=("${tool#* }")
    done
    ((${#packages[@]})) || return 0
    if can_apt && apt_install "${packages[@]}"; then return 0; fi
    say "Some tests will be skipped for want of: ${packages[*]}"
}

is_there() {
    local place
    type -P "$1" >/dev/null && return
    for place in "/usr/lib*/$1" "/usr/lib/*/$1" "/usr/lib*/alsa-lib/$1" "/usr/lib/*/alsa-lib/$1"; do
        compgen -G "$place" >/dev/null && return
    done
    return 1
}

# ------------------------------------------------------------------------------------------------------ Python and uv

# A name on the PATH proves nothing (version managers put scripts there that only complain), so each one is run.
probe='
import os, sys
if not (3, 11) <= sys.version_info < (3, 14) or sys.implementation.name != "cpython" or sys.maxsize < 2**32:
    sys.exit(1)
import ctypes, sqlite3, ssl
path = getattr(sys, "_base_executable", None) or sys.executable
sys.stdout.buffer.write(b"%d.%d.%d %s" % (*sys.version_info[:3], os.fsencode(path)))
'

find_python() {
    local name found
    for name in "$@"; do
        if found=$("$name" -I -c "$probe" 2>/dev/null </dev/null); then
            base_python=${found#* }
            base_version=${found%% *}
            return 0
        fi
    done
    return 1
}

need_python() {
    local names=(python3 python3.13 python3.12 python3.11)
    base_python="" base_version=""
    if [[ -n ${STUDIO_PYTHON:-} ]]; then
        find_python "$STUDIO_PYTHON" || fail "STUDIO_PYTHON ($STUDIO_PYTHON) is no Python 3.11, 3.12 or 3.13 that runs." \
            "Set it to such a Python (64 bit, with ssl, sqlite3 and ctypes), or unset it."
        return 0
    fi
    find_python "${names[@]}" && return 0
    if can_apt && apt_install python3 python3-venv; then find_python "${names[@]}"; fi
    return 0
}

is_usable_uv() {
    [[ -x $1 && $("$1" --version 2>/dev/null </dev/null) =~ ^uv\ ([0-9]+)\.([0-9]+) ]] &&
        ((BASH_REMATCH[1] > 0 || BASH_REMATCH[2] >= 5))
}

find_uv() {
    local inside=""
    if [[ -n $base_python ]]; then
        inside=$("$base_python" -I -c 'import uv; print(uv.find_uv_bin())' 2>/dev/null)
    fi
    for uv in "$root/bin/uv" "$(type -P uv)" "$inside" "$setup/uv/bin/uv"; do
        if is_usable_uv "$uv"; then return 0; fi
    done
    uv=""
    return 1
}

# Loads the uv that the lock names. pip alone is enough for that; Debian has it in another package than Python.
fetch_uv() {
    local from=${base_python:-python3}
    rm -rf -- "$setup/uv"
    awk '/^uv==/ { on = 1 } on { print; if (!/\\$/) exit }' "$root/installers/locks/app.txt" >"$setup/uv.txt"
    if into_log "$from" -m pip --version; then
        PIP_USER=0 into_log "$from" -m pip install --target "$setup/uv" --no-deps --require-hashes -r "$setup/uv.txt"
    elif make_plain_environment "$setup/uv"; then
        into_log "$setup/uv/bin/python" -m pip install --no-deps --require-hashes -r "$setup/uv.txt"
    fi
    is_usable_uv "$setup/uv/bin/uv" && uv=$setup/uv/bin/uv
}

make_plain_environment() {
    [[ -n $base_python ]] || return 1
    if ! "$base_python" -I -c 'import ensurepip' 2>/dev/null; then
        if ! { can_apt && apt_install python3-venv; }; then
            fail "uv was not found, and this Python cannot load it: it has neither pip nor venv." \
                "Run: sudo apt-get install -y python3-venv   (or install uv), then start again."
        fi
    fi
    into_log "$base_python" -m venv "$1"
}

# uv does not read pip's settings; who reaches packages only through a mirror has told pip.
borrow_settings_from_pip() {
    local links index
    links=${PIP_FIND_LINKS-$("${base_python:-python3}" -m pip config get global.find-links 2>/dev/null)}
    index=${PIP_INDEX_URL-$("${base_python:-python3}" -m pip config get global.index-url 2>/dev/null)}
    if [[ -z ${UV_FIND_LINKS:-} && -n $links ]]; then export UV_FIND_LINKS=${links//[[:space:]]/,}; fi
    if [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_INDEX:-} && -n $index ]]; then export UV_DEFAULT_INDEX=$index; fi
}

# ---------------------------------------------------------------------------------------------------------- the set-up

set_up() {
    local new=$setup/new packages
    { mkdir -p -- "$setup" && : >>"$setup/lock"; } 2>/dev/null || fail "$setup cannot be written." \
        "Move the studio to a folder that you may write to, or free some space, then start again."
    # Modules in the folder where the user happens to be must not be taken for pip's.
    cd -- "$setup" || exit 2
    wait_for_turn
    if [[ $verb != repair ]] && is_ready; then return 0; fi
    log=$setup/log.txt
    : >"$log"
    tell_why

    need_libraries
    need_python
    find_uv || fetch_uv
    [[ -n $base_python || -n $uv ]] || fail "No Python 3.11, 3.12 or 3.13 was found." \
        "Run: sudo apt-get install -y python3 python3-venv   (or set STUDIO_PYTHON to one), then start again."
    step 1 "Python ${base_version:-3.12, loaded by uv} ${base_python:+($base_python)}"
    step 2 "Installer: ${uv:-pip}"

    packages=(-r "$root/installers/locks/app.txt")
    if [[ -n $dev ]]; then packages+=(-r "$root/installers/locks/dev.txt"); fi
    step 3 "Packages: these are loaded once and take a few minutes on a slow line"
    rm -rf -- "$new"
    install_packages "$new" "${packages[@]}" || fail "The packages could not be installed." \
        "See the lines above (no network? disk full?), then start again; what was loaded is kept."

    step 4 "Trying what was installed"
    onto_screen_and_log "$new/bin/python" -I "$root/installers/environment.py" finish "$new" ${dev:+dev} || fail_trial
    exchange "$new" || fail "$venv could not be replaced." "Close programs that use it, then start again."
}

wait_for_turn() {
    exec 9>>"$setup/lock"
    command -v flock >/dev/null || return 0
    if ! flock -n 9; then
        say "Another start is setting up the studio; waiting for it to end."
        flock 9
    fi
}

tell_why() {
    # Who has the development tools keeps them.
    if [[ -e $venv/studio-stamp/dev.txt ]]; then dev=dev; fi
    if [[ -e $setup/new ]]; then
        say "Setting up the studio in $venv (an earlier set-up was interrupted)"
    elif [[ $verb == repair ]] || [[ ! -e $venv && ! -L $venv ]]; then
        say "Setting up the studio in $venv"
    else
        say "Setting up the studio in $venv again (packages are missing, damaged or of another version)"
    fi
}

# One place for all that is downloaded: packs of engines share it, and uninstalling finds it.
own_cache() {
    local data=${STUDIO_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/angen-studio}
    export UV_CACHE_DIR=${UV_CACHE_DIR:-$data/cache/packages/uv} PIP_CACHE_DIR=${PIP_CACHE_DIR:-$data/cache/packages/pip}
}

install_packages() {
    local new=$1 fresh=()
    shift
    if [[ $verb == repair ]]; then fresh=(--no-cache); fi
    borrow_settings_from_pip
    own_cache
    if [[ -z $uv ]]; then
        make_plain_environment "$new" &&
            onto_screen_and_log "$new/bin/python" -m pip install "${fresh[@]}" --no-deps --require-hashes "$@"
        return
    fi
    onto_screen_and_log "$uv" venv --quiet --no-config --no-project --relocatable --prompt studio \
        --python "${base_python:-3.12}" "$new" &&
        onto_screen_and_log "$uv" pip install --no-config "${fresh[@]}" --python "$new/bin/python" \
            --no-deps --require-hashes --compile-bytecode "$@"
}

fail_trial() {
    local missing='(lib[^[:space:]]+): cannot open shared object file'
    if [[ $(<"$log") =~ $missing ]]; then
        fail "The system library ${BASH_REMATCH[1]} is missing." \
            "Install the system package that holds it (apt-file search ${BASH_REMATCH[1]} names it), then start again."
    fi
    fail "What was installed does not run here." "See the lines above, then start again."
}

exchange() {
    local new=$1
    rm -rf -- "$setup/old"
    if [[ -e $venv || -L $venv ]]; then mv -T -- "$venv" "$setup/old" || return; fi
    mv -T -- "$new" "$venv" || return
    rm -rf -- "$setup/old"
}

uninstall() {
    local from=$python place list=()
    if [[ ! -x $from ]]; then
        need_python
        from=${base_python:-python3}
    fi
    for place in "$venv" "$setup"; do
        if [[ -e $place || -L $place ]]; then list+=(--environment "$place"); fi
    done
    say "What there is of the studio:"
    "$from" -B -I "$root/installers/uninstall.py" "${list[@]}" "$@" || exit
    rm -rf -- "$venv" "$setup"
    find "$root" -name __pycache__ -type d -prune -exec rm -rf -- {} +
    say "The studio is uninstalled. This folder ($root) can be deleted as well."
    exit 0
}

show_devices() {
    "$python" -P -m studio --quiet devices >&2 </dev/null ||
        say "      The devices could not be listed (see above); for details: ${0##*/} doctor"
}

# --------------------------------------------------------------------------------------------------------------- start

main() {
    verb="" dev="" log=""
    case ${1-} in
        test) verb=test dev=dev && shift ;;
        repair) verb=repair && shift ;;
        uninstall | -Uninstall) verb=uninstall && shift ;;
    esac
    # What belongs to another Python must not leak into ours; and no .pyc files would make each start slow.
    unset PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE VIRTUAL_ENV "${!CONDA_@}"
    find_root
    place_environment

    if [[ $verb == uninstall ]]; then uninstall "$@"; fi
    if [[ $verb == repair ]] || ! is_ready; then
        trap 'say "Set-up interrupted; start again to go on with it."; exit 4' INT
        (set_up "$@") || exit
        trap - INT
        step 5 "Devices"
        show_devices
        say "Ready."
    elif (($# == 0)) && [[ -z $verb ]]; then
        steps=2
        step 1 "The studio is set up in $venv"
        step 2 "Devices"
        show_devices
    fi

    case $verb in
        repair) exit 0 ;;
        test) need_test_tools && cd -- "$root" && exec "$python" -P -m tests.check "$@" ;;
        *) exec "$python" -P -m studio "$@" ;;
    esac
}

main "$@"
