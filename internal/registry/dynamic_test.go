package registry_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
)

type (
	review   = admissionv1.AdmissionRequest
	response = admissionv1.AdmissionResponse
)

// hooks stands for all webhooks of a cluster: it answers by the URL that is called, and remembers calls.
type hooks struct {
	mu      sync.Mutex
	calls   []string
	answers map[string]func(*review) *response
	fails   map[string]error
}

// Post implements api.Poster.
func (p *hooks) Post(_ context.Context, _ api.Cluster, to api.Webhook, body []byte) ([]byte, error) {
	var in admissionv1.AdmissionReview
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.calls = append(p.calls, to.URL)
	p.mu.Unlock()
	if err := p.fails[to.URL]; err != nil {
		return nil, err
	}
	out := &response{Allowed: true}
	if f := p.answers[to.URL]; f != nil {
		out = f(in.Request)
	}
	out.UID = in.Request.UID
	in.Request, in.Response = nil, out
	return json.Marshal(in)
}

// called returns the calls since it was asked last.
func (p *hooks) called() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := strings.Join(p.calls, " ")
	p.calls = nil
	return out
}

func hookHouse(t *testing.T) (*house, *hooks) {
	h := newHouse(t)
	p := &hooks{answers: map[string]func(*review) *response{}, fails: map[string]error{}}
	h.r.Webhooks = p
	return h, p
}

// set creates or replaces an object.
func (h *house) set(obj runtime.Object) {
	h.t.Helper()
	m := obj.(metav1.Object)
	k := api.Key{Resource: law.KindOf(obj).Resource, Cluster: api.Host, Namespace: m.GetNamespace(), Name: m.GetName()}
	if err := h.write(client.Write{Verb: client.Delete, Key: k}).Err; err != nil && !apierrors.IsNotFound(err) {
		h.t.Fatal(err)
	}
	h.create(obj)
}

func (h *house) discard(k api.Key) {
	h.t.Helper()
	if err := h.write(client.Write{Verb: client.Delete, Key: k}).Err; err != nil {
		h.t.Fatal(err)
	}
}

func anything(ops ...admissionregistrationv1.OperationType) []admissionregistrationv1.RuleWithOperations {
	return []admissionregistrationv1.RuleWithOperations{{Operations: ops,
		Rule: admissionregistrationv1.Rule{APIGroups: []string{"*"}, APIVersions: []string{"*"}, Resources: []string{"*"}}}}
}

func validating(name string, edit func(*admissionregistrationv1.ValidatingWebhook)) *admissionregistrationv1.ValidatingWebhookConfiguration {
	w := admissionregistrationv1.ValidatingWebhook{Name: name + ".example.com", AdmissionReviewVersions: []string{"v1"},
		SideEffects:  ptr.To(admissionregistrationv1.SideEffectClassNone),
		ClientConfig: admissionregistrationv1.WebhookClientConfig{URL: ptr.To("https://" + name)},
		Rules:        anything("CREATE", "UPDATE", "DELETE")}
	if edit != nil {
		edit(&w)
	}
	return &admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: name}, Webhooks: []admissionregistrationv1.ValidatingWebhook{w}}
}

func mutating(name string, edit func(*admissionregistrationv1.MutatingWebhook)) *admissionregistrationv1.MutatingWebhookConfiguration {
	w := admissionregistrationv1.MutatingWebhook{Name: name + ".example.com", AdmissionReviewVersions: []string{"v1"},
		SideEffects:  ptr.To(admissionregistrationv1.SideEffectClassNone),
		ClientConfig: admissionregistrationv1.WebhookClientConfig{URL: ptr.To("https://" + name)},
		Rules:        anything("CREATE", "UPDATE", "DELETE")}
	if edit != nil {
		edit(&w)
	}
	return &admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: name}, Webhooks: []admissionregistrationv1.MutatingWebhook{w}}
}

func patched(patch string) *response {
	return &response{Allowed: true, Patch: []byte(patch), PatchType: ptr.To(admissionv1.PatchTypeJSONPatch)}
}

func settings(name string, labels ...string) *corev1.ConfigMap {
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", Labels: map[string]string{}}, Data: map[string]string{}}
	for _, l := range labels {
		k, v, _ := strings.Cut(l, "=")
		cm.Labels[k] = v
	}
	return cm
}

// A rule is in force from the moment that its create is acknowledged until its delete is, and never for rules themselves.
func TestRulesAreInForceAtOnce(t *testing.T) {
	h, p := hookHouse(t)
	p.answers["https://no"] = func(r *review) *response {
		return &response{Result: &metav1.Status{Message: "not " + r.Name + " as " + r.Kind.Kind, Code: 418}}
	}
	for i := range 3 {
		h.create(settings(fmt.Sprintf("before-%d", i)))
		h.create(validating("no", nil))
		res := h.try(settings("x"))
		if want := `admission webhook "no.example.com" denied the request: not x as ConfigMap`; res.Err == nil || res.Err.Error() != want {
			t.Fatalf("got %v, want %s", res.Err, want)
		}
		if status := apierrors.APIStatus(nil); !errors.As(res.Err, &status) || status.Status().Code != 418 {
			t.Fatalf("the code of the webhook is lost: %#v", res.Err)
		}
		if err := h.write(client.Write{Verb: client.Delete, Key: key("configmaps", "before-0")}).Err; i == 0 && err == nil {
			t.Fatal("the webhook did not hear of a delete")
		}
		k := api.Key{Resource: api.Resource{Group: "admissionregistration.k8s.io", Name: "validatingwebhookconfigurations"}, Cluster: api.Host, Name: "no"}
		h.discard(k)
		h.create(settings(fmt.Sprintf("after-%d", i)))
	}
	if res := h.try(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "free"}}); res.Err != nil {
		t.Fatal(res.Err)
	}
}

func TestFailurePolicies(t *testing.T) {
	h, p := hookHouse(t)
	p.fails["https://down"] = errors.New(`Post "https://down": connection refused`)
	policy := func(f admissionregistrationv1.FailurePolicyType) {
		h.set(validating("down", func(w *admissionregistrationv1.ValidatingWebhook) { w.FailurePolicy = &f }))
	}
	policy(admissionregistrationv1.Fail)
	want := `Internal error occurred: failed calling webhook "down.example.com": failed to call webhook: Post "https://down": connection refused`
	if err := h.try(settings("a")).Err; err == nil || err.Error() != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	policy(admissionregistrationv1.Ignore)
	h.create(settings("a"))
	delete(p.fails, "https://down")
	p.answers["https://down"] = func(*review) *response { return patched(`[]`) }
	policy(admissionregistrationv1.Fail)
	if err := h.try(settings("b")).Err; err == nil || !strings.Contains(err.Error(), "received invalid webhook response: validating webhook may not return response.patch") {
		t.Fatalf("got %v", err)
	}
}

func TestMutatingWebhooksRunInOrderAndAgain(t *testing.T) {
	h, p := hookHouse(t)
	needed := func(w *admissionregistrationv1.MutatingWebhook) {
		w.ReinvocationPolicy = ptr.To(admissionregistrationv1.IfNeededReinvocationPolicy)
	}
	step := func(name string) {
		p.answers["https://"+name] = func(r *review) *response {
			var cm corev1.ConfigMap
			if err := json.Unmarshal(r.Object.Raw, &cm); err != nil {
				t.Error(err)
			}
			return patched(fmt.Sprintf(`[{"op":"add","path":"/data","value":{"trail":%q}}]`, cm.Data["trail"]+name))
		}
	}
	h.create(mutating("c", nil))
	h.create(mutating("a", needed))
	h.create(mutating("b", nil))
	for _, n := range []string{"a", "b", "c"} {
		step(n)
	}
	cm := h.create(settings("x")).(*corev1.ConfigMap)
	if got, want := p.called(), "https://a https://b https://c https://a"; got != want {
		t.Errorf("called %s, want %s", got, want)
	}
	if got := cm.Data["trail"]; got != "abca" {
		t.Errorf("the trail is %q, want abca", got)
	}
	// Nobody after a changes anything: a is not called again.
	for _, n := range []string{"a", "b", "c"} {
		p.answers["https://"+n] = nil
	}
	h.create(settings("y"))
	if got, want := p.called(), "https://a https://b https://c"; got != want {
		t.Errorf("called %s, want %s", got, want)
	}
	// A patch that breaks the object is found by validation, after admission.
	p.answers["https://a"] = func(*review) *response {
		return patched(`[{"op":"add","path":"/metadata/labels","value":{"not a key":"x"}}]`)
	}
	if err := h.try(settings("z")).Err; !apierrors.IsInvalid(err) {
		t.Errorf("got %v, want Invalid", err)
	}
	p.answers["https://a"] = func(*review) *response { return patched(`[{"op":"remove","path":"/nowhere"}]`) }
	if err := h.try(settings("z")).Err; !apierrors.IsInternalError(err) {
		t.Errorf("got %v, want an internal error", err)
	}
}

func TestDryRunMindsSideEffects(t *testing.T) {
	h, p := hookHouse(t)
	h.create(mutating("quiet", func(w *admissionregistrationv1.MutatingWebhook) {
		w.SideEffects = ptr.To(admissionregistrationv1.SideEffectClassNoneOnDryRun)
	}))
	q := h.request("configmaps")
	obj, err := law.FromTyped(q.Kind, settings("x"))
	if err != nil {
		t.Fatal(err)
	}
	var dry bool
	p.answers["https://quiet"] = func(r *review) *response {
		dry = *r.DryRun && strings.Contains(string(r.Options.Raw), `"kind":"CreateOptions"`)
		return &response{Allowed: true, Warnings: []string{"seen"}}
	}
	out, err := h.r.Create(context.Background(), q, obj, registry.WriteOptions{DryRun: true})
	if err != nil || !dry || !slices.Contains(out.Warnings, "seen") {
		t.Fatalf("got %v, %v; dry %v", out.Warnings, err, dry)
	}
}

func TestMatching(t *testing.T) {
	h, p := hookHouse(t)
	h.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "watched", Labels: map[string]string{"watch": "yes"}}})
	h.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "watched"}})
	in := func(cm *corev1.ConfigMap, ns string) *corev1.ConfigMap { cm.Namespace = ns; return cm }
	hpa := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Name: "x", Namespace: "default"},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{MaxReplicas: 2, ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{Kind: "Deployment", Name: "x", APIVersion: "apps/v1"}}}
	v1rule := []admissionregistrationv1.RuleWithOperations{{Operations: []admissionregistrationv1.OperationType{"CREATE"},
		Rule: admissionregistrationv1.Rule{APIGroups: []string{"autoscaling"}, APIVersions: []string{"v1"}, Resources: []string{"horizontalpodautoscalers"}}}}
	type webhook = admissionregistrationv1.ValidatingWebhook
	for i, c := range []struct {
		name string
		edit func(*webhook)
		obj  runtime.Object
		want bool
	}{
		{"everything", nil, settings("x"), true},
		{"another operation", func(w *webhook) { w.Rules = anything("UPDATE") }, settings("x"), false},
		{"the namespace has not the label", func(w *webhook) {
			w.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"watch": "yes"}}
		}, settings("x"), false},
		{"the namespace has the label", func(w *webhook) {
			w.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"watch": "yes"}}
		}, in(settings("x"), "watched"), true},
		{"a namespace counts by its own labels", func(w *webhook) {
			w.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"watch": "yes"}}
		}, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "new", Labels: map[string]string{"watch": "yes"}}}, true},
		{"the object has not the label", func(w *webhook) {
			w.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}
		}, settings("x", "a=c"), false},
		{"the object has the label", func(w *webhook) {
			w.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}
		}, settings("x", "a=b"), true},
		{"a condition is false", func(w *webhook) {
			w.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "c", Expression: "object.metadata.name == 'y'"}}
		}, settings("x"), false},
		{"a condition is true", func(w *webhook) {
			w.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "c", Expression: "request.userInfo.username == 'test' && object.metadata.name == 'x'"}}
		}, settings("x"), true},
		{"another version, exactly", func(w *webhook) { w.Rules, w.MatchPolicy = v1rule, ptr.To(admissionregistrationv1.Exact) }, hpa, false},
		{"another version, equivalent", func(w *webhook) { w.Rules = v1rule }, hpa, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := fmt.Sprintf("hook-%d", i)
			var kind metav1.GroupVersionKind
			p.answers["https://"+name] = func(r *review) *response {
				kind = r.Kind
				return &response{Result: &metav1.Status{Message: "no"}}
			}
			h.create(validating(name, c.edit))
			p.called()
			err := h.try(c.obj.DeepCopyObject()).Err
			if c.want && !strings.Contains(fmt.Sprint(err), "denied the request: no") || !c.want && err != nil {
				t.Fatalf("got %v, want a refusal: %v", err, c.want)
			}
			if c.obj == runtime.Object(hpa) && c.want && kind.Version != "v1" {
				t.Errorf("the webhook was asked about %v, its rule names v1", kind)
			}
			k := api.Key{Resource: api.Resource{Group: "admissionregistration.k8s.io", Name: "validatingwebhookconfigurations"}, Cluster: api.Host, Name: name}
			h.discard(k)
			if m := c.obj.(metav1.Object); !c.want {
				gone := api.Key{Resource: law.KindOf(c.obj).Resource, Cluster: api.Host, Namespace: m.GetNamespace(), Name: m.GetName()}
				h.discard(gone)
			}
		})
	}
}

// Many writes of one call wait for a webhook at the same time, but not all at once; those of a cluster without webhooks
// do not.
func TestWritesWaitForWebhooksTogether(t *testing.T) {
	h := newHouse(t)
	const many = 40
	b := &barrier{want: 16, release: make(chan struct{})}
	h.r.Webhooks = b
	h.create(validating("slow", func(w *admissionregistrationv1.ValidatingWebhook) { w.Rules = anything("CREATE") }))
	writes := make([]client.Write, many)
	for i := range writes {
		name := fmt.Sprintf("m-%02d", i)
		writes[i] = client.Write{Verb: client.Create, Key: key("configmaps", name), Object: settings(name)}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for i, res := range h.c.Apply(ctx, writes) {
		if res.Err != nil {
			t.Fatalf("write %d: %v", i, res.Err)
		}
	}
	if b.most != 16 {
		t.Errorf("at most %d calls at the same time, want 16", b.most)
	}
}

// barrier answers nobody until as many ask as it wants.
type barrier struct {
	mu        sync.Mutex
	now, most int
	want      int
	release   chan struct{}
}

// Post implements api.Poster.
func (b *barrier) Post(ctx context.Context, _ api.Cluster, _ api.Webhook, body []byte) ([]byte, error) {
	var in admissionv1.AdmissionReview
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.now++
	b.most = max(b.most, b.now)
	if b.now == b.want {
		close(b.release)
		b.want = -1
	}
	b.mu.Unlock()
	select {
	case <-b.release:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	b.mu.Lock()
	b.now--
	b.mu.Unlock()
	in.Response = &response{UID: in.Request.UID, Allowed: true}
	in.Request = nil
	return json.Marshal(in)
}

// A patch sent while nobody writes is prepared once: the webhook is called once.
func TestPatchesAreAdmitted(t *testing.T) {
	h, p := hookHouse(t)
	h.create(settings("x"))
	h.create(mutating("m", func(w *admissionregistrationv1.MutatingWebhook) { w.Rules = anything("UPDATE") }))
	p.answers["https://m"] = func(r *review) *response {
		if len(r.OldObject.Raw) == 0 || !strings.Contains(string(r.Object.Raw), `"sent":"1"`) {
			t.Errorf("the webhook saw %s after %s", r.Object.Raw, r.OldObject.Raw)
		}
		return patched(`[{"op":"add","path":"/data/added","value":"2"}]`)
	}
	res := h.write(client.Write{Verb: client.Patch, Key: key("configmaps", "x"), PatchType: types.MergePatchType, Patch: []byte(`{"data":{"sent":"1"}}`)})
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	if got := res.Object.(*corev1.ConfigMap).Data; got["sent"] != "1" || got["added"] != "2" {
		t.Errorf("got %v", got)
	}
	if got := p.called(); got != "https://m" {
		t.Errorf("called %s", got)
	}
}

// Mutating webhooks see an object that has no generated name yet, validating ones see it whole.
func TestNamesComeAfterMutation(t *testing.T) {
	h, p := hookHouse(t)
	var seen []string
	see := func(r *review) *response {
		var cm corev1.ConfigMap
		if err := json.Unmarshal(r.Object.Raw, &cm); err != nil {
			t.Error(err)
		}
		seen = append(seen, fmt.Sprintf("%q %q %v", r.Name, cm.Name, cm.UID != ""))
		return &response{Allowed: true}
	}
	p.answers["https://in"], p.answers["https://out"] = see, see
	h.create(mutating("in", nil))
	h.create(validating("out", nil))
	cm := settings("")
	cm.GenerateName = "gen-"
	q := h.request("configmaps")
	obj, err := law.FromTyped(q.Kind, cm)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.r.Create(context.Background(), q, obj, registry.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	name := out.Rec.Key.Name
	if want := []string{`"" "" false`, fmt.Sprintf("%q %q true", name, name)}; !slices.Equal(seen, want) {
		t.Errorf("got %q, want %q", seen, want)
	}
	// A webhook may name the object.
	p.answers["https://in"] = func(*review) *response {
		return patched(`[{"op":"replace","path":"/metadata/name","value":"other"}]`)
	}
	if obj, err = law.FromTyped(q.Kind, settings("x")); err != nil {
		t.Fatal(err)
	}
	if out, err = h.r.Create(context.Background(), q, obj, registry.WriteOptions{}); err != nil || out.Rec.Key.Name != "other" {
		t.Errorf("got %v, %v; want an object that is called other", out.Rec, err)
	}
}

// Scales and evictions are judged as what they are, once.
func TestSubresourcesAreAskedAboutOnce(t *testing.T) {
	h, p := hookHouse(t)
	labels := map[string]string{"a": "b"}
	h.create(&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "d", Namespace: "default"}, Spec: appsv1.DeploymentSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels},
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "main:1"}}}}}})
	h.create(pod("p"))
	h.create(validating("all", func(w *admissionregistrationv1.ValidatingWebhook) {
		w.Rules = anything("*")
		w.Rules[0].Resources = []string{"*/*"}
	}))
	var seen []string
	p.answers["https://all"] = func(r *review) *response {
		seen = append(seen, fmt.Sprintf("%s %s/%s %s", r.Operation, r.Resource.Resource, r.SubResource, r.Kind.Kind))
		if r.SubResource == "scale" && (!strings.Contains(string(r.Object.Raw), `"replicas":3`) || !strings.Contains(string(r.OldObject.Raw), `"replicas":1`)) {
			t.Errorf("scaled from %s to %s", r.OldObject.Raw, r.Object.Raw)
		}
		return &response{Allowed: true}
	}
	q := h.request("deployments")
	q.Kind, q.Name, q.Subresource = law.Kind(api.Resource{Group: "apps", Name: "deployments"}), "d", "scale"
	if _, _, err := h.r.PatchScale(context.Background(), q, types.MergePatchType, []byte(`{"spec":{"replicas":3}}`), nil, registry.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := h.write(client.Write{Verb: client.Evict, Key: key("pods", "p")}).Err; err != nil {
		t.Fatal(err)
	}
	if want := []string{"UPDATE deployments/scale Scale", "CREATE pods/eviction Eviction"}; !slices.Equal(seen, want) {
		t.Errorf("got %q, want %q", seen, want)
	}
}

// What the create of a pod pays for rules of users that do not mean it: compare with none.
func BenchmarkCreatePod(b *testing.B) {
	for _, n := range []int{0, 1, 20} {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			h := newHouse(b)
			for i := range n {
				name := fmt.Sprintf("r%d", i)
				h.create(mutating(name, func(w *admissionregistrationv1.MutatingWebhook) { w.Rules[0].Resources = []string{"configmaps"} }))
				h.create(vap(name, admissionregistrationv1.ValidatingAdmissionPolicySpec{Validations: []admissionregistrationv1.Validation{{Expression: "true"}}}))
				h.create(binding(name, name, nil))
			}
			i := 0
			for b.Loop() {
				i++
				h.create(pod(fmt.Sprintf("p%d", i)))
			}
		})
	}
}
