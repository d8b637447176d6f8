package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/dynamic-resource-allocation/resourceclaim"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/dra"
)

var (
	resourceClaims = api.Resource{Group: "resource.k8s.io", Name: "resourceclaims"}
	resourceSlices = api.Resource{Group: "resource.k8s.io", Name: "resourceslices"}
)

// draReconcile is how often claims of pods that are gone are looked for, as kubelet's.
const draReconcile = time.Minute

// podClaims are the claims of a pod: those that its spec names, and the one that the scheduler has made for its extended resources.
func podClaims(p *corev1.Pod) []corev1.PodResourceClaim {
	claims := p.Spec.ResourceClaims
	if e := p.Status.ExtendedResourceClaimStatus; e != nil {
		claims = append(slices.Clone(claims), corev1.PodResourceClaim{ResourceClaimName: &e.ResourceClaimName})
	}
	return claims
}

// beginClaims is prepareClaims for a pod that starts.
func (a *Agent) beginClaims(ctx context.Context, p *corev1.Pod) error {
	begun := time.Now()
	err := a.prepareClaims(ctx, p)
	if a.cfg.DRA != nil {
		a.cfg.DRA.Handled("PrepareResources", time.Since(begun), err)
	}
	return err
}

// prepareClaims has the drivers prepare what a pod has claimed. It is safe to repeat.
func (a *Agent) prepareClaims(ctx context.Context, p *corev1.Pod) error {
	var claims []dra.Claim
	list := podClaims(p)
	for i := range list {
		c, err := a.claimOf(ctx, p, &list[i])
		if err != nil {
			return fmt.Errorf("prepare dynamic resources: %w", err)
		}
		if c != nil {
			claims = append(claims, *c)
		}
	}
	if len(claims) == 0 {
		return nil
	}
	if a.cfg.DRA == nil {
		return errors.New("prepare dynamic resources: this node has no DRA drivers")
	}
	if err := a.cfg.DRA.Prepare(ctx, string(p.UID), claims); err != nil {
		return fmt.Errorf("prepare dynamic resources: %w", err)
	}
	return nil
}

// claimOf reads a claim of a pod; nil if none was made because none is needed.
func (a *Agent) claimOf(ctx context.Context, p *corev1.Pod, pc *corev1.PodResourceClaim) (*dra.Claim, error) {
	name, owned, err := resourceclaim.Name(p, pc)
	if err != nil || name == nil {
		return nil, err
	}
	claim, err := getAs[resourceapi.ResourceClaim](ctx, a, resourceClaims, p.Namespace, *name)
	if err != nil {
		return nil, fmt.Errorf("fetch ResourceClaim %s: %w", *name, err)
	}
	if owned {
		if err := resourceclaim.IsForPod(p, claim, false); err != nil {
			return nil, err
		}
	}
	if !resourceclaim.IsReservedForPod(p, claim, false) {
		return nil, fmt.Errorf("pod %s (%s) is not allowed to use ResourceClaim %s (%s)", p.Name, p.UID, *name, claim.UID)
	}
	if claim.Status.Allocation == nil {
		return nil, fmt.Errorf("ResourceClaim %s: not allocated", *name)
	}
	out := &dra.Claim{Namespace: p.Namespace, Name: *name, UID: string(claim.UID)}
	for _, r := range claim.Status.Allocation.Devices.Results {
		if !slices.Contains(out.Drivers, r.Driver) {
			out.Drivers = append(out.Drivers, r.Driver)
		}
	}
	return out, nil
}

// unprepareClaims gives back what a pod has had.
func (a *Agent) unprepareClaims(ctx context.Context, uid types.UID) error {
	if a.cfg.DRA == nil {
		return nil
	}
	begun := time.Now()
	err := a.cfg.DRA.Unprepare(ctx, string(uid))
	a.cfg.DRA.Handled("UnprepareResources", time.Since(begun), err)
	if err != nil {
		return fmt.Errorf("unprepare dynamic resources: %w", err)
	}
	return nil
}

// reconcileClaims gives back, until ctx ends, what pods have had that are no longer here.
func (a *Agent) reconcileClaims(ctx context.Context) {
	tick := time.NewTicker(draReconcile)
	defer tick.Stop()
	for {
		for _, uid := range a.cfg.DRA.Pods() {
			if a.podOf(types.UID(uid)) != nil {
				continue
			}
			if err := a.unprepareClaims(ctx, types.UID(uid)); err != nil && ctx.Err() == nil {
				a.log.Warn("giving back the devices of a pod that is gone, trying again", "uid", uid, "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// wantedRequests are the requests of claims that a container has, by the claim's name: an empty one means all of the claim.
func wantedRequests(p *corev1.Pod, c *corev1.Container) (names []string, requests map[string][]string) {
	requests = map[string][]string{}
	want := func(claim, request string) {
		if !slices.Contains(names, claim) {
			names = append(names, claim)
		}
		requests[claim] = append(requests[claim], request)
	}
	for _, cc := range c.Resources.Claims {
		for i := range p.Spec.ResourceClaims {
			if pc := &p.Spec.ResourceClaims[i]; pc.Name == cc.Name {
				if name, _, err := resourceclaim.Name(p, pc); err == nil && name != nil { // prepareClaims has told of errors
					want(*name, cc.Request)
				}
			}
		}
	}
	if e := p.Status.ExtendedResourceClaimStatus; e != nil {
		for _, m := range e.RequestMappings {
			if q, ok := c.Resources.Requests[corev1.ResourceName(m.ResourceName)]; m.ContainerName == c.Name && ok && !q.IsZero() {
				want(e.ResourceClaimName, m.RequestName)
			}
		}
	}
	return names, requests
}

// grantClaims writes the devices of a container's claims into its specification.
func (a *Agent) grantClaims(ctx context.Context, p *corev1.Pod, c *corev1.Container, spec *container.Spec) error {
	names, requests := wantedRequests(p, c)
	if len(names) == 0 {
		return nil
	}
	if err := a.prepareClaims(ctx, p); err != nil { // a driver may have been asked before the agent was started anew
		return err
	}
	var cdi []string
	for _, name := range names {
		for _, request := range requests[name] {
			devices, err := a.cfg.DRA.Devices(p.Namespace, name, request)
			if err != nil {
				return err
			}
			for _, d := range devices {
				for _, id := range d.CDI {
					if !slices.Contains(cdi, id) {
						cdi = append(cdi, id)
					}
				}
			}
		}
	}
	return a.applyCDI(cdi, spec)
}

// applyCDI writes what CDI devices change into a specification. Variables of the pod win over theirs.
func (a *Agent) applyCDI(names []string, spec *container.Spec) error {
	e, err := a.cfg.DRA.Edits(names)
	if err != nil {
		return err
	}
	spec.Env = layerEnv(e.Env, spec.Env)
	for _, m := range e.Mounts {
		spec.Mounts = append(spec.Mounts, container.Mount{
			Destination: m.ContainerPath, Source: m.HostPath, ReadOnly: slices.Contains(m.Options, "ro"),
			NoExec: slices.Contains(m.Options, "noexec"), NoDev: slices.Contains(m.Options, "nodev"), NoSuid: slices.Contains(m.Options, "nosuid"),
		})
	}
	for _, d := range e.DeviceNodes {
		dev := container.Device{HostPath: d.HostPath, ContainerPath: d.Path, Permissions: d.Permissions}
		if dev.HostPath == "" {
			dev.HostPath = d.Path
		}
		if dev.Permissions == "" {
			dev.Permissions = "rwm"
		}
		spec.Devices = append(spec.Devices, dev)
	}
	for _, g := range e.AdditionalGIDs {
		if !slices.Contains(spec.AdditionalGIDs, g) {
			spec.AdditionalGIDs = append(spec.AdditionalGIDs, g)
		}
	}
	return nil
}

// RemoveSlices deletes the ResourceSlices of this node that a driver has published, or with an empty name all.
func (a *Agent) RemoveSlices(ctx context.Context, driver string) error {
	select {
	case <-a.ready: // the node may not be registered before
	case <-ctx.Done():
		return ctx.Err()
	}
	where := fields.Set{resourceapi.ResourceSliceSelectorNodeName: a.cfg.NodeName}
	if driver != "" {
		where[resourceapi.ResourceSliceSelectorDriver] = driver
	}
	list, _, err := a.cfg.Client.List(ctx, api.Scope{Resource: resourceSlices, Cluster: a.cfg.Cluster}, client.ListOptions{FieldSelector: where.String()})
	if err != nil {
		return err
	}
	var writes []client.Write
	for _, obj := range list {
		s, ok := obj.(*resourceapi.ResourceSlice)
		if !ok {
			return fmt.Errorf("the API answered a list of ResourceSlices with %T", obj)
		}
		writes = append(writes, client.Write{
			Verb: client.Delete, Why: "its driver is not on the node", Key: api.Key{Resource: resourceSlices, Cluster: a.cfg.Cluster, Name: s.Name},
		})
	}
	var errs []error
	for _, r := range a.cfg.Client.Apply(ctx, writes) {
		if r.Err != nil && !apierrors.IsNotFound(r.Err) {
			errs = append(errs, r.Err)
		}
	}
	return errors.Join(errs...)
}
