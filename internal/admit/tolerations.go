package admit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation"
)

// tolerationSeconds is how long pods stay on a node that is not ready or not reachable, if nobody says: upstream's default
// of DefaultTolerationSeconds.
const tolerationSeconds = 300

func tolerationDefaults(s *Settings) Rule {
	seconds := func(set *int64) *int64 {
		n := int64(tolerationSeconds)
		if set != nil {
			n = *set
		}
		return &n
	}
	notReady, unreachable := seconds(s.NotReady), seconds(s.Unreachable)
	return func(_ context.Context, w *Write) error {
		pod := w.GetObject().(*corev1.Pod)
		pod.Spec.Tolerations = tolerated(pod.Spec.Tolerations, corev1.TaintNodeNotReady, *notReady)
		pod.Spec.Tolerations = tolerated(pod.Spec.Tolerations, corev1.TaintNodeUnreachable, *unreachable)
		return nil
	}
}

// tolerated makes sure that tolerations say something of the NoExecute taint with a key.
func tolerated(ts []corev1.Toleration, key string, seconds int64) []corev1.Toleration {
	for _, t := range ts {
		if (t.Key == key || t.Key == "") && (t.Effect == corev1.TaintEffectNoExecute || t.Effect == "") {
			return ts
		}
	}
	return append(ts, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &seconds})
}

// The annotations by which a namespace tells PodTolerationRestriction what its pods get and may have.
const (
	defaultTolerationsNote   = "scheduler.alpha.kubernetes.io/defaultTolerations"
	tolerationsWhitelistNote = "scheduler.alpha.kubernetes.io/tolerationsWhitelist"
)

// merge gives a pod the tolerations of its namespace, and one for memory pressure if it asks for any memory or CPU.
func (s TolerationSettings) merge(ctx context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	var more []corev1.Toleration
	if w.GetOldObject() == nil {
		said, err := saidTolerations(w, defaultTolerationsNote)
		if err != nil {
			return err
		}
		if more = said; said == nil {
			more = slices.Clone(s.Default)
		}
	}
	if !bestEffort(pod) {
		more = append(more, corev1.Toleration{Key: corev1.TaintNodeMemoryPressure, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	}
	if len(more) > 0 {
		pod.Spec.Tolerations = mergeTolerations(pod.Spec.Tolerations, more)
	}
	return s.check(ctx, w)
}

// check holds a pod's tolerations against the whitelist of its namespace, or of the cluster.
func (s TolerationSettings) check(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	if len(pod.Spec.Tolerations) == 0 {
		return nil
	}
	list, err := saidTolerations(w, tolerationsWhitelistNote)
	if err != nil {
		return err
	}
	whose := "namespace"
	if list == nil {
		list, whose = s.Whitelist, "cluster"
	}
	for _, t := range pod.Spec.Tolerations {
		if len(list) > 0 && !slices.ContainsFunc(list, func(allowed corev1.Toleration) bool { return covers(allowed, t) }) {
			return fmt.Errorf("pod tolerations (possibly merged with namespace default tolerations) conflict with its %s whitelist", whose)
		}
	}
	return nil
}

// saidTolerations reads an annotation of the namespace; nil if it has none.
func saidTolerations(w *Write, note string) ([]corev1.Toleration, error) {
	ns, ok := get[*corev1.Namespace](w, namespaces, "", w.GetNamespace())
	if !ok {
		return nil, apierrors.NewNotFound(corev1.Resource("namespaces"), w.GetNamespace())
	}
	text, said := ns.Annotations[note]
	if !said {
		return nil, nil
	}
	out := []corev1.Toleration{}
	if text == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, err
	}
	return out, nil
}

// bestEffort says whether a pod asks for no CPU and no memory at all.
func bestEffort(pod *corev1.Pod) bool {
	if pod.Status.QOSClass != "" {
		return pod.Status.QOSClass == corev1.PodQOSBestEffort
	}
	asks := func(r *corev1.ResourceRequirements) bool {
		for _, list := range []corev1.ResourceList{r.Requests, r.Limits} {
			if list.Cpu().Sign() > 0 || list.Memory().Sign() > 0 {
				return true
			}
		}
		return false
	}
	if pod.Spec.Resources != nil {
		return !asks(pod.Spec.Resources)
	}
	return !slices.ContainsFunc(slices.Concat(pod.Spec.Containers, pod.Spec.InitContainers), func(c corev1.Container) bool { return asks(&c.Resources) })
}

// Check looks at tolerations that a configuration file holds.
func (s TolerationSettings) Check() error {
	var errs []error
	check := func(name string, ts []corev1.Toleration) {
		for i, t := range ts {
			if err := checkToleration(t); err != nil {
				errs = append(errs, fmt.Errorf("%s[%d]: %w", name, i, err))
			}
		}
	}
	check("default", s.Default)
	check("whitelist", s.Whitelist)
	return errors.Join(errs...)
}

func checkToleration(t corev1.Toleration) error {
	if t.Key != "" {
		if bad := validation.IsQualifiedName(t.Key); len(bad) > 0 {
			return fmt.Errorf("key %q: %s", t.Key, strings.Join(bad, "; "))
		}
	}
	switch {
	case t.Key == "" && t.Operator != corev1.TolerationOpExists:
		return errors.New("operator must be Exists when `key` is empty, which means \"match all values and all keys\"")
	case t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute:
		return errors.New("effect must be 'NoExecute' when `tolerationSeconds` is set")
	case t.Operator == corev1.TolerationOpExists && t.Value != "":
		return errors.New("value must be empty when `operator` is 'Exists'")
	case !slices.Contains([]corev1.TolerationOperator{"", corev1.TolerationOpEqual, corev1.TolerationOpExists}, t.Operator):
		return fmt.Errorf("operator %q is neither Equal nor Exists", t.Operator)
	case !slices.Contains([]corev1.TaintEffect{"", corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute}, t.Effect):
		return fmt.Errorf("effect %q is none of NoSchedule, PreferNoSchedule, NoExecute", t.Effect)
	}
	if bad := validation.IsValidLabelValue(t.Value); len(bad) > 0 {
		return fmt.Errorf("value %q: %s", t.Value, strings.Join(bad, "; "))
	}
	return nil
}

// tolerateExtended is ExtendedResourceToleration: nodes with devices may be tainted by their names, and pods that ask for
// them may run there.
func tolerateExtended(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	asked := map[string]bool{}
	for _, c := range slices.Concat(pod.Spec.Containers, pod.Spec.InitContainers) {
		for name := range c.Resources.Requests {
			if extended(name) {
				asked[string(name)] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		addToleration(pod, corev1.Toleration{Key: name, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	}
	return nil
}

// extended says whether a resource is one that others have named: not Kubernetes' own, and fit for a quota.
func extended(name corev1.ResourceName) bool {
	s := string(name)
	return strings.Contains(s, "/") && !strings.Contains(s, corev1.ResourceDefaultNamespacePrefix) &&
		!strings.HasPrefix(s, corev1.DefaultResourceRequestsPrefix) && len(validation.IsQualifiedName(corev1.DefaultResourceRequestsPrefix+s)) == 0
}

// addToleration replaces those that match the same taints.
func addToleration(pod *corev1.Pod, t corev1.Toleration) {
	var out []corev1.Toleration
	added := false
	for _, have := range pod.Spec.Tolerations {
		if !have.MatchToleration(&t) {
			out = append(out, have)
			continue
		}
		if equality.Semantic.DeepEqual(t, have) {
			return
		}
		out, added = append(out, t), true
	}
	if !added {
		out = append(out, t)
	}
	pod.Spec.Tolerations = out
}
