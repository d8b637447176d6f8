package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// Bounds of the status writer.
const (
	// statusBatch is one call to the API.
	statusBatch = 256
	// statusDelay is how long a change that nobody waits for is held back, so that it goes with the next ones.
	statusDelay = 300 * time.Millisecond
	// statusRetry is the pause after a refused write.
	statusRetry = time.Second
)

// statusWriter brings the statuses that were decided to the API. For each pod only the newest counts; what has not
// been taken yet is overtaken. Changes of phase or readiness go at once, others after statusDelay.
type statusWriter struct {
	a    *Agent
	wake chan struct{}

	mu     sync.Mutex
	wanted map[types.UID]*wantedStatus
}

// wantedStatus is a status on its way.
type wantedStatus struct {
	ps     *podState
	status corev1.PodStatus
	due    time.Time
}

func newStatusWriter(a *Agent) *statusWriter {
	return &statusWriter{a: a, wake: make(chan struct{}, 1), wanted: map[types.UID]*wantedStatus{}}
}

// submit hands in the status that a pod should have.
func (w *statusWriter) submit(ps *podState, st corev1.PodStatus) {
	ps.mu.Lock()
	known, gone := ps.known(), ps.gone
	ps.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if known == nil {
		delete(w.wanted, ps.uid) // the mirror of a static pod is told as soon as there is one
		return
	}
	have := known.Status
	if gone || apiequality.Semantic.DeepEqual(have, st) {
		delete(w.wanted, ps.uid)
		return
	}
	due := w.a.cfg.Clock()
	if !urgent(&have, &st) {
		due = due.Add(statusDelay)
	}
	if old := w.wanted[ps.uid]; old != nil && old.due.Before(due) {
		due = old.due
	}
	w.wanted[ps.uid] = &wantedStatus{ps: ps, status: st, due: due}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *statusWriter) forget(uid types.UID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.wanted, uid)
}

// urgent says whether somebody waits for the change: a user for the first Running and for a restart, a Service for readiness, a
// controller for the end. Restarts are as rare as their back-off makes them.
func urgent(have, want *corev1.PodStatus) bool {
	return have.Phase != want.Phase || conditionTrue(have, corev1.PodReady) != conditionTrue(want, corev1.PodReady) ||
		restarts(have) != restarts(want)
}

// restarts counts those of all containers.
func restarts(st *corev1.PodStatus) (n int32) {
	for _, list := range [][]corev1.ContainerStatus{st.InitContainerStatuses, st.ContainerStatuses} {
		for i := range list {
			n += list[i].RestartCount
		}
	}
	return n
}

func conditionTrue(st *corev1.PodStatus, t corev1.PodConditionType) bool {
	c := conditionOf(st, t)
	return c != nil && c.Status == corev1.ConditionTrue
}

// run writes until ctx ends.
func (w *statusWriter) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		case <-timer.C:
		}
		for {
			batch, next := w.take()
			if len(batch) == 0 {
				if !next.IsZero() {
					timer.Reset(max(next.Sub(w.a.cfg.Clock()), 0))
				}
				break
			}
			w.write(ctx, batch)
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// take removes what is due, up to a batch, and tells when the next one is.
func (w *statusWriter) take() (batch []*wantedStatus, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.a.cfg.Clock()
	for uid, want := range w.wanted {
		switch {
		case want.due.After(now):
			if next.IsZero() || want.due.Before(next) {
				next = want.due
			}
		case len(batch) < statusBatch:
			batch = append(batch, want)
			delete(w.wanted, uid)
		}
	}
	return batch, next
}

func (w *statusWriter) write(ctx context.Context, batch []*wantedStatus) {
	var writes []client.Write
	var sent []*wantedStatus
	for _, want := range batch {
		want.ps.mu.Lock()
		p := want.ps.known()
		want.ps.mu.Unlock()
		if p == nil {
			continue
		}
		patch, err := statusPatch(p, &want.status)
		if err != nil {
			w.a.log.Error("making the patch of a pod's status", "pod", p.Namespace+"/"+p.Name, "err", err)
			continue
		}
		key := api.Key{Resource: podResource, Cluster: w.a.cfg.Cluster, Namespace: p.Namespace, Name: p.Name}
		writes = append(writes, client.Write{
			Verb: client.Patch, Key: key, Subresource: "status", Patch: patch, PatchType: types.StrategicMergePatchType, Why: "status of the pod",
		})
		sent = append(sent, want)
	}
	if len(writes) == 0 {
		return
	}
	for i, res := range w.a.cfg.Client.Apply(ctx, writes) {
		w.finish(ctx, sent[i], res)
	}
}

// finish takes in what became of one write. The pod is queued, as it may have waited for the API to know.
func (w *statusWriter) finish(ctx context.Context, want *wantedStatus, res client.Result) {
	ps := want.ps
	switch {
	case res.Err == nil:
		if p, ok := res.Object.(*corev1.Pod); ok && (p.UID == ps.uid || ps.static) {
			ps.take(p, max(res.Rev, revisionOf(p.ResourceVersion)))
			if p.Status.Phase == corev1.PodRunning {
				now := w.a.cfg.Clock()
				if took, first := ps.timing.running(now); first {
					w.a.tally.podStart.Observe(took.Seconds())
					w.a.tally.podRun.Observe(now.Sub(p.CreationTimestamp.Time).Seconds())
					w.a.traceStart(ps, p)
				}
			}
		}
		w.a.queue.Add(ps.uid)
	case apierrors.IsNotFound(res.Err), apierrors.IsConflict(res.Err):
		if ps.static { // its mirror was removed or replaced
			ps.change(func() { ps.mirror = nil })
			w.a.statics.touch()
			return
		}
		// The patch carries no resourceVersion, so the conflict is about the UID: another pod has the name now.
		w.a.queueAfterChange(ps.uid, ps, func() { ps.gone = true })
	case ctx.Err() == nil:
		p := ps.current()
		w.a.log.Warn("the API refused a pod's status", "pod", p.Namespace+"/"+p.Name, "err", res.Err)
		w.mu.Lock()
		if w.wanted[ps.uid] == nil {
			want.due = w.a.cfg.Clock().Add(statusRetry)
			w.wanted[ps.uid] = want
		}
		w.mu.Unlock()
	}
}

// statusPatch is the difference between the status of p and want. Conditions are merged by type, so that those of other
// writers stay whatever they have become since.
func statusPatch(p *corev1.Pod, want *corev1.PodStatus) ([]byte, error) {
	before, err := json.Marshal(&corev1.Pod{Status: p.Status})
	if err != nil {
		return nil, fmt.Errorf("encoding the old status: %w", err)
	}
	after, err := json.Marshal(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: p.UID}, Status: *want})
	if err != nil {
		return nil, fmt.Errorf("encoding the new status: %w", err)
	}
	return strategicpatch.CreateTwoWayMergePatch(before, after, corev1.Pod{})
}
