package agent

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/image"
)

var runtimeClassResource = api.Resource{Group: "node.k8s.io", Name: "runtimeclasses"}

// nativeHandler is the name of our own runtime, which is the default, for RuntimeClasses that want to say so.
const nativeHandler = "native"

// handler is the name of the runtime that a pod asks for; empty is our own. The class is read when the sandbox is made: its handler
// cannot be changed.
func (a *Agent) handler(ctx context.Context, p *corev1.Pod) (string, error) {
	if p.Spec.RuntimeClassName == nil || *p.Spec.RuntimeClassName == "" {
		return "", nil
	}
	class, err := getAs[nodev1.RuntimeClass](ctx, a, runtimeClassResource, "", *p.Spec.RuntimeClassName)
	if err != nil {
		return "", fmt.Errorf("failed to get sandbox runtime: failed to get RuntimeClass %q: %w", *p.Spec.RuntimeClassName, err)
	}
	if class.Handler == nativeHandler {
		return "", nil
	}
	return class.Handler, nil
}

// runtimeHandlers are what the node's status tells of its runtimes. The empty name is the default.
func (a *Agent) runtimeHandlers() []corev1.NodeRuntimeHandler {
	yes, no := true, false
	own := &corev1.NodeRuntimeHandlerFeatures{RecursiveReadOnlyMounts: &yes, UserNamespaces: &yes}
	out := []corev1.NodeRuntimeHandler{{Name: "", Features: own}, {Name: nativeHandler, Features: own}}
	for _, name := range a.cfg.Handlers {
		out = append(out, corev1.NodeRuntimeHandler{Name: name, Features: &corev1.NodeRuntimeHandlerFeatures{RecursiveReadOnlyMounts: &no, UserNamespaces: &no}})
	}
	return out
}

// hostImages adds the image with nothing in it to those of a store.
type hostImages struct{ Images }

func (h hostImages) Get(ref string) (image.Image, bool) {
	if isHostImage(ref) {
		return hostImage(), true
	}
	return h.Images.Get(ref)
}

func (h hostImages) Pull(ctx context.Context, ref string, auths []image.Auth) (image.Image, error) {
	if isHostImage(ref) {
		return hostImage(), nil
	}
	return h.Images.Pull(ctx, ref, auths)
}

// isHostImage takes the name with and without the tag that upstream adds.
func isHostImage(ref string) bool {
	return ref == container.HostImage || ref == container.HostImage+":latest"
}

func hostImage() image.Image {
	return image.Image{ID: container.HostImage, Tags: []string{container.HostImage}, Local: true}
}
