package sim

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/app"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/controllers/nodelifecycle"
	"gantry.dev/gantry/internal/controllers/tokens"
	"gantry.dev/gantry/internal/plan/ipam"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view"
)

// plane is the control plane as one process: everything in it dies with it.
type plane struct {
	memory *Memory
	reg    *registry.Registry
	view   *view.Stepper
	snap   func() *view.Snapshot
	runner *reconcile.Stepper
	seats  []*seat // the schedulers
	leader *seat
	// news says that the view has moved since the runner sorted; flight are passes that are planned, but not carried out.
	news   bool
	flight []*reconcile.Pass
}

// boot starts a process on what the disk holds.
func (s *Sim) boot() error {
	if s.disk == nil {
		s.disk = newDisk(s)
	}
	if err := s.disk.open(); err != nil {
		return err
	}
	p := &plane{memory: &Memory{Store: s.disk.engine, sim: s}}
	var err error
	p.reg, err = registry.New(registry.Config{Law: s.cfg.Law, Store: p.memory, Clock: s.clock, ServiceCIDR: "10.43.0.0/16",
		UID:    func() types.UID { return types.UID(fmt.Sprintf("00000000-0000-4000-8000-%012x", s.id())) },
		Suffix: func() string { return fmt.Sprintf("%05x", s.id()) }})
	if err != nil {
		return err
	}
	law := s.cfg.Law
	v := view.New(law, p.memory, app.Stored(law))
	var own Client = &flaky{Interface: p.reg.Client(&user.DefaultInfo{Name: user.KubeControllerManager}, "controllers"), sim: s}
	if b := s.cfg.Bugs.Client; b != nil {
		own = b(own)
	}
	log := slog.New(slog.DiscardHandler)
	if s.cfg.Trace != nil {
		log = slog.New(slog.NewTextHandler(traceWriter{s}, nil))
	}
	ctls := s.controllers()
	if b := s.cfg.Bugs.Controllers; b != nil {
		ctls = b(ctls)
	}
	runner, err := reconcile.NewRunner(v, own, recorder{s}, s.clock, log, ctls)
	if err != nil {
		return err
	}
	s.sit(p, v, own, scheduler.Config{Events: recorder{s}, Clock: s.clock, Log: log})
	p.runner, p.view, p.snap = reconcile.NewStepper(runner), view.NewStepper(v), v.Snapshot
	s.plane = p
	s.elect(p.seats[0])
	return s.err
}

// Controllers is the server's table, with ports that know nothing of the outside.
func Controllers(law *schema.Schema, started time.Time) []reconcile.Controller {
	ca := func(c api.Cluster) string { return "the authority of " + string(c) }
	return app.Controllers(app.Ports{Law: law, Started: started, RootCA: ca,
		CheckPolicy: func(api.Cluster, *admissionregistrationv1.ValidatingAdmissionPolicy) ([]admissionregistrationv1.ExpressionWarning, error) {
			return nil, nil
		},
		CheckService: func(api.Cluster, api.Webhook, string) (error, bool) { return nil, true },
		Pools:        func(api.Cluster) ipam.Pool { return nil },
		Tokens: tokens.Ports{RootCA: ca, Issue: func(_ api.Cluster, _ *corev1.ServiceAccount, secret *corev1.Secret, _ time.Time) (string, error) {
			return "a token for " + secret.Name, nil
		}},
		MayAsk: func(api.Cluster, user.Info, string) bool { return true },
		Sign: func(api.Cluster, *x509.Certificate) ([]byte, error) {
			return nil, errors.New("no authority is simulated")
		},
	})
}

func (s *Sim) controllers() []reconcile.Controller {
	ctls := Controllers(s.cfg.Law, s.now)
	if lc := s.cfg.Scenario.Lifecycle; lc != nil {
		c := *lc
		c.Started = s.now
		for i := range ctls {
			if own := nodelifecycle.New(c); ctls[i].Name == own.Name {
				ctls[i] = own
			}
		}
	}
	return ctls
}

// shut ends the process for good.
func (s *Sim) shut() {
	if s.plane != nil {
		s.plane.stop()
	}
	if s.disk != nil {
		s.disk.close()
	}
}

// die ends the process, and begins the next.
func (s *Sim) die() {
	s.res.Crashes++
	s.plane.stop()
	s.disk.cut()
	if err := s.boot(); err != nil {
		s.fail(err)
	}
}

func (p *plane) stop() {
	p.view.Stop()
	for _, st := range p.seats {
		if st.view != nil {
			st.view.Stop()
		}
	}
}

// Client is the API as the parts of the control plane see it.
type Client = client.Interface

// flaky is a client whose calls and answers get lost. It is no client.Waiter: nothing is carried out beside.
type flaky struct {
	client.Interface
	sim *Sim
	who string
}

// Apply implements client.Interface.
func (f *flaky) Apply(ctx context.Context, writes []client.Write) []client.Result {
	s := f.sim
	if len(writes) == 0 {
		return nil
	}
	if s.faulty && s.chance(s.mood.loseCall) {
		s.tell("  a call of %d writes is lost", len(writes))
		s.res.Faults++
		return lost(len(writes))
	}
	res := f.Interface.Apply(ctx, writes)
	for i, r := range res {
		s.tell("  %s%s", f.who, outcome(&writes[i], r))
	}
	if s.faulty && s.chance(s.mood.loseAnswer) {
		s.tell("  the answer is lost")
		s.res.Faults++
		return lost(len(writes))
	}
	return res
}

func outcome(w *client.Write, r client.Result) string {
	verb := [...]string{"", "create", "update", "patch", "delete", "bind", "evict"}[w.Verb]
	text := fmt.Sprintf("%s %s/%s: %d", verb, w.Key, w.Subresource, r.Rev)
	if r.Err != nil {
		text += " " + r.Err.Error()
	}
	return text
}

func lost(n int) []client.Result {
	out := make([]client.Result, n)
	for i := range out {
		out[i].Err = apierrors.NewTimeoutError("the connection was lost", 1)
	}
	return out
}

// recorder takes the events of plans into the trace; writing them is not simulated.
type recorder struct{ sim *Sim }

// Record implements reconcile.Recorder.
func (r recorder) Record(_ context.Context, controller string, c api.Cluster, events []reconcile.Event) {
	for _, e := range events {
		name := ""
		if m, ok := e.Object.(metav1.Object); ok {
			name = m.GetNamespace() + "/" + m.GetName()
		}
		r.sim.tell("  %s says of %s/%s: %s: %s", controller, c, name, e.Reason, e.Message)
	}
}

// traceWriter takes what the product logs into the trace of people, not into the hash: logs hold times of the real clock.
type traceWriter struct{ sim *Sim }

func (w traceWriter) Write(b []byte) (int, error) {
	w.sim.cfg.Trace("       log: " + string(b[:max(0, len(b)-1)]))
	return len(b), nil
}
