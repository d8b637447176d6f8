package profiles

import (
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"
	configv1 "k8s.io/kube-scheduler/config/v1"
)

// What is said of the process that schedules. Gantry's is the server: it has no client of its own and no election, and the server's
// health checks, metrics and profiling.
const (
	noClient   = "the scheduler is a part of the server and has no client of its own"
	noElection = "the scheduler is a part of the server, which is one"
	noListener = "the server has profiling of its own"
)

// process checks what is said outside of profiles as upstream does; none of it changes a decision.
func (r *reader) process(cfg *configv1.KubeSchedulerConfiguration) {
	idle := func(set bool, why string, name string, more ...string) {
		if set {
			r.unused(field.NewPath(name, more...), why)
		}
	}
	if p := cfg.Parallelism; p != nil && *p <= 0 {
		r.refuse(field.Invalid(field.NewPath("parallelism"), *p, "should be an integer value greater than zero"))
	}
	c := &cfg.ClientConnection
	if c.Burst < 0 {
		r.refuse(field.Invalid(field.NewPath("clientConnection", "burst"), c.Burst, "must be non-negative"))
	}
	idle(c.Kubeconfig != "", noClient, "clientConnection", "kubeconfig")
	idle(c.AcceptContentTypes != "", noClient, "clientConnection", "acceptContentTypes")
	idle(c.ContentType != "", noClient, "clientConnection", "contentType")
	idle(c.QPS != 0, noClient, "clientConnection", "qps")
	idle(c.Burst != 0, noClient, "clientConnection", "burst")
	idle(cfg.EnableProfiling != nil, noListener, "enableProfiling")
	idle(cfg.EnableContentionProfiling != nil, noListener, "enableContentionProfiling")
	idle(cfg.DelayCacheUntilActive, noElection, "delayCacheUntilActive")
	r.share(field.NewPath("percentageOfNodesToScore"), cfg.PercentageOfNodesToScore)
	r.election(cfg)
}

// election checks what is said of the leader's election, with upstream's defaults.
func (r *reader) election(cfg *configv1.KubeSchedulerConfiguration) {
	at, e := field.NewPath("leaderElection"), &cfg.LeaderElection
	for _, f := range []struct {
		name string
		set  bool
	}{{"leaderElect", e.LeaderElect != nil}, {"leaseDuration", e.LeaseDuration.Duration != 0}, {"renewDeadline", e.RenewDeadline.Duration != 0}, {"retryPeriod", e.RetryPeriod.Duration != 0},
		{"resourceLock", e.ResourceLock != ""}, {"resourceName", e.ResourceName != ""}, {"resourceNamespace", e.ResourceNamespace != ""}} {
		if f.set {
			r.unused(at.Child(f.name), noElection)
		}
	}
	if e.LeaderElect != nil && !*e.LeaderElect {
		return
	}
	positive := func(name string, d, def time.Duration) time.Duration {
		if d == 0 {
			return def
		}
		if d < 0 {
			r.refuse(field.Invalid(at.Child(name), d.String(), "must be greater than zero"))
		}
		return d
	}
	lease := positive("leaseDuration", e.LeaseDuration.Duration, 15*time.Second)
	renew := positive("renewDeadline", e.RenewDeadline.Duration, 10*time.Second)
	retry := positive("retryPeriod", e.RetryPeriod.Duration, 2*time.Second)
	if lease <= renew {
		r.refuse(field.Invalid(at.Child("leaseDuration"), lease.String(), "must be greater than renewDeadline"))
	}
	if renew <= retry {
		r.refuse(field.Invalid(at.Child("renewDeadline"), renew.String(), "must be greater than retryPeriod"))
	}
	if e.ResourceLock != "" && e.ResourceLock != "leases" {
		r.refuse(field.Invalid(at.Child("resourceLock"), e.ResourceLock, `must be "leases"`))
	}
}

// maxBackoff bounds the seconds of a back-off: the hundred years beyond it would be no number of nanoseconds.
const maxBackoff = 1 << 31

// backoff reads how long refused pods wait. What is not said is upstream's as soon as one of both is.
func (r *reader) backoff(cfg *configv1.KubeSchedulerConfiguration) Backoff {
	first, most := cfg.PodInitialBackoffSeconds, cfg.PodMaxBackoffSeconds
	if first == nil && most == nil {
		return Backoff{}
	}
	seconds := func(name string, n *int64, def int64) int64 {
		if n == nil {
			return def
		}
		if *n > maxBackoff {
			r.refuse(field.Invalid(field.NewPath(name), *n, "is too long"))
		}
		return *n
	}
	a, b := seconds("podInitialBackoffSeconds", first, 1), seconds("podMaxBackoffSeconds", most, 10)
	if a <= 0 {
		r.refuse(field.Invalid(field.NewPath("podInitialBackoffSeconds"), a, "must be greater than 0"))
	}
	if b < a {
		r.refuse(field.Invalid(field.NewPath("podMaxBackoffSeconds"), b, "must be greater than or equal to podInitialBackoffSeconds"))
	}
	return Backoff{Initial: time.Duration(a) * time.Second, Max: time.Duration(b) * time.Second}
}
