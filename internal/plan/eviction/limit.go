package eviction

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Signals of pods that write more than they may, as kubelet's metric of evictions names them.
const (
	EmptyDirLimit  Signal = "emptydirfs.limit"
	PodLimit       Signal = "ephemeralpodfs.limit"
	ContainerLimit Signal = "ephemeralcontainerfs.limit"
)

// Written is what a pod has on the node's disk, in bytes: its containers' own files and logs, and its emptyDir volumes by name.
// Volumes in memory are in Volumes alone, not in Total.
type Written struct {
	Containers, Volumes map[string]int64
	Total               int64
}

// Bounded says whether anything bounds what a pod writes, so that it has to be measured.
func Bounded(p *corev1.Pod) bool {
	for i := range p.Spec.Volumes {
		if v := p.Spec.Volumes[i].EmptyDir; v != nil && v.SizeLimit != nil && v.SizeLimit.Sign() > 0 {
			return true
		}
	}
	_, bounded := storageLimit(p)
	return bounded
}

// OverLimit says why a pod has to go that has written more than it may, in kubelet's words and order; the message is empty if it
// has not.
func OverLimit(p *corev1.Pod, w Written) (s Signal, message string) {
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		if v.EmptyDir == nil || v.EmptyDir.SizeLimit == nil || v.EmptyDir.SizeLimit.Sign() <= 0 {
			continue
		}
		if w.Volumes[v.Name] > v.EmptyDir.SizeLimit.Value() {
			return EmptyDirLimit, fmt.Sprintf("Usage of EmptyDir volume %q exceeds the limit %q. ", v.Name, v.EmptyDir.SizeLimit.String())
		}
	}
	if limit, bounded := storageLimit(p); bounded && w.Total > limit.Value() {
		return PodLimit, fmt.Sprintf("Pod ephemeral local storage usage exceeds the total limit of containers %s. ", limit.String())
	}
	for i := range p.Spec.Containers {
		c := &p.Spec.Containers[i]
		if limit, ok := c.Resources.Limits[corev1.ResourceEphemeralStorage]; ok && !limit.IsZero() && w.Containers[c.Name] > limit.Value() {
			return ContainerLimit, fmt.Sprintf("Container %s exceeded its local ephemeral storage limit %q. ", c.Name, limit.String())
		}
	}
	return "", ""
}

// storageLimit is what the containers of a pod may write together at their peak; not bounded if none has a limit.
func storageLimit(p *corev1.Pod) (limit resource.Quantity, bounded bool) {
	var sum, sidecars, peak resource.Quantity
	for i := range p.Spec.InitContainers {
		c := &p.Spec.InitContainers[i]
		q, ok := c.Resources.Limits[corev1.ResourceEphemeralStorage]
		bounded = bounded || ok
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			sidecars.Add(q)
			continue
		}
		q = q.DeepCopy()
		if q.Add(sidecars); q.Cmp(peak) > 0 {
			peak = q
		}
	}
	for i := range p.Spec.Containers {
		q, ok := p.Spec.Containers[i].Resources.Limits[corev1.ResourceEphemeralStorage]
		bounded = bounded || ok
		if sum.IsZero() {
			sum = q.DeepCopy() // it keeps the form in which it was written, for the message
		} else {
			sum.Add(q)
		}
	}
	sum.Add(sidecars)
	if peak.Cmp(sum) > 0 {
		sum = peak
	}
	return sum, bounded
}
