#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a command on a desktop of its own: a virtual display, a session bus with
# accessibility on it, and empty home, settings and runtime directories. All of
# it is gone afterwards, and the exit status is the command's.
#
#   tests/with-display.sh [--build=DIR] [--installed=DIR] [--screen=WIDTHxHEIGHT] COMMAND [ARGUMENT...]
#
# --build lets the command use what DIR has built: the settings schema, and the
# app through D-Bus activation. --installed lets it use what is installed below
# DIR, such as /usr/share, as a session of the desktop would, and settings are kept
# as long as the desktop lives. For a screenshot, HC_FRAMEBUFFER names a file that
# always holds the screen, in xwd format.
set -euo pipefail

build=
installed=
screen=1280x1024
bus_launchers=(/usr/libexec/at-spi-bus-launcher /usr/lib/at-spi2-core/at-spi-bus-launcher)

fail() {
  echo "with-display.sh: $*" >&2
  exit 1
}

parse_options() {
  while [[ ${1-} == --* ]]; do
    case $1 in
      --build=*) build=$(realpath -e "${1#*=}") ;;
      --installed=*) installed=$(realpath -e "${1#*=}") ;;
      --screen=*) screen=${1#*=} ;;
      *) fail "unknown option $1" ;;
    esac
    shift
  done
  (($#)) || fail "no command to run"
  command=("$@")
}

check_tools() {
  local tool
  for tool in Xvfb dbus-run-session; do
    command -v "$tool" >/dev/null || fail "$tool is missing: ./run test installs it"
  done
}

# shellcheck disable=SC2317 # called by the trap
clean_up() {
  if [[ ${server_pid-} ]]; then
    kill "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  # the accessibility bus ends a moment after the session bus
  rm -rf "$scratch" 2>/dev/null || { sleep 0.3 && rm -rf "$scratch"; }
}

make_directories() {
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/hybridchat-display.XXXXXX")
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir -p "$scratch"/{home,config,data,cache,state,services,screen}
  mkdir -m 700 "$scratch/runtime"
}

start_display() {
  mkfifo "$scratch/number"
  Xvfb -displayfd 3 -screen 0 "${screen}x24" -fbdir "$scratch/screen" -nolisten tcp -noreset \
    3>"$scratch/number" </dev/null >/dev/null 2>"$scratch/xvfb.log" &
  server_pid=$!
  local number
  read -r -t 30 number <"$scratch/number" || fail "Xvfb did not start: $(<"$scratch/xvfb.log")"
  export DISPLAY=:$number
}

# usage: bus_service NAME COMMAND
bus_service() {
  printf '[D-BUS Service]\nName=%s\nExec=%s\n' "$1" "$2" >"$scratch/services/$1.service"
}

# Only our own services: a bus with the machine's would start portals and other
# strangers, and each one that fails to start costs the app its 25 s timeout.
write_bus_services() {
  local launcher service
  for launcher in "${bus_launchers[@]}"; do
    [[ -x $launcher ]] && bus_service org.a11y.Bus "$launcher"
  done
  for service in "$build"/data/*.service; do
    [[ -e $service && -x $build/src/app/hybridchat ]] &&
      bus_service "$(basename "$service" .service)" "$build/src/app/hybridchat --gapplication-service"
  done
  return 0
}

write_bus_config() {
  cat >"$scratch/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$scratch/runtime</listen>
  <auth>EXTERNAL</auth>
  <servicedir>$scratch/services</servicedir>${installed:+
  <servicedir>$installed/dbus-1/services</servicedir>}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END
}

# Mesa without a GPU is slow to start, and leaks. Each GTK complains about the other's word for it.
switch_gl_off() {
  if pkg-config --atleast-version=4.16 gtk4 2>/dev/null; then
    export GDK_DISABLE=gl,vulkan
  else
    export GDK_DEBUG=gl-disable
  fi
}

# Nothing in the environment says where what is installed finds its own files; it is looked at in
# the language in which everything is looked for.
use_installed() {
  export XDG_DATA_DIRS=$installed:${XDG_DATA_DIRS:-/usr/local/share:/usr/share} LC_ALL=C.UTF-8
  unset GSETTINGS_BACKEND
}

set_environment() {
  unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS NO_AT_BRIDGE GTK_A11Y GTK_THEME GTK_MODULES
  export HOME=$scratch/home XDG_RUNTIME_DIR=$scratch/runtime
  export XDG_CONFIG_HOME=$scratch/config XDG_DATA_HOME=$scratch/data
  export XDG_CACHE_HOME=$scratch/cache XDG_STATE_HOME=$scratch/state
  export GDK_BACKEND=x11 GSK_RENDERER=cairo
  switch_gl_off
  export GSETTINGS_BACKEND=${GSETTINGS_BACKEND-memory} GIO_USE_VFS=local GIO_USE_PROXY_RESOLVER=dummy
  export HC_FRAMEBUFFER=$scratch/screen/Xvfb_screen0
  [[ -z $build ]] || export HC_BUILD_DIR=$build GSETTINGS_SCHEMA_DIR=$build/data
  [[ -z $installed ]] || use_installed
}

# The bus daemons talk about their own affairs, on both channels: into a log, so
# that the command's TAP stays TAP.
run_command() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  dbus-run-session --config-file="$scratch/bus.conf" -- \
    bash -c 'exec "$@" >&4 2>&5 4>&- 5>&-' bash "${command[@]}" 4>&1 5>&2 >"$scratch/bus.log" 2>&1
}

parse_options "$@"
check_tools
make_directories
start_display
write_bus_services
write_bus_config
set_environment

status=0
run_command || status=$?
exit "$status"
