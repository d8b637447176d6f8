package simpod

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Annotations of a pod that say how its life goes, whatever the course says.
const (
	// StartAnnotation, ReadyAnnotation and StopAnnotation are the times, as "1m30s", from the binding to the start of the
	// containers, from there until they are ready, and from the deletion until they have ended.
	StartAnnotation = "sim.gantry.dev/start"
	ReadyAnnotation = "sim.gantry.dev/ready"
	StopAnnotation  = "sim.gantry.dev/stop"
	// RunAnnotation is how long the containers run until they end by themselves; "0s" is for ever.
	RunAnnotation = "sim.gantry.dev/run"
	// ExitAnnotation is the code with which they end: a list, separated by commas, of CODE, of INDEX:CODE for pods of one
	// completion index of a job, and of INDEX:CODE/TRIES for the first of them. What stands last and fits wins:
	// "0,3:42,5:1/2".
	ExitAnnotation = "sim.gantry.dev/exit"
)

// Annotations that the Job controller puts on its pods.
const (
	completionIndex = "batch.kubernetes.io/job-completion-index"
	indexFailures   = "batch.kubernetes.io/job-index-failure-count"
)

// Span is a range of durations from which each pod draws one.
type Span struct{ Min, Max time.Duration }

// Course is how the lives of pods go that do not say otherwise by annotations. The same pod (by UID) always has the same
// life. The zero Course has pods that are ready at once and end at once when they are deleted, and those that may end by
// themselves (restart policy OnFailure and Never) end well in the second that they began.
type Course struct {
	Seed uint64
	// Start is the time from the binding to the start of the containers, Ready from there until they are ready, Stop from
	// the deletion until they have ended (the grace period bounds it).
	Start, Ready, Stop Span
	// Run is how long containers run that end by themselves: those of pods that are not always restarted.
	Run Span
	// FailPercent of the pods that end by themselves end with code 1.
	FailPercent int
}

// way is the life of one pod.
type way struct {
	start, ready, run, stop time.Duration
	// ends says that the containers end by themselves, with code, after run.
	ends bool
	code int32
}

func (c *Course) of(p *corev1.Pod) (w way, err error) {
	w = way{start: c.draw(c.Start, p, 's'), ready: c.draw(c.Ready, p, 'r'), stop: c.draw(c.Stop, p, 't')}
	if p.Spec.RestartPolicy == corev1.RestartPolicyNever || p.Spec.RestartPolicy == corev1.RestartPolicyOnFailure {
		w.run, w.ends = c.draw(c.Run, p, 'l'), true
	}
	for _, a := range [...]struct {
		name string
		to   *time.Duration
	}{{StartAnnotation, &w.start}, {ReadyAnnotation, &w.ready}, {StopAnnotation, &w.stop}, {RunAnnotation, &w.run}} {
		text, ok := p.Annotations[a.name]
		if !ok {
			continue
		}
		if *a.to, err = time.ParseDuration(text); err != nil || *a.to < 0 {
			return w, fmt.Errorf("annotation %s: %q is no duration such as 1m30s", a.name, text)
		}
	}
	if _, ok := p.Annotations[RunAnnotation]; ok {
		w.ends = w.run > 0 // and be it less than a second
	}
	for _, d := range [...]*time.Duration{&w.start, &w.ready, &w.run, &w.stop} {
		*d = d.Truncate(time.Second) // what an object can hold
	}
	if w.ends && int(c.hash(p, 'f')%100) < c.FailPercent {
		w.code = 1
	}
	if text, ok := p.Annotations[ExitAnnotation]; ok {
		if w.code, err = exitCode(text, p); err != nil {
			return w, fmt.Errorf("annotation %s: %w", ExitAnnotation, err)
		}
	}
	return w, nil
}

// exitCode reads an ExitAnnotation.
func exitCode(text string, p *corev1.Pod) (code int32, err error) {
	number := func(s string) (n int64) {
		if err == nil {
			if n, err = strconv.ParseInt(s, 10, 32); err != nil {
				err = fmt.Errorf("%q in %q is no number", s, text)
			}
		}
		return n
	}
	failures, _ := strconv.ParseInt(p.Annotations[indexFailures], 10, 32) // none is 0
	for item := range strings.SplitSeq(text, ",") {
		index, value, indexed := strings.Cut(strings.TrimSpace(item), ":")
		if !indexed {
			code = int32(number(index))
			continue
		}
		value, tries, limited := strings.Cut(value, "/")
		n, limit := number(value), int64(1)
		if limited {
			limit = number(tries) - failures
		}
		number(index)
		if p.Annotations[completionIndex] == index && limit > 0 {
			code = int32(n)
		}
	}
	return code, err
}

func (c *Course) draw(s Span, p *corev1.Pod, what byte) time.Duration {
	if s.Max <= s.Min {
		return s.Min
	}
	return s.Min + time.Duration(c.hash(p, what)%uint64(s.Max-s.Min+1))
}

// hash is chance that is the same for the same pod and question.
func (c *Course) hash(p *corev1.Pod, what byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(append(binary.BigEndian.AppendUint64(nil, c.Seed), what)) // a hash never fails
	_, _ = h.Write([]byte(p.UID))
	x := h.Sum64() // FNV's low bits are weak: finish as splitmix64 does
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
