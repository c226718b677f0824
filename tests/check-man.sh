#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Manual pages that groff has nothing to say about:  tests/check-man.sh PAGE...
set -euo pipefail

if ! command -v groff >/dev/null; then
  echo "groff is not installed"
  exit 77
fi
complaints=$(for page; do groff -man -Tutf8 -ww -z "$page" 2>&1; done)
[[ -z $complaints ]] || { echo "$complaints"; exit 1; }
