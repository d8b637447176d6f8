package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/storage"
)

// localsRetry is the pause before volumes that could not be wiped or grown are tried again: until a container that ends
// lets go of one, usually.
const localsRetry = time.Second

// locals looks after the local provisioner's volumes of this node: they are made for their first pod, grow when the control
// plane says so, and are wiped when they are deleted.
type locals struct {
	a      *Agent
	local  *volume.Local
	mirror *mirror
	wake   chan struct{}
	// told are the sizes of volumes that their claims are known to have, so that a change of one volume does not have all
	// claims read again. Only run has it.
	told map[types.UID]int64
}

func newLocals(a *Agent) *locals {
	l := &locals{a: a, local: a.cfg.Volumes.Local(), wake: make(chan struct{}, 1)}
	mine := client.ListOptions{LabelSelector: storage.LocalNode + "=" + a.cfg.NodeName}
	l.mirror = newMirror(a.cfg.Client, api.Scope{Resource: storage.Volumes, Cluster: a.cfg.Cluster}, mine, a.log, func(_, _ runtime.Object, _ api.Revision) { l.touch() })
	return l
}

// offered are the annotations with which a node says that it can hold such volumes.
func (l *locals) offered() map[string]string {
	if lacks := l.local.Lacks(); lacks != "" {
		l.a.log.Warn("this node cannot hold volumes of the local storage class", "lacks", lacks)
		return nil
	}
	notes := map[string]string{storage.LocalDirectory: l.local.Dir()}
	if n, err := l.local.Capacity(); err != nil {
		l.a.log.Warn("looking for the room that there is for volumes of the local storage class", "err", err)
	} else {
		notes[storage.LocalCapacity] = strconv.FormatInt(n, 10)
	}
	return notes
}

// touch has all volumes looked at.
func (l *locals) touch() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run looks after the volumes until ctx ends.
func (l *locals) run(ctx context.Context) {
	retry := time.NewTimer(0) // the first firing is a look that costs nothing
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-retry.C:
		}
		if l.round(ctx) {
			retry.Reset(localsRetry)
		}
	}
}

// round brings every volume to what the API says and answers whether some has to be tried again.
func (l *locals) round(ctx context.Context) (again bool) {
	told := map[types.UID]int64{}
	defer func() { l.told = told }()
	for _, pv := range listOf[corev1.PersistentVolume](l.mirror) {
		if !storage.IsLocal(pv) {
			continue
		}
		var err error
		size := pv.Spec.Capacity.Storage().Value()
		switch {
		case pv.DeletionTimestamp != nil:
			err = l.end(ctx, pv)
		case l.told[pv.UID] == size:
			told[pv.UID] = size
		case pv.Spec.ClaimRef != nil && l.local.Exists(pv.Name):
			var done bool
			if done, err = l.grow(ctx, pv, size); done {
				told[pv.UID] = size
			}
		}
		if err != nil && ctx.Err() == nil {
			again = true
			l.a.log.Debug("a local volume will be looked at again", "volume", pv.Name, "err", err)
		}
	}
	return again
}

// ready makes the file behind a volume, once in its life, and says so in the API before it is used: without that note, a
// disk that was lost would look like a volume that is new.
func (l *locals) ready(ctx context.Context, pv *corev1.PersistentVolume) error {
	_, made := pv.Annotations[storage.LocalMade]
	if made {
		if !l.local.Exists(pv.Name) {
			return fmt.Errorf("the data of PersistentVolume %s is gone from this node: it was below %s", pv.Name, l.local.Dir())
		}
		return nil
	}
	if pv.DeletionTimestamp != nil {
		return fmt.Errorf("PersistentVolume %s is being deleted", pv.Name)
	}
	if err := l.local.Make(ctx, pv.Name, pv.Spec.Capacity.Storage().Value(), storage.Block(pv.Spec.VolumeMode)); err != nil {
		return err
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": pv.UID, "annotations": map[string]string{storage.LocalMade: "yes"}}})
	if err != nil {
		return err
	}
	res := l.a.cfg.Client.Apply(ctx, []client.Write{{Verb: client.Patch, Key: l.key(pv), Patch: patch, PatchType: types.MergePatchType, Why: "the volume has been made"}})[0]
	if res.Err != nil {
		return fmt.Errorf("noting in the API that PersistentVolume %s has been made: %w", pv.Name, res.Err)
	}
	return nil
}

func (l *locals) key(pv *corev1.PersistentVolume) api.Key {
	return api.Key{Resource: storage.Volumes, Cluster: l.a.cfg.Cluster, Name: pv.Name}
}

// end wipes a volume that is being deleted and that nobody has, and lets it go. What the policy retains is left on the disk.
func (l *locals) end(ctx context.Context, pv *corev1.PersistentVolume) error {
	if !slices.Contains(pv.Finalizers, storage.LocalFinalizer) || pv.Status.Phase == corev1.VolumeBound {
		return nil
	}
	if pv.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
		if err := l.local.Wipe(pv.Name); err != nil {
			if !errors.Is(err, volume.ErrInUse) {
				l.a.log.Warn("a local volume cannot be wiped", "volume", pv.Name, "err", err)
			}
			return err
		}
	}
	fresh := pv.DeepCopy()
	fresh.Finalizers = slices.DeleteFunc(fresh.Finalizers, func(f string) bool { return f == storage.LocalFinalizer })
	res := l.a.cfg.Client.Apply(ctx, []client.Write{{Verb: client.Update, Key: l.key(pv), Object: fresh, Why: "the volume has been wiped"}})[0]
	if apierrors.IsNotFound(res.Err) {
		return nil
	}
	return res.Err
}

// grow makes a volume as large as its object says, and tells its claim how large it is. done says that the claim knows.
func (l *locals) grow(ctx context.Context, pv *corev1.PersistentVolume, size int64) (done bool, err error) {
	if !l.local.Grown(pv.Name, size) {
		done, err := l.local.Grow(ctx, pv.Name, size)
		if err != nil {
			l.a.log.Warn("a local volume cannot grow", "volume", pv.Name, "err", err)
			return false, err
		}
		if !done {
			return false, nil // with its next mount, of which we shall hear
		}
	}
	return l.tell(ctx, pv)
}

// tell writes the size of a volume into the status of its claim, if it says another.
func (l *locals) tell(ctx context.Context, pv *corev1.PersistentVolume) (done bool, err error) {
	ref := pv.Spec.ClaimRef
	claim, err := getAs[corev1.PersistentVolumeClaim](ctx, l.a, storage.Claims, ref.Namespace, ref.Name)
	if apierrors.IsNotFound(err) || apierrors.IsForbidden(err) {
		return false, nil // a claim without a pod here is none of ours: it is told when a pod comes
	}
	if err != nil {
		return false, err
	}
	size := pv.Spec.Capacity[corev1.ResourceStorage]
	if claim.UID != ref.UID || claim.Status.Phase != corev1.ClaimBound {
		return false, nil
	}
	if claim.Status.Capacity.Storage().Cmp(size) >= 0 {
		return true, nil
	}
	fresh := claim.DeepCopy()
	fresh.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: size}
	delete(fresh.Status.AllocatedResourceStatuses, corev1.ResourceStorage)
	fresh.Status.Conditions = slices.DeleteFunc(fresh.Status.Conditions, func(c corev1.PersistentVolumeClaimCondition) bool {
		return c.Type == corev1.PersistentVolumeClaimFileSystemResizePending || c.Type == corev1.PersistentVolumeClaimResizing
	})
	key := api.Key{Resource: storage.Claims, Cluster: l.a.cfg.Cluster, Namespace: claim.Namespace, Name: claim.Name}
	res := l.a.cfg.Client.Apply(ctx, []client.Write{{Verb: client.Update, Key: key, Subresource: "status", Object: fresh, Why: "the file system has grown"}})[0]
	if res.Err != nil {
		return false, res.Err
	}
	l.a.events.record(corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
		false, "FileSystemResizeSuccessful", fmt.Sprintf("file system of volume %s has grown to %s", pv.Name, size.String()))
	return true, nil
}

// annotated brings the node's own annotations to a Node that was there before.
func annotated(n *corev1.Node, want map[string]string) (missing map[string]string) {
	missing = map[string]string{}
	for key, value := range want {
		if !metav1.HasAnnotation(n.ObjectMeta, key) || n.Annotations[key] != value {
			missing[key] = value
		}
	}
	return missing
}
