// Operator is a small operator on controller-runtime, as people write them: a manager with a cache, a controller with an
// index, a finalizer, owned objects and status, and a leader election. For every ConfigMap with the label copy=wanted it
// keeps a Secret of the same name. The acceptance tests run it against Gantry.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	wanted    = "wanted"
	finalizer = "e12.example.com/copy"
	// done is where the operator says what it has done.
	done = "e12.example.com/copied"
)

func main() {
	ctrl.SetLogger(klog.Background())
	if err := run(ctrl.SetupSignalHandler()); err != nil {
		fmt.Fprintln(os.Stderr, "operator:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	ns := os.Getenv("NAMESPACE")
	lease, renew, retry := 4*time.Second, 3*time.Second, 500*time.Millisecond // short: a test waits for it
	m, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Cache:   cache.Options{DefaultNamespaces: map[string]cache.Config{ns: {}}},
		Metrics: server.Options{BindAddress: "0"}, LeaderElection: true, LeaderElectionID: "e12-operator", LeaderElectionNamespace: ns,
		LeaderElectionReleaseOnCancel: true, LeaseDuration: &lease, RenewDeadline: &renew, RetryPeriod: &retry,
	})
	if err != nil {
		return err
	}
	r := &copier{Client: m.GetClient(), events: m.GetEventRecorder("operator")}
	if err := m.GetFieldIndexer().IndexField(ctx, &corev1.Secret{}, "source", func(o client.Object) []string {
		return []string{o.GetAnnotations()[done]}
	}); err != nil {
		return err
	}
	err = ctrl.NewControllerManagedBy(m).For(&corev1.ConfigMap{}).Owns(&corev1.Secret{}).Complete(r)
	if err != nil {
		return err
	}
	return m.Start(ctx)
}
