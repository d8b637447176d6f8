// Package eviction decides when a node is short of something, and which pod has to go then. It has the signals, thresholds,
// order and words of kubelet's eviction manager. It is pure: internal/agent observes and carries out.
package eviction

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Signal names something that a node may run out of, as kubelet's flags do.
type Signal string

// The signals. Node file system is where pods write, image file system where images lie; they may be the same.
const (
	Memory      Signal = "memory.available"
	NodeFS      Signal = "nodefs.available"
	NodeInodes  Signal = "nodefs.inodesFree"
	ImageFS     Signal = "imagefs.available"
	ImageInodes Signal = "imagefs.inodesFree"
	PIDs        Signal = "pid.available"
)

// kinds tells of each signal the node condition that it leads to, and the resource that its messages name.
func (s Signal) kinds() (condition corev1.NodeConditionType, resource string, ok bool) {
	switch s {
	case Memory:
		return corev1.NodeMemoryPressure, "memory", true
	case NodeFS, ImageFS:
		return corev1.NodeDiskPressure, "ephemeral-storage", true
	case NodeInodes, ImageInodes:
		return corev1.NodeDiskPressure, "inodes", true
	case PIDs:
		return corev1.NodePIDPressure, "pids", true
	}
	return "", "", false
}

// Condition is the node condition that a signal leads to.
func (s Signal) Condition() corev1.NodeConditionType {
	c, _, _ := s.kinds()
	return c
}

// Resource is how messages name what is short.
func (s Signal) Resource() string {
	_, r, _ := s.kinds()
	return r
}

// Disk says whether a signal is about a file system.
func (s Signal) Disk() bool { return s.Condition() == corev1.NodeDiskPressure }

// Threshold is how much of something has to be available: an amount, or a share of the capacity in percent. With both, the
// smaller counts.
type Threshold struct {
	Signal  Signal
	Amount  int64
	Percent float64
	// Soft thresholds have to be crossed for Grace before a pod goes, and then it gets more time than a moment.
	Soft  bool
	Grace time.Duration
	// Reclaim is how much more than the threshold has to be available before it counts as no longer crossed, once it was.
	Reclaim        int64
	ReclaimPercent float64
}

// Defaults are kubelet's, with one difference: its shares of a file system are no more than a few GiB of a large one, for
// which a tenth would be hundreds.
func Defaults() []Threshold {
	const gib = 1 << 30
	return []Threshold{
		{Signal: Memory, Amount: 100 << 20},
		{Signal: NodeFS, Percent: 10, Amount: gib},
		{Signal: NodeInodes, Percent: 5},
		{Signal: ImageFS, Percent: 15, Amount: gib},
		{Signal: ImageInodes, Percent: 5},
		{Signal: PIDs, Percent: 5},
	}
}

// Parse reads thresholds in the form of kubelet's --eviction-hard: "memory.available<500Mi,nodefs.available<10%".
func Parse(text string) ([]Threshold, error) {
	var out []Threshold
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "<")
		t := Threshold{Signal: Signal(name)}
		if _, _, known := t.Signal.kinds(); !ok || !known {
			return nil, fmt.Errorf("eviction threshold %q: want SIGNAL<AMOUNT or SIGNAL<PERCENT%%, with one of the signals %s, %s, %s, %s, %s, %s",
				part, Memory, NodeFS, NodeInodes, ImageFS, ImageInodes, PIDs)
		}
		if slices.ContainsFunc(out, func(o Threshold) bool { return o.Signal == t.Signal }) {
			return nil, fmt.Errorf("eviction threshold %q: the signal has a threshold already", part)
		}
		var err error
		if t.Amount, t.Percent, err = parseAmount(value); err != nil {
			return nil, fmt.Errorf("eviction threshold %q: %w", part, err)
		}
		out = append(out, t)
	}
	return out, nil
}

// parseAmount reads "100Mi" or "10%".
func parseAmount(value string) (amount int64, percent float64, err error) {
	if share, isShare := strings.CutSuffix(value, "%"); isShare {
		p, err := strconv.ParseFloat(share, 64)
		if err != nil || !(p >= 0 && p <= 100) {
			return 0, 0, errors.New("want a share between 0% and 100%")
		}
		return 0, p, nil
	}
	q, err := resource.ParseQuantity(value)
	if err != nil || q.Sign() < 0 {
		return 0, 0, errors.New("want an amount like 100Mi")
	}
	return q.Value(), 0, nil
}

// ParseSoft reads soft thresholds, each of which needs a grace period.
func ParseSoft(text string, grace map[string]time.Duration) ([]Threshold, error) {
	if text == "" {
		return nil, nil
	}
	out, err := Parse(text)
	for i := range out {
		d, ok := grace[string(out[i].Signal)]
		if !ok {
			return nil, fmt.Errorf("grace period must be specified for the soft eviction threshold %s", out[i].Signal)
		}
		out[i].Soft, out[i].Grace = true, d
	}
	return out, err
}

// SetReclaim gives thresholds what has to be reclaimed beyond them, by signal.
func SetReclaim(thresholds []Threshold, reclaim map[string]string) error {
	for signal, value := range reclaim {
		amount, percent, err := parseAmount(value)
		if _, _, known := Signal(signal).kinds(); !known && err == nil {
			err = errors.New("there is no such signal")
		}
		if err != nil {
			return fmt.Errorf("evictionMinimumReclaim[%s]: %w", signal, err)
		}
		for i := range thresholds {
			if t := &thresholds[i]; string(t.Signal) == signal {
				t.Reclaim, t.ReclaimPercent = amount, percent
			}
		}
	}
	return nil
}

// Observation is what is available of something now, and how much there is in all.
type Observation struct {
	Signal              Signal
	Available, Capacity int64
}

// Shortage is a threshold that is crossed.
type Shortage struct {
	Signal           Signal
	Limit, Available int64
	Soft             bool
}

// Shortages are the crossed thresholds: memory first, then in the order of the thresholds, as kubelet reclaims.
func Shortages(thresholds []Threshold, seen []Observation) []Shortage {
	var out []Shortage
	for _, t := range thresholds {
		if s, crossed := t.crossed(seen, false); crossed {
			out = append(out, s)
		}
	}
	memoryFirst(out)
	return out
}

// crossed compares a threshold with what was seen; with again it was crossed before, and is until enough is reclaimed.
func (t Threshold) crossed(seen []Observation, again bool) (Shortage, bool) {
	for _, o := range seen {
		if o.Signal != t.Signal || o.Capacity == 0 {
			continue
		}
		limit := t.Limit(o.Capacity)
		until := limit
		if again {
			until += t.Reclaim + int64(t.ReclaimPercent/100*float64(o.Capacity))
		}
		return Shortage{t.Signal, limit, o.Available, t.Soft}, o.Available < until
	}
	return Shortage{}, false
}

func memoryFirst(list []Shortage) {
	slices.SortStableFunc(list, func(a, b Shortage) int {
		return cmp.Compare(btoi(a.Signal != Memory), btoi(b.Signal != Memory))
	})
}

// Judge remembers since when thresholds are crossed. Its zero value has seen nothing.
type Judge struct {
	since map[Threshold]time.Time
}

// Look takes in what was seen at a time. It answers which thresholds are crossed, and which of them have been so for their grace
// period, so that a pod has to go.
func (j *Judge) Look(thresholds []Threshold, seen []Observation, now time.Time) (crossed, due []Shortage) {
	since := map[Threshold]time.Time{}
	for _, t := range thresholds {
		at, before := j.since[t]
		s, is := t.crossed(seen, before)
		if !is {
			continue
		}
		if !before {
			at = now
		}
		since[t] = at
		crossed = append(crossed, s)
		if now.Sub(at) >= t.Grace {
			due = append(due, s)
		}
	}
	j.since = since
	memoryFirst(crossed)
	memoryFirst(due)
	return crossed, due
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Limit is the amount that a threshold comes to.
func (t Threshold) Limit(capacity int64) int64 {
	share := int64(t.Percent / 100 * float64(capacity))
	switch {
	case t.Percent == 0:
		return t.Amount
	case t.Amount == 0:
		return share
	}
	return min(share, t.Amount)
}
