package agent

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/pod"
)

// Labels of sandboxes and containers: all that a restarted agent needs and cannot ask the API. The first four are
// kubelet's, so that tools which read a runtime's labels understand them.
const (
	labelPodName      = "io.kubernetes.pod.name"
	labelPodNamespace = "io.kubernetes.pod.namespace"
	labelPodUID       = "io.kubernetes.pod.uid"
	labelContainer    = "io.kubernetes.container.name"
	labelIP           = "gantry.dev/pod-ip"
	labelAttempt      = "gantry.dev/attempt"
	labelBackoff      = "gantry.dev/backoff"
	labelImage        = "gantry.dev/image"
	labelImageID      = "gantry.dev/image-id"
	labelMessagePath  = "gantry.dev/termination-log"
	labelMessageFrom  = "gantry.dev/termination-message-policy"
)

// containerID names an instance of a container; no two are ever the same, as attempts only grow.
func containerID(uid types.UID, name string, attempt int) string {
	return fmt.Sprintf("%s_%s_%d", uid, name, attempt)
}

func podLabels(p *corev1.Pod) map[string]string {
	return map[string]string{labelPodName: p.Name, labelPodNamespace: p.Namespace, labelPodUID: string(p.UID)}
}

// observed turns a container of the runtime into one of plan/pod.
func observed(st container.Status) (*pod.Container, error) {
	attempt, err := strconv.Atoi(st.Labels[labelAttempt])
	if err != nil || st.Labels[labelContainer] == "" {
		return nil, fmt.Errorf("agent: container %s does not carry the agent's labels", st.ID)
	}
	// Back-off is shown as zero if the label is not readable: that restarts too early, never too late.
	backoff, _ := time.ParseDuration(st.Labels[labelBackoff])
	c := &pod.Container{
		Name: st.Labels[labelContainer], ID: st.ID, Attempt: attempt, Backoff: backoff,
		Image: st.Labels[labelImage], ImageID: st.Labels[labelImageID], PostStart: pod.Done,
	}
	update(c, st)
	return c, nil
}

// update takes over what changes in the life of a container.
func update(c *pod.Container, st container.Status) {
	c.Running = st.State == container.Running
	c.StartedAt, c.FinishedAt = st.StartedAt, st.FinishedAt
	c.ExitCode, c.Signal = int32(st.ExitCode), int32(st.Signal)
	c.OOMKilled, c.Lost = st.OOMKilled, st.Unknown
}

// addressesOf reads a sandbox's addresses; none if it has none of its own.
func addressesOf(sb container.SandboxStatus) (ips []netip.Addr) {
	for text := range strings.SplitSeq(sb.Labels[labelIP], ",") {
		if ip, err := netip.ParseAddr(text); err == nil {
			ips = append(ips, ip)
		}
	}
	return ips
}

// texts are addresses as they are written.
func texts(ips []netip.Addr) (out []string) {
	for _, ip := range ips {
		out = append(out, ip.String())
	}
	return out
}
