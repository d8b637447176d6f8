//go:build tools

// Package kube holds the requirements of the peers that Gantry is measured and compared with: a real kube-apiserver, built
// straight from its module, and etcd.
package kube

import _ "k8s.io/kubernetes/cmd/kube-apiserver" // a requirement only: it is a main package
