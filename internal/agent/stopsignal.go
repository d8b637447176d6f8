package agent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

// stopSignal is what tells a container to end: the specification's signal, else its image's, else SIGTERM. c may be nil.
func (a *Agent) stopSignal(c *corev1.Container, image string) unix.Signal {
	if sig, ok := signalNumber(a.saidSignal(c, image)); ok {
		return sig
	}
	return unix.SIGTERM
}

// saidSignal is the signal that the specification names, else the image, else none.
func (a *Agent) saidSignal(c *corev1.Container, image string) string {
	if c != nil && c.Lifecycle != nil && c.Lifecycle.StopSignal != nil {
		return string(*c.Lifecycle.StopSignal)
	}
	img, _ := a.cfg.Images.Get(image)
	return img.Config.StopSignal
}

// stopSignals writes into a status by which signals its containers will be told to end, if the node is to say so. Those of an instance
// stay what they were, whatever becomes of its image.
func (a *Agent) stopSignals(p *corev1.Pod, was, st *corev1.PodStatus) {
	if !a.cfg.Settings.StopSignals {
		return
	}
	for _, l := range []struct {
		now *[]corev1.ContainerStatus
		was []corev1.ContainerStatus
	}{{&st.InitContainerStatuses, was.InitContainerStatuses}, {&st.ContainerStatuses, was.ContainerStatuses}, {&st.EphemeralContainerStatuses, was.EphemeralContainerStatuses}} {
		*l.now = slices.Clone(*l.now)
		for i := range *l.now {
			c := &(*l.now)[i]
			if c.ContainerID == "" {
				continue
			}
			before := slices.IndexFunc(l.was, func(w corev1.ContainerStatus) bool { return w.ContainerID == c.ContainerID && w.StopSignal != nil })
			if before >= 0 {
				c.StopSignal = l.was[before].StopSignal
				continue
			}
			sig := signalName(a.stopSignal(specOf(p, c.Name), c.Image))
			c.StopSignal = &sig
		}
	}
}

// signalNumber reads a signal as images and pods name it: "SIGTERM", "TERM", "15", "SIGRTMIN+3".
func signalNumber(name string) (unix.Signal, bool) {
	if name == "" {
		return 0, false
	}
	var n int
	if _, err := fmt.Sscanf(name, "%d", &n); err == nil {
		return unix.Signal(n), n > 0 && n <= lastSignal
	}
	name = "SIG" + strings.TrimPrefix(strings.ToUpper(name), "SIG")
	if offset, ok := strings.CutPrefix(name, "SIGRTMIN"); ok {
		_, err := fmt.Sscanf(cmp.Or(offset, "+0"), "+%d", &n)
		return unix.Signal(firstRealTime + n), err == nil && firstRealTime+n <= lastSignal
	}
	if offset, ok := strings.CutPrefix(name, "SIGRTMAX"); ok {
		_, err := fmt.Sscanf(cmp.Or(offset, "-0"), "-%d", &n)
		return unix.Signal(lastSignal - n), err == nil && lastSignal-n >= firstRealTime
	}
	sig := unix.SignalNum(name)
	return sig, sig != 0
}

// signalName is how the API calls a signal: those of real time by their distance from the nearer end, as libc's strings do.
func signalName(sig unix.Signal) corev1.Signal {
	switch middle := (firstRealTime + lastSignal) / 2; {
	case sig == firstRealTime:
		return corev1.SIGRTMIN
	case sig == lastSignal:
		return corev1.SIGRTMAX
	case sig > firstRealTime && int(sig) <= middle:
		return corev1.Signal(fmt.Sprintf("%s+%d", corev1.SIGRTMIN, int(sig)-firstRealTime))
	case int(sig) > middle && sig < lastSignal:
		return corev1.Signal(fmt.Sprintf("%s-%d", corev1.SIGRTMAX, lastSignal-int(sig)))
	}
	return corev1.Signal(unix.SignalName(sig))
}

// The real-time signals as libc numbers them.
const (
	firstRealTime = 34
	lastSignal    = 64
)
