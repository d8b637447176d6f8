#!/bin/sh
# Puts the programs of others that tests look for on their path into bin/tools: kubectl, which `make peers` has built, and containerd
# and runc from Debian. They are unpacked and not installed: a test is no reason for a daemon of containerd's to run on the machine.
# Without them (another system, no network) their tests skip, and say so.
set -eu
cd "$(dirname "$0")/.."
mkdir -p bin/tools
ln -sf ../kubectl-1.35 bin/tools/kubectl
all() { for p in containerd containerd-shim-runc-v2 runc; do PATH="$PATH:$PWD/bin/tools" command -v $p >/dev/null || return 1; done; }
all && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || exit 0
echo "fetching containerd and runc ..."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fetch() { (cd "$dir" && apt-get download -qq containerd runc >/dev/null 2>&1); }
fetch || { [ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null && fetch; } || { echo "they cannot be fetched: their tests skip" >&2; exit 0; }
for deb in "$dir"/*.deb; do dpkg-deb -x "$deb" "$dir/root"; done
find "$dir/root/usr/bin" "$dir/root/usr/sbin" -type f -exec cp {} bin/tools/ \;
