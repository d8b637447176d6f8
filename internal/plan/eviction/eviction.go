// Package eviction decides when a node is short of something, and which pod has to go then. It has the signals, thresholds,
// order and words of kubelet's eviction manager. It is pure: internal/agent observes and carries out.
package eviction

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
		if share, isShare := strings.CutSuffix(value, "%"); isShare {
			p, err := strconv.ParseFloat(share, 64)
			if err != nil || !(p >= 0 && p <= 100) {
				return nil, fmt.Errorf("eviction threshold %q: want a share between 0%% and 100%%", part)
			}
			t.Percent = p
		} else {
			q, err := resource.ParseQuantity(value)
			if err != nil || q.Sign() < 0 {
				return nil, fmt.Errorf("eviction threshold %q: want an amount like 100Mi", part)
			}
			t.Amount = q.Value()
		}
		out = append(out, t)
	}
	return out, nil
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
}

// Shortages are the crossed thresholds: memory first, then in the order of the thresholds, as kubelet reclaims.
func Shortages(thresholds []Threshold, seen []Observation) []Shortage {
	var out []Shortage
	for _, t := range thresholds {
		for _, o := range seen {
			if o.Signal != t.Signal || o.Capacity == 0 {
				continue
			}
			if limit := t.Limit(o.Capacity); o.Available < limit {
				out = append(out, Shortage{t.Signal, limit, o.Available})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Shortage) int {
		return cmp.Compare(btoi(a.Signal != Memory), btoi(b.Signal != Memory))
	})
	return out
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
