// Package fairshare shares a cluster between queues: who comes next when not all can have what they want, who is guaranteed what,
// who may borrow, and what may be taken back from whom.
//
// A queue is an ElasticQuota (scheduling.x-k8s.io/v1alpha1, of the scheduler plugins' capacity scheduling; its definition is in this
// package), or a namespace without one. Quotas form a tree by a label. The order is dominant resource fairness (Ghodsi et al.,
// NSDI 2011), level by level. ADR 18 says what was decided and why.
package fairshare

import (
	_ "embed" // the definition
	"fmt"
	"maps"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
)

// Quotas are the ElasticQuotas. It is a constant in all but grammar.
var Quotas = api.Resource{Group: "scheduling.x-k8s.io", Name: "elasticquotas"}

// Definition is the CustomResourceDefinition of ElasticQuota.
//
//go:embed elasticquotas.yaml
var Definition string //nolint:gochecknoglobals // embedded, never changed

const (
	// Parent is the label of a quota with the quota that it is a part of, as "name" in its own namespace or "namespace.name"; the
	// key is Koordinator's.
	Parent = "quota.scheduling.koordinator.sh/parent"
	// Choice is the label of a pod with the quota of its namespace that it counts in, if there are several; the key is Koordinator's.
	Choice = "quota.scheduling.koordinator.sh/name"
	// Weight is the annotation of a quota with its weight beside its siblings, a number from 1 to 1000; 1 if not set.
	Weight = "gantry.dev/share-weight"
)

const maxWeight = 1000

// Spec is that of an ElasticQuota.
type Spec struct {
	// Min is guaranteed, Max the most that may be used; a resource that is not named in Max is not bounded.
	Min corev1.ResourceList `json:"min,omitempty"`
	Max corev1.ResourceList `json:"max,omitempty"`
}

// Status is that of an ElasticQuota.
type Status struct {
	Used corev1.ResourceList `json:"used,omitempty"`
}

// ElasticQuota is what we know of one: its definition may have more fields.
type ElasticQuota struct {
	Spec   Spec   `json:"spec,omitempty"`
	Status Status `json:"status,omitempty"`
}

// Quota is a queue's share.
type Quota struct {
	// Name is namespace/name, Parent too; "" is the cluster as a whole.
	Name, Parent string
	Min, Max     plan.Amounts
	Weight       int64
}

// Same reports whether two quotas mean the same.
func (q *Quota) Same(o *Quota) bool {
	return q.Name == o.Name && q.Parent == o.Parent && q.Weight == o.Weight && maps.Equal(q.Min, o.Min) && maps.Equal(q.Max, o.Max)
}

// Parse reads an ElasticQuota.
func Parse(u *unstructured.Unstructured) (*Quota, *ElasticQuota, error) {
	name := u.GetNamespace() + "/" + u.GetName()
	eq := &ElasticQuota{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{"spec": u.Object["spec"], "status": u.Object["status"]}, eq); err != nil {
		return nil, nil, fmt.Errorf("elastic quota %s: %w", name, err)
	}
	q := &Quota{Name: name, Parent: parentOf(u), Min: plan.AmountsOf(eq.Spec.Min), Max: plan.AmountsOf(eq.Spec.Max), Weight: 1}
	if text, ok := u.GetAnnotations()[Weight]; ok {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > maxWeight {
			return nil, nil, fmt.Errorf("elastic quota %s: annotation %s: %q is no number from 1 to %d", name, Weight, text, maxWeight)
		}
		q.Weight = n
	}
	for r, least := range q.Min {
		if most, ok := q.Max[r]; ok && most < least {
			return nil, nil, fmt.Errorf("elastic quota %s: spec.max.%s is less than spec.min.%s", name, r, r)
		}
	}
	return q, eq, nil
}

// parentOf is the full name of a quota's parent.
func parentOf(u *unstructured.Unstructured) string {
	p := u.GetLabels()[Parent]
	if p == "" {
		return ""
	}
	for i := range p { // names of namespaces have no dots
		if p[i] == '.' {
			return p[:i] + "/" + p[i+1:]
		}
	}
	return u.GetNamespace() + "/" + p
}
