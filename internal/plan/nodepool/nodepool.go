// Package nodepool reads NodePools (karpenter.sh/v1, the API of Karpenter; its definition is in this package): a number of nodes
// of one template. Gantry acts upon pools of the class sim, whose nodes are simulated (package simnode); all others are another
// program's. A pool has the nodes that spec.replicas asks for, whether they are needed or not.
package nodepool

import (
	_ "embed" // the definition
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
)

// Pools are the NodePools. It is a constant in all but grammar.
var Pools = api.Resource{Group: "karpenter.sh", Name: "nodepools"} //nolint:gochecknoglobals // never changed

// Definition is the CustomResourceDefinition of NodePool.
//
//go:embed nodepools.yaml
var Definition string //nolint:gochecknoglobals // embedded, never changed

const (
	// Label is on every node of a pool, with the pool's name; the key is Karpenter's.
	Label = "karpenter.sh/nodepool"
	// Capacity is the annotation of a pool's template with the size of its nodes, as in "cpu=32,memory=128Gi"; what it does not name
	// is as large as a numbered node's (plan.SimCapacity).
	Capacity = "sim.gantry.dev/capacity"
	// APIVersion and Kind are those of a NodePool.
	APIVersion = "karpenter.sh/v1"
	Kind       = "NodePool"
)

// MaxNodes bounds the nodes of a pool: their names have six digits.
const MaxNodes = 1_000_000

// Spec is what we know of a NodePool's; Karpenter's own definition has more.
type Spec struct {
	Replicas *int64              `json:"replicas,omitempty"`
	Limits   corev1.ResourceList `json:"limits,omitempty"`
	Template Template            `json:"template"`
}

// Template is what each node is like.
type Template struct {
	Metadata struct {
		Labels      map[string]string `json:"labels,omitempty"`
		Annotations map[string]string `json:"annotations,omitempty"`
	} `json:"metadata"`
	Spec struct {
		NodeClassRef  ClassRef       `json:"nodeClassRef"`
		Taints        []corev1.Taint `json:"taints,omitempty"`
		StartupTaints []corev1.Taint `json:"startupTaints,omitempty"`
		Requirements  []Requirement  `json:"requirements,omitempty"`
	} `json:"spec"`
}

// ClassRef names who makes the nodes.
type ClassRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// Requirement is a label of the nodes, with one of its values.
type Requirement struct {
	Key      string                      `json:"key"`
	Operator corev1.NodeSelectorOperator `json:"operator"`
	Values   []string                    `json:"values,omitempty"`
}

// Status is that of a NodePool, as far as it is ours.
type Status struct {
	Nodes      int64               `json:"nodes"`
	Resources  corev1.ResourceList `json:"resources,omitempty"`
	Conditions []metav1.Condition  `json:"conditions,omitempty"`
}

// Pool is a NodePool of the class sim.
type Pool struct {
	Name     string
	Spec     Spec
	Status   Status
	capacity corev1.ResourceList
}

// Parse reads a NodePool; nil is one that is not of the class sim. The errors name the fields that cannot be followed; what could be
// read is there in any case.
func Parse(u *unstructured.Unstructured) (*Pool, field.ErrorList) {
	var in struct {
		Spec   Spec   `json:"spec"`
		Status Status `json:"status"`
	}
	err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{"spec": u.Object["spec"], "status": u.Object["status"]}, &in)
	p := &Pool{Name: u.GetName(), Spec: in.Spec, Status: in.Status}
	if err != nil {
		return p, field.ErrorList{field.Invalid(field.NewPath("spec"), "", err.Error())}
	}
	if p.Spec.Template.Spec.NodeClassRef != (ClassRef{Group: "gantry.dev", Kind: "NodeClass", Name: plan.SimClass}) {
		return nil, nil
	}
	return p, p.check()
}

func (p *Pool) check() (errs field.ErrorList) {
	spec := field.NewPath("spec")
	switch n := p.Spec.Replicas; {
	case n == nil:
		errs = append(errs, field.Required(spec.Child("replicas"), "simulated nodes are not made by demand"))
	case *n < 0 || *n > MaxNodes:
		errs = append(errs, field.Invalid(spec.Child("replicas"), *n, fmt.Sprintf("want 0 to %d", MaxNodes)))
	}
	for i, r := range p.Spec.Template.Spec.Requirements {
		at := spec.Child("template", "spec", "requirements").Index(i)
		if r.Operator != corev1.NodeSelectorOpIn {
			errs = append(errs, field.NotSupported(at.Child("operator"), r.Operator, []corev1.NodeSelectorOperator{corev1.NodeSelectorOpIn}))
		} else if len(r.Values) == 0 {
			errs = append(errs, field.Required(at.Child("values"), "a node has one of them"))
		}
	}
	p.capacity = plan.SimCapacity()
	text := p.Spec.Template.Metadata.Annotations[Capacity]
	for pair := range strings.SplitSeq(text, ",") {
		name, amount, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if name == "" && text == "" {
			continue
		}
		q, err := resource.ParseQuantity(amount)
		if err != nil || name == "" || q.Sign() < 0 {
			errs = append(errs, field.Invalid(spec.Child("template", "metadata", "annotations").Key(Capacity), text, `want "cpu=32,memory=128Gi"`))
			break
		}
		p.capacity[corev1.ResourceName(name)] = q
	}
	return errs
}

// Wanted is how many nodes the pool shall have: what is asked for, as far as its limits allow. limit is the resource that keeps
// it from more, "" if none does.
func (p *Pool) Wanted() (n int, limit corev1.ResourceName) {
	n = int(*p.Spec.Replicas)
	one := plan.AmountsOf(p.capacity)
	one["nodes"] = 1
	for name, most := range plan.AmountsOf(p.Spec.Limits) {
		if each := one[name]; each > 0 {
			if fit := int(max(0, most) / each); fit < n || fit == n && limit > name {
				n, limit = fit, name
			}
		}
	}
	return n, limit
}

// NodeName is the name of the i-th node.
func (p *Pool) NodeName(i int) string { return fmt.Sprintf("%s-%06d", p.Name, i) }

// Node is the i-th node.
func (p *Pool) Node(i int, owner metav1.OwnerReference) *corev1.Node {
	t := p.Spec.Template
	name := p.NodeName(i)
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{}, OwnerReferences: []metav1.OwnerReference{owner},
		Labels: map[string]string{corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64"}}}
	for k, v := range t.Metadata.Annotations {
		n.Annotations[k] = v
	}
	at := i
	for _, r := range t.Spec.Requirements { // like the digits of a number, so that all combinations occur
		n.Labels[r.Key] = r.Values[at%len(r.Values)]
		at /= len(r.Values)
	}
	for k, v := range t.Metadata.Labels {
		n.Labels[k] = v
	}
	n.Labels[plan.NodeClassLabel], n.Labels[Label], n.Labels[corev1.LabelHostname] = plan.SimClass, p.Name, name
	n.Spec.Taints = slices.Concat(t.Spec.Taints, t.Spec.StartupTaints)
	n.Status.Capacity, n.Status.Allocatable = p.capacity.DeepCopy(), p.capacity.DeepCopy()
	return n
}
