#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Each folder of src/ is a layer, and includes only from the layers under it.
# Speaks TAP: a case for each layer's own headers, one for each layer's libraries.
#
#   tests/check-layers.sh SOURCE-ROOT
set -euo pipefail
export LC_ALL=C
cd "${1:?the root of the source}/src"

layers=(protocol server client terminal app)
declare -A may_include=(
  [protocol]='protocol'
  [server]='server protocol'
  [client]='client protocol'
  [terminal]='terminal client protocol'
  [app]='app client server protocol'
)
gui='<(gtk|gdk|gsk|adwaita|pango|cairo)'
# a packet is bytes: who sends it, and when, is not its affair
io='\<(GSocket(Client|Connection|Listener|Service)?|GIOStream|GMainLoop|GMainContext|GSource|g_(timeout|idle)_add[a-z_]*)\>'
declare -A must_not_use=(
  [protocol]="#include $gui|$io"
  [server]="#include $gui"
  [client]="#include $gui"
  [terminal]="#include $gui"
  [app]='#include <(sys/socket|netinet/)|\<g_socket_[a-z_]*|GSocket(Client|Listener|Service|Connection)?\>'
)

# usage: owners LAYER HEADER   the layers that HEADER can be meant from: its own first, as the compiler does
owners() {
  local header=${2##*/} layer
  if [[ $header == hc-*-enums.h ]]; then
    layer=${header#hc-} && echo "${layer%-enums.h}"
  elif [[ $2 != */* && -e $1/$header ]]; then
    echo "$1"
  else
    for layer in "${layers[@]}"; do
      [[ ! -e $layer/$header || ($2 == */* && $2 != *"$layer/$header") ]] || echo "$layer"
    done
  fi
}

wrong_includes() {
  local layer=$1 file line header owner
  while IFS=: read -r file line header; do
    header=${header#*\"} header=${header%%\"*}
    for owner in $(owners "$layer" "$header"); do
      [[ " ${may_include[$layer]} " == *" $owner "* ]] || echo "src/$file:$line includes $header of $owner"
    done
  done < <(grep -rnE --include='*.[ch]' '^ *# *include +"' "$layer" || true)
}

wrong_uses() {
  grep -rnE --include='*.[ch]' -- "${must_not_use[$1]}" "$1" | grep -vE ':[0-9]+: *(/?\*|//)' | sed 's,^,src/,' || true
}

# usage: report NAME COMPLAINT
report() {
  number=$((number + 1))
  if [[ -z $2 ]]; then
    echo "ok $number /layers/$1"
  else
    echo "not ok $number /layers/$1"
    # shellcheck disable=SC2001 # a comment sign before every line
    sed 's/^/# /' <<<"$2"
  fi
}

number=0
echo "1..$((${#layers[@]} * 2))"
for layer in "${layers[@]}"; do
  report "$layer/includes" "$(wrong_includes "$layer")"
  report "$layer/libraries" "$(wrong_uses "$layer")"
done
