package agent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/pod"
)

// prepareVolumes makes all volumes of a pod.
func (a *Agent) prepareVolumes(ctx context.Context, ps *podState) {
	p := ps.current()
	a.watches.follow(p)
	refresh, err := a.makeVolumes(ctx, ps, p)
	if ctx.Err() != nil {
		return
	}
	pulling := errors.Is(err, errPulling)
	pull, unpulled := errors.AsType[*volumePullError](err)
	if err != nil && !pulling && !unpulled {
		a.events.pod(p, "", true, "FailedMount", "%v", err)
	}
	ps.change(func() {
		ps.volumes.Present = true
		if pulling {
			ps.volumes.Failure = ps.untilPulled(a.cfg.Clock())
			return
		}
		if unpulled {
			ps.volumes.Pull, ps.volumes.Failure = &pull.VolumePull, &pull.Failure
			return
		}
		if err != nil {
			ps.volumes.Failure = &pod.Failure{Reason: "FailedMount", Message: err.Error(), RetryAt: a.cfg.Clock().Add(ps.failed("volumes"))}
			return
		}
		ps.worked("volumes")
		ps.volumes.Ready, ps.volumes.Failure, ps.volumes.Pull = true, nil, nil
		ps.refreshAt, ps.refresh = refresh, false
	})
}

// refreshVolumes writes the files of volumes anew when what they are made of has changed, or a token is about to
// expire. It answers when it wants to be called again.
func (a *Agent) refreshVolumes(ps *podState, stopping bool) time.Time {
	ps.mu.Lock()
	at, due, p := ps.refreshAt, ps.refresh, ps.pod
	ready := ps.volumes.Ready
	ps.refresh = false
	ps.mu.Unlock()
	if stopping || !ready {
		return time.Time{}
	}
	if !due && (at.IsZero() || a.cfg.Clock().Before(at)) {
		return at
	}
	next, err := a.makeVolumes(a.life, ps, p)
	if err != nil {
		// The files stay as they are, which is what a pod that runs needs most; it is tried again.
		a.events.pod(p, "", true, "FailedMount", "%v", err)
		ps.change(func() { next = a.cfg.Clock().Add(ps.failed("refresh")) })
	} else {
		ps.change(func() { ps.worked("refresh") })
	}
	ps.change(func() { ps.refreshAt = next })
	return next
}

// makeVolumes makes or updates every volume and answers when tokens have to be renewed.
func (a *Agent) makeVolumes(ctx context.Context, ps *podState, p *corev1.Pod) (refresh time.Time, err error) {
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		begun := time.Now()
		at, err := a.makeVolume(ctx, ps, p, v)
		if !errors.Is(err, errPulling) {
			status := "success"
			if err != nil {
				status = "fail-unknown"
			}
			a.tally.storage.WithLabelValues(pluginName(v), "volume_mount", status, "false").Observe(time.Since(begun).Seconds())
		}
		if err != nil {
			return time.Time{}, fmt.Errorf("MountVolume.SetUp failed for volume %q : %w", v.Name, err)
		}
		if !at.IsZero() && (refresh.IsZero() || at.Before(refresh)) {
			refresh = at
		}
	}
	return refresh, nil
}

func (a *Agent) makeVolume(ctx context.Context, ps *podState, p *corev1.Pod, v *corev1.Volume) (refresh time.Time, err error) {
	uid := string(p.UID)
	switch {
	case v.EmptyDir != nil:
		var size int64
		if v.EmptyDir.SizeLimit != nil {
			size = v.EmptyDir.SizeLimit.Value()
		}
		medium, err := pod.Medium(p, v)
		if err == nil {
			_, err = a.cfg.Volumes.EmptyDir(uid, v.Name, medium, size, groupOf(p))
		}
		return time.Time{}, err
	case v.HostPath != nil:
		_, err = volume.HostPath(v.HostPath)
		return time.Time{}, err
	case isClaim(v):
		return time.Time{}, a.makeClaim(ctx, p, v)
	case v.Image != nil:
		return time.Time{}, a.makeImageVolume(ps, p, v)
	case hasFiles(v):
		files, refresh, err := a.volumeFiles(ctx, ps, p, v)
		if err != nil {
			return time.Time{}, err
		}
		_, _, err = a.cfg.Volumes.WriteFiles(uid, v.Name, files, groupOf(p).GID)
		return refresh, err
	}
	return time.Time{}, fmt.Errorf("volumes of type %s are not supported by this node yet", volumeType(v))
}

// hasFiles says whether a volume's content comes from the API.
func hasFiles(v *corev1.Volume) bool {
	return v.ConfigMap != nil || v.Secret != nil || v.DownwardAPI != nil || v.Projected != nil
}

// volumePath is where a volume lies on the node.
func (a *Agent) volumePath(p *corev1.Pod, v *corev1.Volume) string {
	if v.HostPath != nil {
		return v.HostPath.Path
	}
	return a.cfg.Volumes.Path(string(p.UID), v.Name, hasFiles(v))
}

// ClaimPaths are the directories in which the volumes of a pod's claims are mounted, by the claim's name.
func (a *Agent) ClaimPaths(p *corev1.Pod) map[string]string {
	out := map[string]string{}
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		switch {
		case v.PersistentVolumeClaim != nil:
			out[v.PersistentVolumeClaim.ClaimName] = a.volumePath(p, v)
		case v.Ephemeral != nil:
			out[p.Name+"-"+v.Name] = a.volumePath(p, v)
		}
	}
	return out
}

func groupOf(p *corev1.Pod) volume.Group {
	sc := p.Spec.SecurityContext
	if sc == nil {
		return volume.Group{}
	}
	return volume.Group{
		GID:            sc.FSGroup,
		OnRootMismatch: sc.FSGroupChangePolicy != nil && *sc.FSGroupChangePolicy == corev1.FSGroupChangeOnRootMismatch,
	}
}

// volumeType names the source of a volume as its field is named.
func volumeType(v *corev1.Volume) string {
	switch {
	case v.CSI != nil:
		return "csi"
	case v.NFS != nil:
		return "nfs"
	case v.ISCSI != nil:
		return "iscsi"
	}
	// The rarer ones are found in the printed form, whose first set field is the type.
	text := v.VolumeSource.String()
	if _, rest, ok := strings.Cut(text, ":&"); ok {
		if name, _, ok := strings.Cut(rest, "VolumeSource"); ok {
			return name
		}
	}
	return "unknown"
}

// cleanVolumes removes everything that the pod has on disk and in memory but its logs.
func (a *Agent) cleanVolumes(ps *podState) error {
	a.watches.drop(ps.uid)
	if err := a.cfg.Volumes.Remove(string(ps.uid)); err != nil {
		return err
	}
	ps.change(func() { ps.volumes = pod.Volumes{} })
	return nil
}
