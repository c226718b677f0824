#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a test in a network of its own: in new network, mount and process
# namespaces, so that the namespaces which the test makes in there, and every
# process that it starts, are gone with it, however it ends. Nothing of the
# machine's own network is seen or touched. Where that can't be done, the test
# is skipped, and says why.
#
#   tests/net/in-lab.sh PROGRAM [ARGUMENT...]
set -euo pipefail

skip() {
  echo "TAP version 13"
  echo "1..0 # SKIP no network of our own: $*"
  exit 0
}

# `ip netns` keeps names in /run, and there as in /sys the machine's are in the way.
enter() {
  mount -t tmpfs none /run
  ip link set lo up
  exec "$@"
}

# All that a test does later is tried out once.
try_out() {
  enter bash -euc '
    ip netns add trial
    ip link add wan type veth peer name eth0 netns trial
    ip netns exec trial nft add table ip trial
    ip netns exec trial nft "add chain ip trial out { type nat hook postrouting priority 100; }"
    ip netns exec trial nft add rule ip trial out numgen random mod 100 \< 20 drop
    ip netns exec trial nft add rule ip trial out masquerade
    echo 1 >/proc/sys/net/ipv4/ip_forward'
}

case ${1-} in
  --enter) shift && enter "$@" ;;
  --try-out) try_out ;;
esac

for tool in ip nft unshare; do
  command -v "$tool" >/dev/null || skip "$tool is missing (Debian packages iproute2, nftables)"
done

unshare=(unshare --net --mount --pid --fork --kill-child --mount-proc)
if ((EUID != 0)); then
  unshare+=(--user --map-root-user)
fi
if ! words=$("${unshare[@]}" "$0" --try-out 2>&1); then
  skip "namespaces can't be made by user $EUID: $(tail -n 1 <<<"$words")"
fi
exec "${unshare[@]}" "$0" --enter "$@"
