package schema

import (
	"context"
	"crypto/sha256"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/registry/rest"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"

	"gantry.dev/gantry/internal/schema/typebytes"
)

// CreateStrategy is the strategy for one create.
func (k *Kind) CreateStrategy() rest.RESTCreateStrategy {
	if k.seen != nil {
		return &podCreate{Strategy: k.Strategy, seen: k.seen}
	}
	return k.Strategy
}

// podCreate is upstream's strategy, for one create of a pod. Pods come in crowds that differ in their names only, and what
// upstream finds wrong with one, or warns about, depends beside its metadata on its spec and its annotations alone. So
// of a pod whose like has been found to be without fault only the metadata is looked at.
type podCreate struct {
	Strategy
	seen *seenPods
	// known says that a pod like this one has been found to be without fault, and nothing was to be warned about.
	known bool
}

// Validate implements rest.RESTCreateStrategy.
func (c *podCreate) Validate(ctx context.Context, obj runtime.Object) field.ErrorList {
	pod, ok := obj.(*core.Pod)
	if !ok {
		return c.Strategy.Validate(ctx, obj)
	}
	key, ok := c.seen.key(pod)
	if ok && c.seen.has(key) {
		c.known = true
		if plainMeta(&pod.ObjectMeta) {
			return nil
		}
		return corevalidation.ValidateObjectMeta(&pod.ObjectMeta, true, corevalidation.ValidatePodName, field.NewPath("metadata"))
	}
	errs := c.Strategy.Validate(ctx, obj)
	if ok && len(errs) == 0 && len(podutil.GetWarningsForPod(ctx, pod, nil)) == 0 {
		c.seen.add(key)
	}
	return errs
}

// WarningsOnCreate implements rest.RESTCreateStrategy.
func (c *podCreate) WarningsOnCreate(ctx context.Context, obj runtime.Object) []string {
	if pod, ok := obj.(*core.Pod); ok && c.known && len(utilvalidation.IsDNS1123Label(pod.Name)) == 0 {
		return nil // nothing is said about the name either
	}
	return c.Strategy.WarningsOnCreate(ctx, obj)
}

// plainMeta says that upstream asks nothing more of a pod's metadata than what BeforeCreate asks of all metadata anyway.
func plainMeta(m *metav1.ObjectMeta) bool {
	return len(m.Finalizers) == 0 && len(corevalidation.ValidatePodName(m.Name, false)) == 0 &&
		(m.GenerateName == "" || len(corevalidation.ValidatePodName(m.GenerateName, true)) == 0)
}

// podKey is a digest of a pod's spec and annotations.
type podKey [sha256.Size]byte

// maxSeenPods bounds each of the two generations of digests, for the whole process: so many templates are in use at once.
const maxSeenPods = 4096

// seenPods remembers which pods were without fault. What was not asked for during a whole generation is forgotten.
type seenPods struct {
	plans typebytes.Plans

	lock       sync.Mutex
	young, old map[podKey]struct{}
}

func (s *seenPods) has(key podKey) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	if _, ok := s.young[key]; ok {
		return true
	}
	_, ok := s.old[key]
	if ok {
		s.keep(key)
	}
	return ok
}

func (s *seenPods) add(key podKey) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.keep(key)
}

func (s *seenPods) keep(key podKey) {
	if s.young == nil || len(s.young) >= maxSeenPods {
		s.old, s.young = s.young, map[podKey]struct{}{}
	}
	s.young[key] = struct{}{}
}

// key digests all that upstream judges a pod by, but its metadata. It is false where the name counts as well: claims that are made for the
// pod are called after it.
func (s *seenPods) key(pod *core.Pod) (key podKey, ok bool) {
	for i := range pod.Spec.Volumes {
		if pod.Spec.Volumes[i].Ephemeral != nil {
			return key, false
		}
	}
	token, ok := tokenVolumeOf(&pod.Spec)
	if !ok {
		return key, false
	}
	buf := scratch.Get().(*[]byte)
	defer putScratch(buf)
	if *buf, ok = s.plans.Append((*buf)[:0], &pod.Spec, token); !ok {
		return key, false
	}
	if *buf, ok = s.plans.Append(*buf, &pod.Annotations, ""); !ok {
		return key, false
	}
	return sha256.Sum256(*buf), true
}

// tokenVolume begins the name of the volume that admission gives nearly every pod; tokenSuffix random characters end it.
const (
	tokenVolume = "kube-api-access-"
	tokenSuffix = 5
)

// tokenVolumeOf is the name of that volume, which is another in every pod, and is as good as another: it is a valid name,
// and only the pod itself uses it. Empty if there is none; false if there are several, one of which was not made here.
func tokenVolumeOf(spec *core.PodSpec) (name string, ok bool) {
	for i := range spec.Volumes {
		v := spec.Volumes[i].Name
		if len(v) != len(tokenVolume)+tokenSuffix || !strings.HasPrefix(v, tokenVolume) || strings.Trim(v[len(tokenVolume):], "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			continue
		}
		if name != "" {
			return "", false
		}
		name = v
	}
	return name, true
}
