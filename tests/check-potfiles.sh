#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Translators see what po/POTFILES names, and nothing else: every file with
# translatable text must be in it, in order, and every file in it must exist.
#
#   tests/check-potfiles.sh SOURCE-ROOT           checks, in TAP
#   tests/check-potfiles.sh SOURCE-ROOT --write   puts it right
set -euo pipefail
export LC_ALL=C
cd "${1:?the root of the source}"

wanted() {
  grep -rlE --include='*.[ch]' '\b(N_|C_|NC_|_|n?gettext|g_dn?gettext|g_dpgettext2?) *\(' src || true
  grep -rlE --include='*.ui' 'translatable="(yes|true|1)"' src data || true
  find data -name '*.desktop.in' -o -name '*.metainfo.xml.in' -o -name '*.gschema.xml.in'
}

listed() {
  grep -vE '^(#|$)' po/POTFILES
}

# usage: report NUMBER NAME COMPLAINT
report() {
  if [[ -z $3 ]]; then
    echo "ok $1 /potfiles/$2"
  else
    echo "not ok $1 /potfiles/$2"
    # shellcheck disable=SC2001 # a comment sign before every line
    sed 's/^/# /' <<<"$3"
    echo '# tests/check-potfiles.sh . --write puts it right'
  fi
}

if [[ ${2-} == --write ]]; then
  wanted | sort -u >po/POTFILES
  exit
fi

echo 1..3
report 1 complete "$(comm -23 <(wanted | sort -u) <(listed | sort -u) | sed 's/^/not listed: /')"
report 2 no-strangers "$(comm -13 <(wanted | sort -u) <(listed | sort -u) | sed 's/^/has no text: /')"
report 3 sorted "$(diff <(listed) <(listed | sort) || true)"
