#!/bin/sh
# The CNI plugin of gantry, see plugin.go. CNI_ARGS holds the sandbox's name as K8S_POD_NAME.
set -eu
fail() {
	printf '{"cniVersion": "0.4.0", "code": 100, "msg": "gantry: %s"}\n' "$1"
	exit 1
}
case "$CNI_COMMAND" in
VERSION)
	echo '{"cniVersion": "0.4.0", "supportedVersions": ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0"]}'
	;;
ADD)
	if [ "$(basename "$0")" = loopback ]; then
		echo '{"cniVersion": "0.4.0", "interfaces": [{"name": "lo"}]}'
		exit 0
	fi
	pod=${CNI_ARGS#*K8S_POD_NAME=}
	pod=${pod%%;*}
	site=$(cat "@SITES@/$pod" 2>/dev/null) || fail "sandbox $pod is not one of this instance"
	umount "$CNI_NETNS" || fail "cannot take away $CNI_NETNS"
	mount --no-canonicalize --bind "$site" "$CNI_NETNS" || fail "cannot put the namespace of sandbox $pod in place"
	# The address is the node's affair; a runtime wants to see one.
	echo '{"cniVersion": "0.4.0", "interfaces": [{"name": "eth0", "sandbox": "'"$CNI_NETNS"'"}], "ips": [{"version": "4", "address": "127.0.0.1/32", "interface": 0}]}'
	;;
esac
