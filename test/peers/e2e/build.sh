#!/bin/sh
# Builds upstream's end-to-end suite and the programs of its images into the directory OUT: build.sh OUT. Minutes, the first time.
set -eu
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"
go=${GO:-go}
export CGO_ENABLED=0 GOFLAGS=-trimpath
version=k8s.io/component-base/version
ldflags="-s -w -X $version.gitVersion=v1.36.3 -X $version.gitMajor=1 -X $version.gitMinor=36"
$go test -c -ldflags "$ldflags" -o "$out/e2e.test" k8s.io/kubernetes/test/e2e
$go test -c -ldflags "$ldflags" -o "$out/e2e_node.test" k8s.io/kubernetes/test/e2e_node
images=k8s.io/kubernetes/test/images
for p in ginkgo=github.com/onsi/ginkgo/v2/ginkgo sample-apiserver=k8s.io/sample-apiserver agnhost=$images/agnhost nnp=$images/nonewprivs \
	regression-issue-74839=$images/regression-issue-74839 consumer=$images/resource-consumer consume-cpu=$images/resource-consumer/consume-cpu socketproxy=./socketproxy \
	sample-device-plugin=$images/sample-device-plugin; do
	$go build -ldflags "$ldflags" -o "$out/${p%%=*}" "${p#*=}"
done
