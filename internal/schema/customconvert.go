package schema

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
)

// remote is what a conversion by webhook needs from outside.
type remote struct {
	ctx     context.Context // of the request that the row was looked up for
	cluster api.Cluster
	poster  api.Poster
}

// NeedsBinding reports whether objects of the kind are converted by a webhook, so that the row has to be bound to a request
// before it is used.
func (k *Kind) NeedsBinding() bool {
	if k.custom == nil || k.custom.def == nil || len(k.custom.def.rows) < 2 {
		return false // one version has nothing to convert, apart from records of versions that are gone
	}
	read, err := k.custom.def.laws.forReading()
	return err == nil && read.webhook != nil
}

// Bound is the row for one request: where objects have to be converted by a webhook, it is called through the poster, for
// as long as ctx lives.
func (k *Kind) Bound(ctx context.Context, c api.Cluster, p api.Poster) *Kind {
	bound := *k
	bound.remote = &remote{ctx, c, p}
	return &bound
}

// convertTo brings an object to another version of its kind. It takes u over.
func (k *Kind) convertTo(u *unstructured.Unstructured, version string) (*unstructured.Unstructured, error) {
	to := schema.GroupVersion{Group: k.Resource.Group, Version: version}
	if u.GroupVersionKind().GroupVersion() == to {
		return u, nil
	}
	read, err := k.custom.def.laws.forReading()
	if err != nil {
		return nil, err
	}
	if _, ok := read.replicas[to.String()]; !ok {
		return nil, fmt.Errorf("request to convert CR to an invalid group/version: %s", to)
	}
	if from := u.GetAPIVersion(); read.replicas[from] == nil {
		if _, ok := read.replicas[from]; !ok {
			return nil, fmt.Errorf("request to convert CR from an invalid group/version: %s", from)
		}
	}
	if read.webhook == nil {
		u.SetAPIVersion(to.String())
		return u, nil
	}
	out, err := k.callWebhook(read.webhook, []*unstructured.Unstructured{u}, to)
	if err != nil {
		return nil, fmt.Errorf("conversion webhook for %v failed: %w", u.GroupVersionKind(), err)
	}
	return out[0], nil
}
