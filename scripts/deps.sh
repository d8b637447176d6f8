#!/bin/sh
# Installs what building needs: a C compiler, pkg-config and libseccomp for the supervisor, busybox for the tests' images, e2fsprogs for local volumes, and curl for what `make up` shows.
set -eu
# "deps.sh conformance" adds the programs that upstream's end-to-end suite calls in its images.
packages="ca-certificates gcc libc6-dev pkg-config libseccomp-dev busybox-static iproute2 e2fsprogs curl"
[ "${1:-}" != conformance ] || packages="$packages bind9-dnsutils netcat-openbsd wget iperf bash"
missing=
have() { dpkg -s "$1" >/dev/null 2>&1; }
for p in $packages; do have "$p" || missing="$missing $p"; done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "these packages are missing:$missing; install them, or run this as root on Debian" >&2
	exit 1
fi
echo "installing$missing ..."
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list
apt-get install -y -qq $missing >/dev/null 2>&1 || { apt-get update -qq >/dev/null && apt-get install -y -qq $missing >/dev/null; }
