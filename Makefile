# `make help` lists what there is. Everything that a target needs is installed by it (Debian packages when root).
GO        ?= go
# One set of flags for building, vetting and testing: they share one build cache, which is most of a cold run's time.
export CGO_ENABLED := 0
export GOFLAGS     := -trimpath
DATA_DIR  ?= /var/lib/gantry
LISTEN    ?= 127.0.0.1:6443
VERSION   := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
COMMIT    := $(shell git rev-parse HEAD 2>/dev/null)
LDFLAGS   := -s -w -X gantry.dev/gantry/internal/app.stamp=$(VERSION) -X gantry.dev/gantry/internal/app.commit=$(COMMIT) \
             -X k8s.io/component-base/version.gitVersion=v1.36.3 -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36
SUPERVISOR := internal/driver/container/supervisorbin/gantry-supervisor

.DEFAULT_GOAL := help
.PHONY: help up down build peers test accept sim lint bench bench-peer diff kube conformance generate clean deps

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: build ## start a one-machine cluster with a demo app
	@scripts/up.sh $(DATA_DIR) $(LISTEN)

down: ## stop it and leave nothing behind
	@if [ -x bin/gantry ]; then bin/gantry down --data-dir $(DATA_DIR); else echo "nothing was built here, so nothing runs from here"; fi

build: deps ## build bin/gantry
	@echo "building bin/gantry ..."
	@GO=$(GO) cmd/gantry-supervisor/build.sh $(SUPERVISOR)
	@$(GO) build -tags supervisor -ldflags '$(LDFLAGS)' -o bin/gantry ./cmd/gantry
	@$(GO) build -ldflags '-s -w' -o bin/demo-web ./examples/web

peers: build ## build what the acceptance tests run beside Gantry: other kubectls, a tool for pods, programs of the ecosystem
	@$(GO) build -ldflags '-s -w' -o bin/podtool ./test/podtool
	@for v in 1.34 1.35; do (cd test/peers/kubectl-$$v && release=v1.$$($(GO) list -m -f '{{.Version}}' k8s.io/component-base | cut -d. -f2-) && \
		$(GO) build -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$$release -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=$${v#1.}" -o ../../../bin/kubectl-$$v .) || exit 1; done
	@for p in extension:extension controller-runtime:operator helm:helm; do (cd test/peers/$${p%:*} && $(GO) build -ldflags '-s -w' -o ../../../bin/$${p#*:} .) || exit 1; done

test: peers ## run all tests, acceptance tests on the real kernel included (needs root for those)
	@scripts/testdeps.sh
	@scripts/test.sh

accept: peers ## run the acceptance tests alone; RUN=C4 picks some
	@scripts/testdeps.sh
	@PATH="$$PATH:$(CURDIR)/bin/tools" $(GO) test -tags supervisor -count=1 -timeout 30m -v $(if $(RUN),-run 'Test$(RUN)') ./test/accept

sim: ## simulate the cluster: SEEDS runs of every story (1000), FROM a seed, STORY picks one
	@$(GO) test -tags supervisor -count=1 -timeout 12h -run 'TestSim$$' ./internal/sim -args -seeds $(or $(SEEDS),1000) -from $(or $(FROM),1) -story '$(STORY)'

lint: ## gofmt, go vet, staticcheck and golangci-lint
	@scripts/lint.sh

bench: build ## measure start, store and api into bench.jsonl
	@for b in start store api; do bin/gantry bench $$b --json; done | tee bench.jsonl

bench-peer: build kube ## measure the API beside a real kube-apiserver, about 40 minutes; ARGS go to gantry bench api
	@scripts/bench-peer.sh $(ARGS)

diff: build kube ## compare the protocol with a real kube-apiserver, request by request
	@$(GO) test -tags supervisor -count=1 -timeout 15m -v ./test/diff

conformance: build kube ## run upstream's own conformance suite: FOCUS and SKIP are regular expressions of specs, PROCS run at once
	@scripts/deps.sh conformance
	@GO=$(GO) test/peers/e2e/build.sh bin/peers/e2e
	@$(GO) test -tags supervisor -count=1 -timeout 8h -v ./test/conformance -args $(if $(FOCUS),-focus '$(FOCUS)') $(if $(SKIP),-skip '$(SKIP)') $(if $(PROCS),-procs $(PROCS))

# The peers of the two targets above: minutes to build, so no part of `make peers`. They share the build cache.
kube:
	@mkdir -p bin/peers
	@echo "building kube-apiserver and etcd into bin/peers ..."
	@cd test/peers/kube && $(GO) build -ldflags '-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36' \
		-o ../../../bin/peers/kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
	@cd test/peers/kube && $(GO) build -ldflags '-s -w' -o ../../../bin/peers/etcd ./etcd && \
		$(GO) build -o ../../../bin/peers/kube-run ./run && $(GO) build -o ../../../bin/peers/bench-table ./table

generate: ## make the embedded OpenAPI documents anew
	@$(GO) generate ./internal/schema/openapi

clean: ## remove what was built
	@rm -rf bin $(SUPERVISOR) bench.jsonl

deps:
	@scripts/deps.sh
