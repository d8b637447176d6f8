package registry_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/utils/ptr"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
)

func constraints(group, resource string) *admissionregistrationv1.MatchResources {
	return &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
		RuleWithOperations: admissionregistrationv1.RuleWithOperations{Operations: []admissionregistrationv1.OperationType{"CREATE", "UPDATE"},
			Rule: admissionregistrationv1.Rule{APIGroups: []string{group}, APIVersions: []string{"v1"}, Resources: []string{resource}}}}}}
}

func vap(name string, spec admissionregistrationv1.ValidatingAdmissionPolicySpec) *admissionregistrationv1.ValidatingAdmissionPolicy {
	if spec.MatchConstraints == nil {
		spec.MatchConstraints = constraints("", "configmaps")
	}
	return &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec}
}

func binding(name, policy string, ref *admissionregistrationv1.ParamRef, actions ...admissionregistrationv1.ValidationAction) *admissionregistrationv1.ValidatingAdmissionPolicyBinding {
	if actions == nil {
		actions = []admissionregistrationv1.ValidationAction{"Deny"}
	}
	return &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{PolicyName: policy, ParamRef: ref, ValidationActions: actions}}
}

func TestValidatingPolicies(t *testing.T) {
	h := newHouse(t)
	h.r.Access = func(_ api.Cluster, at authorizer.Attributes) (bool, string) { return at.GetVerb() == "get", "" }
	limit := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "limit", Namespace: "default"}, Data: map[string]string{"max": "2"}}
	h.create(limit)
	h.create(vap("limit", admissionregistrationv1.ValidatingAdmissionPolicySpec{
		ParamKind:       &admissionregistrationv1.ParamKind{APIVersion: "v1", Kind: "ConfigMap"},
		MatchConditions: []admissionregistrationv1.MatchCondition{{Name: "not-me", Expression: "object.metadata.name != 'limit'"}},
		Variables:       []admissionregistrationv1.Variable{{Name: "n", Expression: "has(object.data) ? object.data.size() : 0"}},
		Validations: []admissionregistrationv1.Validation{
			{Expression: "variables.n <= int(params.data.max)", MessageExpression: "'at most ' + params.data.max + ' entries, not ' + string(variables.n) + ' in ' + namespaceObject.metadata.name"},
			{Expression: "!has(object.data) || !('secret' in object.data)", Message: "no secrets", Reason: ptr.To(metav1.StatusReasonForbidden)},
			{Expression: "!has(object.data) || !('ask' in object.data) || authorizer.group('').resource('pods').namespace('default').check(object.data.ask).allowed()"},
		}}))
	fill := func(name string, kv ...string) *corev1.ConfigMap {
		cm := settings(name)
		for _, e := range kv {
			k, v, _ := strings.Cut(e, "=")
			cm.Data[k] = v
		}
		return cm
	}
	// A policy without binding is not in force.
	h.create(fill("free", "a=1", "b=2", "c=3"))
	h.create(binding("bound", "limit", &admissionregistrationv1.ParamRef{Name: "limit", Namespace: "default", ParameterNotFoundAction: ptr.To(admissionregistrationv1.DenyAction)}))
	for _, c := range []struct {
		cm   *corev1.ConfigMap
		want string
		code int32
	}{
		{fill("ok", "a=1", "b=2"), "", 0},
		{fill("no", "a=1", "b=2", "c=3"), `configmaps "no" is forbidden: ValidatingAdmissionPolicy 'limit' with binding 'bound' denied request: at most 2 entries, not 3 in default`, 422},
		{fill("no", "secret=x"), `configmaps "no" is forbidden: ValidatingAdmissionPolicy 'limit' with binding 'bound' denied request: no secrets`, 403},
		{fill("ask", "ask=get"), "", 0},
		{fill("no", "ask=delete"), `denied request: failed expression: !has(object.data) || !('ask' in object.data)`, 422},
	} {
		err := h.try(c.cm).Err
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.cm.Name, err)
			}
			continue
		}
		var status apierrors.APIStatus
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &status) || status.Status().Code != c.code {
			t.Errorf("got %#v\nwant %d %s", err, c.code, c.want)
		}
	}
	if got := checks(t, h.r, "apiserver_validating_admission_policy_check_total"); got != "limit/bound/invalid_error/deny=3" {
		t.Errorf("checks were counted as %s", got)
	}
	// The parameter that counts is the one that there is now.
	limit.Data["max"] = "3"
	if err := h.write(client.Write{Verb: client.Update, Key: key("configmaps", "limit"), Object: limit}).Err; err != nil {
		t.Fatal(err)
	}
	h.create(fill("three", "a=1", "b=2", "c=3"))
	h.discard(key("configmaps", "limit"))
	want := "denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
	if err := h.try(fill("x")).Err; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	h.set(binding("bound", "limit", &admissionregistrationv1.ParamRef{Name: "limit", Namespace: "default", ParameterNotFoundAction: ptr.To(admissionregistrationv1.AllowAction)}))
	h.create(fill("x", "a=1", "b=2", "c=3", "d=4"))
}

func TestPoliciesWarnAndForgive(t *testing.T) {
	h := newHouse(t)
	ignore := admissionregistrationv1.Ignore
	h.create(vap("talk", admissionregistrationv1.ValidatingAdmissionPolicySpec{
		Validations:      []admissionregistrationv1.Validation{{Expression: "object.data['x'] == '1'", Message: "x should be 1"}},
		AuditAnnotations: []admissionregistrationv1.AuditAnnotation{{Key: "x", ValueExpression: "'x is ' + object.data['x']"}}}))
	h.create(binding("talk", "talk", nil, "Warn", "Audit"))
	h.create(vap("broken", admissionregistrationv1.ValidatingAdmissionPolicySpec{FailurePolicy: &ignore,
		Validations: []admissionregistrationv1.Validation{{Expression: "object.data['not there'] == '1'"}}}))
	h.create(binding("broken", "broken", nil))
	q := h.request("configmaps")
	cm := settings("x")
	cm.Data["x"] = "2"
	obj, err := law.FromTyped(q.Kind, cm)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.r.Create(context.Background(), q, obj, registry.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := "Validation failed for ValidatingAdmissionPolicy 'talk' with binding 'talk': x should be 1"
	if !slices.Contains(out.Warnings, want) {
		t.Errorf("got %q, want %s", out.Warnings, want)
	}
}

func TestMutatingPolicies(t *testing.T) {
	h, p := hookHouse(t)
	add := func(name string, spec admissionregistrationv1.MutatingAdmissionPolicySpec) {
		h.create(&admissionregistrationv1.MutatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec})
		h.create(&admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{PolicyName: name}})
	}
	add("a-apply", admissionregistrationv1.MutatingAdmissionPolicySpec{ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
		MatchConstraints: constraints("apps", "deployments"),
		Mutations: []admissionregistrationv1.Mutation{{PatchType: admissionregistrationv1.PatchTypeApplyConfiguration,
			ApplyConfiguration: &admissionregistrationv1.ApplyConfiguration{Expression: `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
				containers: [Object.spec.template.spec.containers{name: "side", image: "side:1"}]}}}}`}}}})
	add("b-json", admissionregistrationv1.MutatingAdmissionPolicySpec{ReinvocationPolicy: admissionregistrationv1.IfNeededReinvocationPolicy,
		MatchConstraints: constraints("apps", "deployments"),
		Variables:        []admissionregistrationv1.Variable{{Name: "n", Expression: "object.spec.template.spec.containers.size()"}},
		Mutations: []admissionregistrationv1.Mutation{{PatchType: admissionregistrationv1.PatchTypeJSONPatch,
			JSONPatch: &admissionregistrationv1.JSONPatch{Expression: `[JSONPatch{op: "add", path: "/spec/replicas", value: variables.n}]`}}}})
	// The webhook comes after the policies; what it adds makes the second one run again.
	h.create(mutating("late", func(w *admissionregistrationv1.MutatingWebhook) {
		w.Rules = []admissionregistrationv1.RuleWithOperations{constraints("apps", "deployments").ResourceRules[0].RuleWithOperations}
	}))
	p.answers["https://late"] = func(*review) *response {
		return patched(`[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"late","image":"late:1"}}]`)
	}
	labels := map[string]string{"a": "b"}
	d := h.create(&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "d", Namespace: "default"}, Spec: appsv1.DeploymentSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels},
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "main:1"}}}}}}).(*appsv1.Deployment)
	var names []string
	for _, c := range d.Spec.Template.Spec.Containers {
		names = append(names, c.Name)
	}
	if slices.Sort(names); strings.Join(names, " ") != "late main side" || *d.Spec.Replicas != 3 {
		t.Errorf("containers %v, replicas %d; want late, main, side and 3", names, *d.Spec.Replicas)
	}
	if got := p.called(); got != "https://late" {
		t.Errorf("called %q", got)
	}
	// A mutation that cannot be evaluated refuses the write.
	add("c-broken", admissionregistrationv1.MutatingAdmissionPolicySpec{ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
		MatchConstraints: constraints("", "configmaps"),
		Mutations: []admissionregistrationv1.Mutation{{PatchType: admissionregistrationv1.PatchTypeJSONPatch,
			JSONPatch: &admissionregistrationv1.JSONPatch{Expression: `[JSONPatch{op: "add", path: "/data/x", value: object.data.nowhere}]`}}}})
	err := h.try(settings("x")).Err
	if err == nil || !strings.Contains(err.Error(), "policy 'c-broken' with binding 'c-broken' denied request: ") || !strings.Contains(err.Error(), "no such key") {
		t.Errorf("got %v", err)
	}
}

// checks are the values of a counter of policies with their labels.
func checks(t *testing.T, r *registry.Registry, name string) string {
	t.Helper()
	all := prometheus.NewPedanticRegistry()
	all.MustRegister(r.Collectors()...)
	families, err := all.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() != name {
				continue
			}
			label := map[string]string{}
			for _, l := range m.GetLabel() {
				label[l.GetName()] = l.GetValue()
			}
			out = append(out, fmt.Sprintf("%s/%s/%s/%s=%v", label["policy"], label["policy_binding"], label["error_type"], label["enforcement_action"], m.GetCounter().GetValue()))
		}
	}
	return strings.Join(out, " ")
}
