#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the Flatpaks, installs them beside each other in an installation of their own, and runs
# them as a desktop does. Speaks TAP; what the tools say is in BUILD/../build-flatpak/*.log.
#
#   flatpak/check.sh BUILD     BUILD has tests/test-installed
#
# The runtime is the one of the system's installation. Where there is none, HC_FLATPAK_RUNTIME may
# name a program that is called with SUITE BRANCH DIRECTORY and installs a stand-in, made of the
# packages of a Debian suite (HC_FLATPAK_SUITE, by default sid), in FLATPAK_USER_DIR.
set -euo pipefail

root=$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")
build=$(realpath -e "${1:?a build directory}")
suite=${HC_FLATPAK_SUITE:-sid}
work=$root/build-flatpak/$suite
id=io.github.hybridchat.HybridChat
export FLATPAK_USER_DIR=$work/user
exports=$FLATPAK_USER_DIR/exports/share

skip() {
  echo "1..0 # SKIP $*"
  exit 77
}

# usage: step NAME COMMAND...   one case of TAP, with its time
step() {
  local name=$1 log=$work/${1//\//-}.log begin=$SECONDS
  shift
  if "$@" >"$log" 2>&1 </dev/null; then
    echo "ok - /flatpak/$name"
    echo "# $((SECONDS - begin)) s"
    return
  fi
  echo "not ok - /flatpak/$name"
  tail -n 60 "$log" | sed 's/^/# /'
  exit 1
}

# ---- what is needed ----------------------------------------------------------

runtime_branch() {
  sed -n 's/.*"runtime-version": "\(.*\)".*/\1/p' "$root/flatpak/$id.json"
}

has_runtime() {
  flatpak info "org.gnome.Sdk//$(runtime_branch)" >/dev/null 2>&1 &&
    flatpak info "org.gnome.Platform//$(runtime_branch)" >/dev/null 2>&1
}

check_tools() {
  local tool
  for tool in flatpak flatpak-builder bwrap eu-strip; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
  done
  bwrap --unshare-all --ro-bind / / true 2>/dev/null ||
    skip "bubblewrap may not make a sandbox here"
}

make_runtime() {
  [[ ${HC_FLATPAK_RUNTIME-} ]] || skip "there is no org.gnome.Sdk//$(runtime_branch), and" \
    "HC_FLATPAK_RUNTIME names nothing that makes one"
  [[ -f $HC_FLATPAK_RUNTIME ]] || skip "there is no $HC_FLATPAK_RUNTIME to make a runtime with"
  SDK_EXTRA=ccache bash "$HC_FLATPAK_RUNTIME" "$suite" "$(runtime_branch)" "$work/runtime" \
    >"$work/runtime.log" 2>&1 </dev/null || skip "no runtime could be made: $(tail -n 1 "$work/runtime.log")"
  sed 's/^/# runtime: /' "$work/runtime.log"
}

# ---- the app -----------------------------------------------------------------

# usage: build_app ID [OPTION...]
build_app() {
  local app=$1
  shift
  flatpak-builder --user --force-clean --disable-rofiles-fuse --ccache --install "$@" \
    --state-dir="$work/state" --repo="$work/repo" "$work/$app" "$root/flatpak/$app.json"
}

commit_of() {
  flatpak --user info --show-commit "$id"
}

# The same files again, as a new version of the app.
update_app() {
  local before
  before=$(commit_of)
  flatpak build-export --update-appstream "$work/repo" "$work/$id"
  flatpak --user update -y --noninteractive "$id"
  [[ $(commit_of) != "$before" ]]
}

# What the app keeps is in its own corner of the home directory, and nothing is anywhere else.
check_home() {
  test -s "$HOME/.var/app/$id/config/glib-2.0/settings/keyfile"
  [[ $(ls -A "$HOME") == .var ]]
}

# usage: test_app [OPTION...]
test_app() {
  "$build/tests/test-installed" --entry="$exports/applications/$id.desktop" \
    --other="$exports/applications/$id.Devel.desktop" \
    --server="flatpak run --command=hybridchat-server $id" \
    --terminal="flatpak run --command=hybridchat-terminal $id" \
    --picture="$work/conversation.png" "$@" 2>"$work/test-installed.log" |
    grep -vE '^1\.\.|SKIP by request|^# GLib-GIO-DEBUG'
}

# shellcheck disable=SC2317 # called by the trap
end_apps() {
  local app
  for app in "$id" "$id.Devel"; do
    flatpak kill "$app" 2>/dev/null || true
  done
}

# On a display and a session bus of its own; an update must leave what the tests before it have set.
on_desktop() {
  trap end_apps EXIT
  test_app -s /installed/remembers
  step home check_home
  step update update_app
  test_app -p /installed/remembers
}

main() {
  mkdir -p "$work"
  check_tools
  has_runtime || make_runtime
  rm -rf "$work/repo"
  step build build_app "$id"
  sed -n 's/^ *\([0-9]*\/[0-9]* .* \(SKIP\|OK\) .*\)/# in the build: \1/p; s/^\(Ok\|Fail\|Skipped\): */# in the build: &/p' \
    "$work/build.log"
  step build-devel build_app "$id.Devel" --disable-tests
  echo "# $(du -sh "$FLATPAK_USER_DIR/app/$id" | cut -f1) installed, $(du -sh "$work/repo" | cut -f1) repository of both"
  "$root/tests/with-display.sh" --installed="$exports" "${BASH_SOURCE[0]}" "$build" --on-desktop
}

case ${2-} in
  --on-desktop) on_desktop ;;
  *) main ;;
esac
