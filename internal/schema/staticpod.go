package schema

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"

	"gantry.dev/gantry/internal/api"
)

// StaticPod reads the manifest of a pod that a node runs without the API: with defaults, completed by complete, and validated as
// the API would. Such a pod may name nothing that only the API has.
func (s *Schema) StaticPod(manifest []byte, complete func(*corev1.Pod)) (*corev1.Pod, error) {
	k := s.Kind(api.Resource{Name: "pods"})
	obj, _, err := s.DecodeRequest(k, "", k.Versions[0], runtime.ContentTypeYAML, manifest, Strict)
	if err != nil {
		return nil, fmt.Errorf("reading the manifest: %w", err)
	}
	if p, ok := obj.(*core.Pod); !ok || p.Name == "" {
		return nil, fmt.Errorf("invalid pod: name is needed for the pod")
	}
	typed, err := s.ToTyped(k, obj)
	if err != nil {
		return nil, err
	}
	p := typed.(*corev1.Pod)
	complete(p)
	if obj, err = s.FromTyped(k, p); err != nil {
		return nil, err
	}
	internal := obj.(*core.Pod)
	ctx := genericapirequest.WithNamespace(context.Background(), internal.Namespace)
	k.Strategy.PrepareForCreate(ctx, internal)
	if errs := k.Strategy.Validate(ctx, internal); len(errs) > 0 {
		return nil, fmt.Errorf("invalid pod: %w", errs.ToAggregate())
	}
	if _, what, err := pod.HasAPIObjectReference(internal); err != nil {
		return nil, err
	} else if what != "" {
		return nil, fmt.Errorf("static pods may not reference %s", what)
	}
	if typed, err = s.ToTyped(k, internal); err != nil {
		return nil, err
	}
	return typed.(*corev1.Pod), nil
}
