package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/storage/ephemeral"

	driver "gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/storage"
)

// makeClaim makes the volume that is bound to a pod's claim appear in the pod's directory. What is there already stays,
// whatever has become of the claim since: a running pod keeps its files.
func (a *Agent) makeClaim(ctx context.Context, p *corev1.Pod, v *corev1.Volume) error {
	uid := string(p.UID)
	if there, err := a.hasClaim(uid, v.Name); err != nil || there {
		return err
	}
	name := storage.ClaimOf(p, v)
	claim, err := getAs[corev1.PersistentVolumeClaim](ctx, a, storage.Claims, p.Namespace, name)
	if err != nil {
		return fmt.Errorf("error processing PVC %s/%s: failed to fetch PVC from API server: %w", p.Namespace, name, err)
	}
	if err := a.usable(p, v, claim); err != nil {
		return fmt.Errorf("error processing PVC %s/%s: %w", p.Namespace, name, err)
	}
	pv, err := getAs[corev1.PersistentVolume](ctx, a, storage.Volumes, "", claim.Spec.VolumeName)
	if err != nil {
		return fmt.Errorf("failed to fetch PV %s from API server: %w", claim.Spec.VolumeName, err)
	}
	switch ref, node := pv.Spec.ClaimRef, a.node.get(); {
	case ref == nil || ref.UID != claim.UID:
		return fmt.Errorf("PV %s is not bound to claim %s/%s (uid %s)", pv.Name, claim.Namespace, claim.Name, claim.UID)
	case node != nil && !storage.Reaches(pv, node):
		return fmt.Errorf("PV %s: node %s does not match its spec.nodeAffinity", pv.Name, node.Name)
	}
	if storage.IsLocal(pv) {
		if err := a.locals.ready(ctx, pv); err != nil {
			return err
		}
	}
	if storage.Block(pv.Spec.VolumeMode) {
		_, err := a.cfg.Volumes.Device(uid, v.Name, pv)
		return err
	}
	if _, err := a.cfg.Volumes.Persistent(ctx, uid, v.Name, pv, groupOf(p)); err != nil {
		return err
	}
	if storage.IsLocal(pv) {
		// The volume may have grown with this mount; that it cannot be told now does not keep the pod from it.
		a.locals.touch()
	}
	return nil
}

// usable says what keeps a pod from its claim, nil if nothing.
func (a *Agent) usable(p *corev1.Pod, v *corev1.Volume, claim *corev1.PersistentVolumeClaim) error {
	if v.Ephemeral != nil {
		if err := ephemeral.VolumeIsForPod(p, claim); err != nil {
			return err
		}
	}
	switch {
	case claim.DeletionTimestamp != nil:
		return errors.New("PVC is being deleted")
	case claim.Status.Phase != corev1.ClaimBound || claim.Spec.VolumeName == "":
		return errors.New("PVC is not bound")
	}
	if err := fitsMode(p, v.Name, storage.Block(claim.Spec.VolumeMode)); err != nil {
		return err
	}
	if storage.Exclusive(claim) {
		if other := a.otherUser(p, claim.Name); other != "" {
			return fmt.Errorf("volume uses the ReadWriteOncePod access mode and is already in use by another pod: %s", other)
		}
	}
	return nil
}

// fitsMode says whether containers use a volume as its mode lets them: raw block volumes as devices, others as directories.
func fitsMode(p *corev1.Pod, volume string, block bool) error {
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			mounted := slices.ContainsFunc(list[i].VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume })
			device := slices.ContainsFunc(list[i].VolumeDevices, func(d corev1.VolumeDevice) bool { return d.Name == volume })
			switch {
			case block && mounted:
				return fmt.Errorf("volume %s has volumeMode Block, but is specified in volumeMounts", volume)
			case !block && device:
				return fmt.Errorf("volume %s has volumeMode Filesystem, but is specified in volumeDevices", volume)
			}
		}
	}
	return nil
}

// hasClaim reports whether the volume of a claim is there for a pod, as a directory or as a device.
func (a *Agent) hasClaim(uid, volume string) (bool, error) {
	if _, err := a.cfg.Volumes.DeviceOf(uid, volume); !errors.Is(err, driver.ErrNoDevice) {
		return err == nil, err
	}
	return a.cfg.Volumes.Mounted(uid, volume)
}

// otherUser is another pod of the node that has a claim mounted.
func (a *Agent) otherUser(p *corev1.Pod, claim string) string {
	a.mu.Lock()
	others := make([]*podState, 0, len(a.pods))
	for uid, ps := range a.pods {
		if uid != p.UID {
			others = append(others, ps)
		}
	}
	a.mu.Unlock()
	for _, ps := range others {
		o := ps.current()
		if o.Namespace != p.Namespace {
			continue
		}
		for i := range o.Spec.Volumes {
			v := &o.Spec.Volumes[i]
			if storage.ClaimOf(o, v) != claim {
				continue
			}
			if there, err := a.hasClaim(string(o.UID), v.Name); err != nil || there {
				return o.Name
			}
		}
	}
	return ""
}

// isClaim reports whether there is a PersistentVolumeClaim behind a volume.
func isClaim(v *corev1.Volume) bool { return v.PersistentVolumeClaim != nil || v.Ephemeral != nil }

// readOnlyClaim reports whether a pod wants its claim only to read.
func readOnlyClaim(v *corev1.Volume) bool {
	return v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ReadOnly
}
