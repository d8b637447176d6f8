package schema

import (
	"iter"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	corev1listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/dynamic-resource-allocation/deviceclass/extendedresourcecache"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/quota/v1/evaluator/core"
)

// Claims for devices count for quotas of extended resources, too (requests.<domain>/<name>): those of classes that stand for one, as far as
// the pod that a claim was made for does not count for them already. Upstream's evaluator asks process-wide caches for classes and pods;
// here it is made anew, of what one cluster has, where a quota limits such a resource.

// Devices is what one cluster, or one namespace of it, has to do with devices. Objects are shared.
type Devices struct {
	Classes iter.Seq[*resourcev1.DeviceClass]
	// Pod finds a pod, nil for none; Claims are those that were made for a pod's extended resources.
	Pod    func(namespace, name string) *corev1.Pod
	Claims func(namespace string, pod types.UID) []*resourcev1.ResourceClaim
}

var resourceClaims = schema.GroupResource{Group: resourcev1.GroupName, Resource: "resourceclaims"}

// LimitsDevices reports whether a quota limits an extended resource, so that it matters what classes stand for.
func LimitsDevices(q *corev1.ResourceQuota) bool {
	for name := range q.Spec.Hard {
		if rest, ok := strings.CutPrefix(string(name), corev1.DefaultResourceRequestsPrefix); ok && strings.Contains(rest, "/") {
			return true
		}
	}
	return false
}

// With are the counters of a cluster with these devices.
func (c *Counters) With(d Devices) *Counters {
	known := extendedresourcecache.NewExtendedResourceCache(klog.Background())
	for class := range d.Classes {
		known.OnAdd(class, true)
	}
	out := &Counters{special: maps.Clone(c.special)}
	out.special[resourceClaims] = core.NewResourceClaimEvaluator(nil, known, podGetter(d.Pod),
		func(namespace string, pod types.UID) ([]*resourcev1.ResourceClaim, error) {
			return d.Claims(namespace, pod), nil
		})
	return out
}

// MadeForPod reports whether a claim was made for the extended resources of a pod, and for which.
func MadeForPod(c *resourcev1.ResourceClaim) (pod types.UID, ok bool) {
	if c.Annotations[resourcev1.ExtendedResourceClaimAnnotation] != "true" {
		return "", false
	}
	i := slices.IndexFunc(c.OwnerReferences, func(r metav1.OwnerReference) bool {
		return r.Controller != nil && *r.Controller && r.APIVersion == "v1" && r.Kind == "Pod"
	})
	if i < 0 {
		return "", false
	}
	return c.OwnerReferences[i].UID, true
}

// podGetter finds pods as upstream's evaluator wants them found; it never lists them.
type podGetter func(namespace, name string) *corev1.Pod

func (g podGetter) List(labels.Selector) ([]*corev1.Pod, error) { return nil, nil }

func (g podGetter) Pods(namespace string) corev1listers.PodNamespaceLister {
	return podsIn{g, namespace}
}

type podsIn struct {
	get       podGetter
	namespace string
}

func (p podsIn) List(labels.Selector) ([]*corev1.Pod, error) { return nil, nil }

func (p podsIn) Get(name string) (*corev1.Pod, error) {
	if pod := p.get(p.namespace, name); pod != nil {
		return pod, nil
	}
	return nil, apierrors.NewNotFound(corev1.Resource("pods"), name)
}
