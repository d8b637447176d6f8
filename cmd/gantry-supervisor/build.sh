#!/bin/sh
# Builds the supervisor into the file named by the first argument: static, so that it starts fast and runs anywhere.
# Needs gcc and libseccomp-dev. GO names the go command (default: go).
set -eu
out=$(realpath -m "$1")
cd "$(dirname "$0")"
# -mod=mod: a newer version of a shared library in the main module raises it here as well.
CGO_ENABLED=1 ${GO:-go} build -mod=mod -trimpath -tags seccomp,runc_nocriu,netgo,osusergo -ldflags '-s -w -extldflags "-static"' -o "$out" .
