package sim_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/sim"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// bugSeeds bounds the runs in which a bug must show.
const bugSeeds = 150

// bug is a deliberate one, the story that shows it and what is then said.
type bug struct {
	name  string
	story func() sim.Scenario
	says  string
	bugs  func() sim.Bugs
}

// edit is a bug in what one controller plans.
func edit(name string, f func(*reconcile.Plan)) func() sim.Bugs {
	return func() sim.Bugs {
		return sim.Bugs{Controllers: func(ctls []reconcile.Controller) []reconcile.Controller {
			i := slices.IndexFunc(ctls, func(c reconcile.Controller) bool { return c.Name == name })
			if i < 0 {
				panic("no controller is called " + name)
			}
			right := ctls[i].Plan
			ctls[i].Plan = func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
				p, err := right(s, key, now)
				p.Writes = slices.Clone(p.Writes)
				f(&p)
				return p, err
			}
			return ctls
		}}
	}
}

// renamed has a controller choose names that a second plan would not choose again.
func renamed(name string) func() sim.Bugs {
	n := 0
	return func() sim.Bugs {
		b := edit(name, func(p *reconcile.Plan) {
			for i := range p.Writes {
				w := &p.Writes[i]
				if pod, ok := w.Object.(*corev1.Pod); ok && w.Verb == client.Create {
					n++
					pod = pod.DeepCopy()
					pod.Name = fmt.Sprintf("%s-%d", pod.Name, n)
					w.Object, w.Key.Name = pod, pod.Name
				}
			}
		})()
		b.LandEarly = true
		return b
	}
}

func bugs() []bug {
	forget := func(r api.Resource) func(*store.Txn) {
		return func(t *store.Txn) {
			if len(t.Ops) < 2 {
				return
			}
			t.Ops = slices.DeleteFunc(slices.Clone(t.Ops), func(o store.Op) bool { return o.Key.Resource == r })
			t.Guards = slices.DeleteFunc(slices.Clone(t.Guards), func(g store.Guard) bool { return g.Key.Resource == r })
		}
	}
	return []bug{
		{"a store that acknowledges before it syncs", rollout, "was acknowledged", func() sim.Bugs { return sim.Bugs{LoseAck: true} }},
		{"a store that checks no preconditions", nodeLoss, "never:", func() sim.Bugs {
			return sim.Bugs{Txn: func(t *store.Txn) { t.Guards = nil }}
		}},
		{"news that is lost without a gap being told", rollout, "finally:", func() sim.Bugs { return sim.Bugs{DropNews: 15} }},
		{"plans that miss their own writes, with names that are not chosen again", quotas, "it never asked for more than", renamed("replicaset-controller")},
		{"the same for jobs", jobs, "never:", renamed("job-controller")},
		{"a replica set that does not hear of its pods", rollout, "finally:", func() sim.Bugs {
			return sim.Bugs{Controllers: func(ctls []reconcile.Controller) []reconcile.Controller {
				for i := range ctls {
					if ctls[i].Name == "replicaset-controller" {
						ctls[i].Watches = maps.Clone(ctls[i].Watches)
						delete(ctls[i].Watches, plan.Pods)
					}
				}
				return ctls
			}}
		}},
		{"a timer that is lost", cron, "finally:", edit("cronjob-controller", func(p *reconcile.Plan) { p.Again = time.Time{} })},
		{"evictions that do not charge the budget", drain, "is broken", func() sim.Bugs { return sim.Bugs{Txn: forget(plan.Budgets)} }},
		{"pods that are not charged to the quota", quotas, "the quota", func() sim.Bugs { return sim.Bugs{Txn: forget(api.Resource{Name: "resourcequotas"})} }},
		{"a tenant that is forgotten", tenants, "is an object of tenant", edit("replicaset-controller", func(p *reconcile.Plan) {
			for i := range p.Writes {
				if p.Writes[i].Verb == client.Create {
					p.Writes[i].Key.Cluster = "a"
				}
			}
		})},
		{"a stateful set that kills instead of stopping", ordinals, "two pods of ordinal", edit("statefulset-controller", func(p *reconcile.Plan) {
			for i := range p.Writes {
				if p.Writes[i].Verb == client.Delete && p.Writes[i].Key.Resource == plan.Pods {
					p.Writes[i].Delete.GracePeriodSeconds = new(int64)
				}
			}
		})},
		{"a scheduler that does not count", drain, "CPU, its pods are promised", func() sim.Bugs {
			return sim.Bugs{Client: func(c sim.Client) sim.Client { return astray{c} }}
		}},
		{"a deposed scheduler that binds on", handover, "CPU, its pods are promised", func() sim.Bugs {
			return sim.Bugs{Client: func(c sim.Client) sim.Client { return unfenced{c} }}
		}},
		{"two binders and no preconditions", binders, "moved from node", func() sim.Bugs { return sim.Bugs{Txn: carefree} }},
		{"a leader's change and no preconditions", handover, "never:", func() sim.Bugs { return sim.Bugs{Txn: carefree} }},
		{"a gang that is bound pod by pod", gangs, "pods of gang", func() sim.Bugs {
			return sim.Bugs{Client: func(c sim.Client) sim.Client { return apart{c} }}
		}},
		{"jobs that count without looking", jobs, "counts", edit("job-controller", func(p *reconcile.Plan) {
			for i := range p.Writes {
				if j, ok := p.Writes[i].Object.(*batchv1.Job); ok && p.Writes[i].Subresource == "status" && j.Status.Succeeded > 0 {
					j = j.DeepCopy()
					j.Status.Succeeded++
					p.Writes[i].Object = j
				}
			}
		})},
		{"a collector that takes what it should leave", cascades, "finally:", edit("garbage-collector-controller", func(p *reconcile.Plan) {
			for i := range p.Writes {
				if w := &p.Writes[i]; w.Verb == client.Update && w.Key.Resource == plan.ReplicaSets { // it orphans
					*w = client.Write{Verb: client.Delete, Key: w.Key}
				}
			}
		})},
	}
}

// astray binds every pod to one node.
type astray struct{ client.Interface }

func (a astray) Apply(ctx context.Context, writes []client.Write) []client.Result {
	writes = slices.Clone(writes)
	for i := range writes {
		if writes[i].Verb == client.Bind {
			writes[i].Node = "n3"
		}
	}
	return a.Interface.Apply(ctx, writes)
}

// apart writes one by one what shall happen together.
type apart struct{ client.Interface }

func (a apart) Apply(ctx context.Context, writes []client.Write) []client.Result {
	var out []client.Result
	for i := range writes {
		w := writes[i]
		w.Together = 0
		out = append(out, a.Interface.Apply(ctx, []client.Write{w})...)
	}
	return out
}

// Every deliberate bug is found: a simulator that cannot fail proves nothing.
func TestBugsAreFound(t *testing.T) {
	l := law(t)
	for _, b := range bugs() {
		t.Run(strings.ReplaceAll(b.name, " ", "_"), func(t *testing.T) {
			calm := sim.Run(sim.Config{Law: l, Scenario: b.story()})
			var said []string
			for seed := uint64(1); seed <= bugSeeds; seed++ {
				res := sim.Run(sim.Config{Law: l, Seed: seed, Disturbed: true, Scenario: b.story(), Bugs: b.bugs()})
				text := ""
				switch {
				case res.Err != nil:
					text = res.Err.Error()
				case sim.Difference(calm.Final, res.Final) != "":
					text = "finally: another state"
				}
				if strings.Contains(text, b.says) {
					t.Logf("seed %d: %s", seed, text)
					return
				}
				if text != "" {
					said = append(said, text)
				}
			}
			t.Errorf("not found in %d runs; said was\n%s", bugSeeds, strings.Join(said, "\n"))
		})
	}
}

// The same seed is the same run, to the last byte written.
func TestSameSeedSameRun(t *testing.T) {
	l := law(t)
	for _, story := range stories() {
		const seed = 101
		a := sim.Run(sim.Config{Law: l, Seed: seed, Disturbed: true, Scenario: story()})
		b := sim.Run(sim.Config{Law: l, Seed: seed, Disturbed: true, Scenario: story()})
		if a.Hash != b.Hash || a.Steps != b.Steps {
			t.Errorf("%s, seed %d: %d steps with hash %x, then %d with %x", story().Name, seed, a.Steps, a.Hash, b.Steps, b.Hash)
		}
	}
}
