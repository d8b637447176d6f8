#!/bin/sh
# Runs all tests: unit, kernel and acceptance tests of the module, and the supervisor's own module. Prints go test's lines.
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
fail=0
export PATH="$PATH:$PWD/bin/tools" # what testdeps.sh has put there
# As in the Makefile: one set of flags, one build cache.
export CGO_ENABLED=0 GOFLAGS=-trimpath
$go vet -tags supervisor ./... || fail=1
# Two packages at a time: kernel tests take the same locks of the kernel, and there may be only two cores.
$go test -tags supervisor -p 2 -timeout 40m ./... || fail=1
(cd cmd/gantry-supervisor && CGO_ENABLED=1 $go test -timeout 10m -tags seccomp,runc_nocriu ./...) || fail=1
exit $fail
