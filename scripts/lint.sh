#!/bin/sh
# gofmt, go vet, staticcheck and golangci-lint, each of the pinned version through the Go module proxy.
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
bad=$(gofmt -l cmd examples internal test)
[ -z "$bad" ] || { echo "not formatted:"; echo "$bad"; exit 1; }
export CGO_ENABLED=0 GOFLAGS=-trimpath
$go vet -tags supervisor ./...
# Not SA1019: we serve what upstream deprecates. Not the ST rules on words: Kubernetes' error texts and names are not ours.
$go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags supervisor -checks 'all,-SA1019,-ST1000,-ST1003,-ST1005,-ST1020,-ST1021,-ST1022,-QF1008' ./...
$go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...
