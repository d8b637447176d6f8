package deschedule

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// The strategies about how a pod has fared: RemovePodsHavingTooManyRestarts, PodLifeTime and RemoveFailedPods.

func tooManyRestarts(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		scoped                  `json:",inline"`
		PodRestartThreshold     int32    `json:"podRestartThreshold"`
		IncludingInitContainers bool     `json:"includingInitContainers,omitempty"`
		States                  []string `json:"states,omitempty"`
	}
	s, err := readScoped(raw, &args, &args.scoped)
	if err != nil {
		return nil, err
	}
	if args.PodRestartThreshold < 1 {
		return nil, fmt.Errorf("podRestartThreshold: want 1 or more")
	}
	return func(r *run, _ *World) {
		r.each(s, func(_ *Node, p *corev1.Pod) string {
			var n int32
			for _, c := range statuses(p, args.IncludingInitContainers) {
				n += c.RestartCount
			}
			if n < args.PodRestartThreshold || len(args.States) > 0 && !inState(p, args.States, args.IncludingInitContainers) {
				return ""
			}
			return fmt.Sprintf("its containers have been restarted %d times, %d are too many", n, args.PodRestartThreshold)
		})
	}, nil
}

func lifeTime(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		scoped                  `json:",inline"`
		MaxPodLifeTimeSeconds   *uint    `json:"maxPodLifeTimeSeconds"`
		States                  []string `json:"states,omitempty"`
		IncludingInitContainers bool     `json:"includingInitContainers,omitempty"`
	}
	s, err := readScoped(raw, &args, &args.scoped)
	if err != nil {
		return nil, err
	}
	if args.MaxPodLifeTimeSeconds == nil {
		return nil, fmt.Errorf("maxPodLifeTimeSeconds: it must be set")
	}
	most := time.Duration(*args.MaxPodLifeTimeSeconds) * time.Second
	return func(r *run, w *World) {
		r.each(s, func(_ *Node, p *corev1.Pod) string {
			age := w.Now.Sub(p.CreationTimestamp.Time)
			if age <= most || len(args.States) > 0 && !inState(p, args.States, args.IncludingInitContainers) {
				return ""
			}
			return fmt.Sprintf("it is older than %s", most)
		})
	}, nil
}

func failedPods(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		scoped                  `json:",inline"`
		Reasons                 []string `json:"reasons,omitempty"`
		ExitCodes               []int32  `json:"exitCodes,omitempty"`
		IncludingInitContainers bool     `json:"includingInitContainers,omitempty"`
		ExcludeOwnerKinds       []string `json:"excludeOwnerKinds,omitempty"`
		MinPodLifetimeSeconds   *uint    `json:"minPodLifetimeSeconds,omitempty"`
	}
	s, err := readScoped(raw, &args, &args.scoped)
	if err != nil {
		return nil, err
	}
	return func(r *run, w *World) {
		r.each(s, func(_ *Node, p *corev1.Pod) string {
			young := args.MinPodLifetimeSeconds != nil && w.Now.Sub(p.CreationTimestamp.Time) < time.Duration(*args.MinPodLifetimeSeconds)*time.Second
			if p.Status.Phase != corev1.PodFailed || young || ownedByKind(p, args.ExcludeOwnerKinds) {
				return ""
			}
			if len(args.Reasons) > 0 && !slices.Contains(args.Reasons, p.Status.Reason) && !inState(p, args.Reasons, args.IncludingInitContainers) {
				return ""
			}
			if len(args.ExitCodes) > 0 && !ended(p, args.ExitCodes, args.IncludingInitContainers) {
				return ""
			}
			return "it has failed"
		})
	}, nil
}

func ownedByKind(p *corev1.Pod, kinds []string) bool {
	for _, ref := range p.OwnerReferences {
		if slices.Contains(kinds, ref.Kind) {
			return true
		}
	}
	return false
}

func statuses(p *corev1.Pod, withInit bool) []corev1.ContainerStatus {
	if withInit {
		return slices.Concat(p.Status.ContainerStatuses, p.Status.InitContainerStatuses)
	}
	return p.Status.ContainerStatuses
}

// inState reports whether the pod's phase or reason, or the reason why one of its containers waits or has ended, is one of states.
func inState(p *corev1.Pod, states []string, withInit bool) bool {
	if slices.Contains(states, string(p.Status.Phase)) || p.Status.Reason != "" && slices.Contains(states, p.Status.Reason) {
		return true
	}
	for _, c := range statuses(p, withInit) {
		if c.State.Waiting != nil && slices.Contains(states, c.State.Waiting.Reason) || c.State.Terminated != nil && slices.Contains(states, c.State.Terminated.Reason) {
			return true
		}
	}
	return false
}

func ended(p *corev1.Pod, codes []int32, withInit bool) bool {
	for _, c := range statuses(p, withInit) {
		if c.State.Terminated != nil && slices.Contains(codes, c.State.Terminated.ExitCode) {
			return true
		}
	}
	return false
}
