package admit

import (
	"errors"
	"fmt"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/utils/ptr"
)

func TestCriteria(t *testing.T) {
	pod := func(version string) Form {
		gv := kschema.GroupVersion{Version: version}
		return Form{gv.WithResource("pods"), gv.WithKind("Pod")}
	}
	type edit func(*admissionregistrationv1.MatchResources)
	rule := func(version, resource string, names ...string) admissionregistrationv1.NamedRuleWithOperations {
		return admissionregistrationv1.NamedRuleWithOperations{ResourceNames: names, RuleWithOperations: admissionregistrationv1.RuleWithOperations{
			Operations: []admissionregistrationv1.OperationType{"CREATE"},
			Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{version}, Resources: []string{resource}}}}
	}
	rules := func(rs ...admissionregistrationv1.NamedRuleWithOperations) edit {
		return func(m *admissionregistrationv1.MatchResources) { m.ResourceRules = rs }
	}
	selector := func(key string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{key: "yes"}}
	}
	broken := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Near"}}}
	lost := apierrors.NewNotFound(kschema.GroupResource{Resource: "namespaces"}, "ns")
	for _, c := range []struct {
		name  string
		edits []edit
		sub   string
		op    admission.Operation
		nsErr error
		want  string // the version in which it matches, "no", or an error
	}{
		{name: "no rules mean everything", want: "v1"},
		{name: "the rule names it", edits: []edit{rules(rule("v1", "pods"))}, want: "v1"},
		{name: "wildcards", edits: []edit{rules(rule("*", "*"))}, want: "v1"},
		{name: "another operation", edits: []edit{rules(rule("v1", "pods"))}, op: admission.Delete, want: "no"},
		{name: "another resource", edits: []edit{rules(rule("v1", "nodes"), rule("v1", "secrets"))}, want: "no"},
		{name: "a resource is not its subresource", edits: []edit{rules(rule("v1", "pods"))}, sub: "exec", want: "no"},
		{name: "the subresource", edits: []edit{rules(rule("v1", "pods/exec"))}, sub: "exec", want: "v1"},
		{name: "all subresources", edits: []edit{rules(rule("v1", "pods/*"))}, sub: "exec", want: "v1"},
		{name: "by name", edits: []edit{rules(rule("v1", "pods", "a", "x"))}, want: "v1"},
		{name: "by another name", edits: []edit{rules(rule("v1", "pods", "a"))}, want: "no"},
		{name: "except", edits: []edit{rules(rule("v1", "*")), func(m *admissionregistrationv1.MatchResources) {
			m.ExcludeResourceRules = []admissionregistrationv1.NamedRuleWithOperations{rule("v1", "pods")}
		}}, want: "no"},
		{name: "another version", edits: []edit{rules(rule("v2", "pods"))}, want: "v2"},
		{name: "another version, exactly", edits: []edit{rules(rule("v2", "pods")), func(m *admissionregistrationv1.MatchResources) {
			m.MatchPolicy = ptr.To(admissionregistrationv1.Exact)
		}}, want: "no"},
		{name: "its own version comes first", edits: []edit{rules(rule("v2", "pods"), rule("v1", "pods"))}, want: "v1"},
		{name: "the namespace's labels", edits: []edit{func(m *admissionregistrationv1.MatchResources) { m.NamespaceSelector = selector("ns") }}, want: "v1"},
		{name: "not the namespace's labels", edits: []edit{func(m *admissionregistrationv1.MatchResources) { m.NamespaceSelector = selector("other") }}, want: "no"},
		{name: "the object's labels", edits: []edit{func(m *admissionregistrationv1.MatchResources) { m.ObjectSelector = selector("obj") }}, want: "v1"},
		{name: "not the object's labels", edits: []edit{func(m *admissionregistrationv1.MatchResources) { m.ObjectSelector = selector("ns") }}, want: "no"},
		{name: "the namespace is lost", nsErr: lost, edits: []edit{func(m *admissionregistrationv1.MatchResources) { m.NamespaceSelector = selector("ns") }}, want: `namespaces "ns" not found`},
		{name: "the namespace is lost, which does not matter", nsErr: lost, edits: []edit{rules(rule("v1", "nodes")), func(m *admissionregistrationv1.MatchResources) { m.NamespaceSelector = selector("ns") }}, want: "no"},
		{name: "the namespace cannot be read", nsErr: errors.New("closed"), edits: []edit{func(m *admissionregistrationv1.MatchResources) { m.NamespaceSelector = selector("ns") }}, want: "Internal error occurred: closed"},
		{name: "a broken selector", edits: []edit{func(m *admissionregistrationv1.MatchResources) { m.ObjectSelector = broken }}, want: `Internal error occurred: "Near" is not a valid label selector operator`},
		{name: "a broken selector that does not matter", edits: []edit{rules(rule("v1", "nodes")), func(m *admissionregistrationv1.MatchResources) { m.ObjectSelector = broken }}, want: "no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &admissionregistrationv1.MatchResources{NamespaceSelector: &metav1.LabelSelector{}, ObjectSelector: &metav1.LabelSelector{}, MatchPolicy: ptr.To(admissionregistrationv1.Equivalent)}
			for _, e := range c.edits {
				e(m)
			}
			cr := NewCriteria(m.MatchPolicy, m.NamespaceSelector, m.ObjectSelector)
			cr.Rules, cr.Except, cr.All = m.ResourceRules, m.ExcludeResourceRules, true
			op := c.op
			if op == "" {
				op = admission.Create
			}
			obj := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "x", Labels: map[string]string{"obj": "yes"}}}
			cs := &Case{Attributes: admission.NewAttributesRecord(obj, nil, pod("v1").Kind, "ns", "x", pod("v1").Resource, c.sub, op, nil, false, &user.DefaultInfo{}),
				Equivalents: func() []Form { return []Form{pod("v1"), pod("v2")} },
				Namespace: func(name string) (*corev1.Namespace, error) {
					return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"ns": "yes"}}}, c.nsErr
				}}
			form, ok, err := cr.Match(cs, nil)
			got := form.Kind.Version
			switch {
			case err != nil:
				got = err.Error()
			case !ok:
				got = "no"
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// A namespace counts by the labels that it is about to have; what has no namespace is never exempt by its labels.
func TestCriteriaOfClusterScopedObjects(t *testing.T) {
	cr := NewCriteria(nil, &metav1.LabelSelector{MatchLabels: map[string]string{"watch": "yes"}}, &metav1.LabelSelector{})
	cr.All = true
	for _, c := range []struct {
		resource, label string
		want            bool
	}{{"namespaces", "yes", true}, {"namespaces", "no", false}, {"nodes", "no", true}} {
		ns := ""
		if c.resource == "namespaces" {
			ns = "x"
		}
		obj := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "x", Labels: map[string]string{"watch": c.label}}}
		cs := &Case{Attributes: admission.NewAttributesRecord(obj, nil, kschema.GroupVersionKind{Version: "v1", Kind: "K"}, ns, "x",
			kschema.GroupVersionResource{Version: "v1", Resource: c.resource}, "", admission.Create, nil, false, &user.DefaultInfo{}),
			Namespace: func(string) (*corev1.Namespace, error) { return nil, fmt.Errorf("nobody may ask") }}
		if _, ok, err := cr.Match(cs, nil); ok != c.want || err != nil {
			t.Errorf("%s with %s: got %v, %v", c.resource, c.label, ok, err)
		}
	}
}
