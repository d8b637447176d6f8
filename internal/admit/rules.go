package admit

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	podsecurity "k8s.io/pod-security-admission/api"

	"gantry.dev/gantry/internal/api"
)

// place is where rules are hung up: an operation on a resource or one of its subresources.
type place struct {
	res api.Resource
	sub string
	op  admission.Operation
}

// entry is one rule and the cheap question whether it has anything to say about a write. Most writes meet no rule, and
// those must not pay for the conversion to typed objects.
type entry struct {
	rule Rule
	// when looks at the untyped object's metadata at most; nil is always.
	when func(a admission.Attributes, l Lookup) bool
}

// Rules is the table of all rules. It is immutable and serves all clusters.
type Rules struct {
	mutating, validating map[place][]entry
}

// New makes the table. gate says whether a feature of upstream is on that is off by default; nil is that all are off.
func New(gate func(name string) bool) (*Rules, error) {
	security, err := newPodSecurity()
	if err != nil {
		return nil, err
	}
	r := &Rules{mutating: map[place][]entry{}, validating: map[place][]entry{}}
	hang := func(on map[place][]entry, ops []admission.Operation, res api.Resource, sub string, entries ...entry) {
		for _, op := range ops {
			p := place{res, sub, op}
			on[p] = append(on[p], entries...)
		}
	}
	create, update := []admission.Operation{admission.Create}, []admission.Operation{admission.Update}
	write := []admission.Operation{admission.Create, admission.Update}
	always := func(rule Rule) entry { return entry{rule: rule} }
	limited := func(rule Rule) entry { return entry{rule, hasLimits} }
	secured := entry{security.validate, hasPodSecurity}

	// In upstream's order (pkg/kubeapiserver/options/plugins.go).
	m, v := r.mutating, r.validating
	hang(m, create, pods, "", limited(limitDefaults), always(serviceAccount), always(priority), always(defaultTolerations),
		always(runtimeClass), always(topologyLabels))
	hang(m, update, pods, "", always(keepPriority), always(defaultTolerations))
	hang(m, update, pods, "resize", limited(limitDefaults))
	hang(m, create, pods, "binding", always(bindingTopology))
	hang(m, create, nodes, "", always(notReadyTaint))
	hang(m, create, claims, "", always(defaultStorageClass))
	if gate != nil && gate(GroupPriority) {
		hang(m, create, podGroups, "", always(groupPriority))
	}
	for _, res := range []api.Resource{claims, volumes, volumeClasses, podGroups} {
		hang(m, create, res, "", entry{protect, unprotected})
	}
	hang(m, create, ingresses, "", entry{defaultIngressClass, classless})

	hang(v, create, pods, "", limited(limitPod), secured)
	hang(v, update, pods, "", secured, entry{nodeFeatures, specChanged})
	hang(v, update, pods, "ephemeralcontainers", always(ephemeralSecrets), secured)
	hang(v, update, pods, "resize", limited(limitPod), secured, entry{nodeFeatures, specChanged}, entry{resizeFits, specChanged})
	hang(v, write, namespaces, "", secured)
	hang(v, []admission.Operation{admission.Delete}, namespaces, "", always(namespaceDelete))
	for _, res := range podOwners() {
		hang(v, write, res, "", secured)
	}
	hang(v, write, claims, "", limited(limitClaim))
	hang(v, update, claims, "", always(claimResize))
	hang(v, write, priorityClasses, "", always(oneDefaultPriority))
	hang(v, create, podGroups, "", always(groupExists))
	hang(v, update, jobs, "", entry{keepGangSize, grouped})
	hang(v, create, signingRequests, "", always(certificateSubject))
	hang(v, update, signingRequests, "approval", always(certificateApproval))
	hang(v, update, signingRequests, "status", always(certificateSigning))
	return r, nil
}

// Concern says whether there could be a rule about such a write at all. It is cheap: most writes have none.
func (r *Rules) Concern(res api.Resource, sub string, op admission.Operation, u user.Info) bool {
	p := place{res, sub, op}
	return len(r.mutating[p]) > 0 || len(r.validating[p]) > 0 || restricted(res, op, u)
}

// Mutating returns the rules that want to change a write, in order, and whether any of them does more than to refuse.
// a may hold objects in any form that has metadata.
func (r *Rules) Mutating(a admission.Attributes, l Lookup) (rules []Rule, changes bool) {
	rules = due(r.mutating, a, l)
	changes = len(rules) > 0
	if a.GetOperation() != admission.Delete && restricted(resourceOf(a), a.GetOperation(), a.GetUserInfo()) {
		rules = append([]Rule{restrictNode}, rules...)
	}
	return rules, changes
}

// Validating returns the rules that want to judge a write in its final form, in order. changed says that others have
// changed the object since the mutating rules saw it, so that what those made sure of is checked again.
func (r *Rules) Validating(a admission.Attributes, l Lookup, changed bool) []Rule {
	rules := due(r.validating, a, l)
	if changed && resourceOf(a) == pods && a.GetSubresource() == "" && a.GetOperation() == admission.Create {
		rules = append(rules, checkServiceAccount, checkOverhead)
	}
	if a.GetOperation() == admission.Delete && restricted(resourceOf(a), a.GetOperation(), a.GetUserInfo()) { // a delete has nothing to mutate
		rules = append([]Rule{restrictNode}, rules...)
	}
	return rules
}

func due(on map[place][]entry, a admission.Attributes, l Lookup) (rules []Rule) {
	for _, e := range on[place{resourceOf(a), a.GetSubresource(), a.GetOperation()}] {
		if e.when == nil || e.when(a, l) {
			rules = append(rules, e.rule)
		}
	}
	return rules
}

func resourceOf(a admission.Attributes) api.Resource {
	gr := a.GetResource()
	return api.Resource{Group: gr.Group, Name: gr.Resource}
}

func metaOf(obj any) metav1.Object {
	m, _ := obj.(metav1.Object)
	return m
}

// hasLimits passes over objects that are being deleted, as upstream.
func hasLimits(a admission.Attributes, l Lookup) bool {
	if old := metaOf(a.GetOldObject()); old != nil && old.GetDeletionTimestamp() != nil {
		return false
	}
	return l.Holds(limitRanges, a.GetNamespace())
}

// hasPodSecurity says whether a namespace asks for more than privileged, which allows everything and says nothing.
func hasPodSecurity(a admission.Attributes, l Lookup) bool {
	asks := func(labels map[string]string) bool {
		for k := range labels {
			if strings.HasPrefix(k, podsecurity.AuditAnnotationPrefix) {
				return true
			}
		}
		return false
	}
	if resourceOf(a) == namespaces {
		m, old := metaOf(a.GetObject()), metaOf(a.GetOldObject())
		return m != nil && asks(m.GetLabels()) || old != nil && asks(old.GetLabels())
	}
	ns, ok := get[*corev1.Namespace](l, namespaces, "", a.GetNamespace())
	return ok && asks(ns.Labels)
}

// specChanged looks at the generation, which counts changes of a pod's spec.
func specChanged(a admission.Attributes, _ Lookup) bool {
	m, old := metaOf(a.GetObject()), metaOf(a.GetOldObject())
	return m != nil && old != nil && m.GetGeneration() != old.GetGeneration()
}
