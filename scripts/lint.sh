#!/bin/sh
# gofmt, go vet, staticcheck and golangci-lint, each of the pinned version through the Go module proxy.
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
bad=$(gofmt -l cmd examples internal test)
[ -z "$bad" ] || { echo "not formatted:"; echo "$bad"; exit 1; }
$go vet ./...
$go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
$go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...
