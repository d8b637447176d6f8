package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"

	"gantry.dev/gantry/internal/admit"
)

var update = flag.Bool("update", false, "write the goldens")

// objects are the interfaces of a scheme whose objects are in their version already.
type objects struct{}

func (objects) GetObjectCreater() runtime.ObjectCreater                       { return scheme.Scheme }
func (objects) GetObjectTyper() runtime.ObjectTyper                           { return scheme.Scheme }
func (objects) GetObjectDefaulter() runtime.ObjectDefaulter                   { return scheme.Scheme }
func (objects) GetObjectConvertor() runtime.ObjectConvertor                   { return same{scheme.Scheme} }
func (objects) GetEquivalentResourceMapper() runtime.EquivalentResourceMapper { return nil }

type same struct{ runtime.ObjectConvertor }

func (s same) Convert(in, out, c any) error {
	if from, ok := in.(*corev1.ConfigMap); ok {
		from.DeepCopyInto(out.(*corev1.ConfigMap))
		return nil
	}
	return s.ObjectConvertor.Convert(in, out, c)
}

// aCase is the update of a config map.
func aCase(dryRun bool) (*admit.Case, *corev1.ConfigMap, *[]string) {
	kind := corev1.SchemeGroupVersion.WithKind("ConfigMap")
	made := func(data string) *corev1.ConfigMap {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "x"}, Data: map[string]string{"a": data}}
		cm.SetGroupVersionKind(kind)
		return cm
	}
	obj, warned := made("new"), &[]string{}
	opts := &metav1.UpdateOptions{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "UpdateOptions"}, FieldManager: "me"}
	who := &user.DefaultInfo{Name: "alice", UID: "7", Groups: []string{"system:authenticated"}, Extra: map[string][]string{"k": {"v"}}}
	c := &admit.Case{Objects: objects{}, Warn: func(s string) { *warned = append(*warned, s) },
		Equivalents: func() []admit.Form { return nil },
		Namespace:   func(string) (*corev1.Namespace, error) { return &corev1.Namespace{}, nil },
		Attributes: admission.NewAttributesRecord(obj, made("old"), kind, "ns", "x", corev1.SchemeGroupVersion.WithResource("configmaps"), "",
			admission.Update, opts, dryRun, who)}
	return c, obj, warned
}

func hook(edit func(*admissionregistrationv1.MutatingWebhook)) []*Hook {
	w := admissionregistrationv1.MutatingWebhook{Name: "h.example.com", AdmissionReviewVersions: []string{"v1"}, SideEffects: ptr.To(admissionregistrationv1.SideEffectClassNone),
		ClientConfig:      admissionregistrationv1.WebhookClientConfig{URL: ptr.To("https://h")},
		NamespaceSelector: &metav1.LabelSelector{}, ObjectSelector: &metav1.LabelSelector{},
		Rules: []admissionregistrationv1.RuleWithOperations{{Operations: []admissionregistrationv1.OperationType{"*"},
			Rule: admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}}}}}
	if edit != nil {
		edit(&w)
	}
	return Mutating(&admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "conf"}, Webhooks: []admissionregistrationv1.MutatingWebhook{w}})
}

func uid() types.UID { return "the-uid" }

// What a webhook is asked, to the letter, in both versions of the review.
func TestReview(t *testing.T) {
	for _, version := range []string{"v1", "v1beta1"} {
		t.Run(version, func(t *testing.T) {
			c, _, _ := aCase(true)
			var body []byte
			m := &Mutation{Case: c, UID: uid, Call: func(_ context.Context, q *Question) ([]byte, error) {
				body = q.Body
				return nil, errors.New("nobody is there")
			}}
			hooks := hook(func(w *admissionregistrationv1.MutatingWebhook) {
				w.AdmissionReviewVersions = []string{"v7", version, "v1", "v1beta1"}
				w.FailurePolicy = ptr.To(admissionregistrationv1.Ignore)
			})
			if _, err := m.Run(t.Context(), hooks); err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, body, "", "  "); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "review-"+version+".json")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got.String(), want)
			}
		})
	}
}

// What an answer does.
func TestAnswers(t *testing.T) {
	const v1 = `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":`
	for _, tc := range []struct {
		name   string
		answer string
		err    error // of the call
		edit   func(*admissionregistrationv1.MutatingWebhook)
		dry    bool
		want   string // part of the error
		code   int32
		data   string
	}{
		{name: "yes", answer: v1 + `{"uid":"the-uid","allowed":true}}`, data: "new"},
		{name: "yes with a patch", answer: v1 + `{"uid":"the-uid","allowed":true,"patchType":"JSONPatch","patch":"W3sib3AiOiJhZGQiLCJwYXRoIjoiL2RhdGEvYSIsInZhbHVlIjoicGF0Y2hlZCJ9XQ=="}}`, data: "patched"},
		{name: "no", answer: v1 + `{"uid":"the-uid","allowed":false}}`, want: `admission webhook "h.example.com" denied the request without explanation`, code: 400},
		{name: "no, because", answer: v1 + `{"uid":"the-uid","status":{"reason":"Forbidden","code":403}}}`, want: `admission webhook "h.example.com" denied the request: Forbidden`, code: 403},
		{name: "another's answer", answer: v1 + `{"uid":"other","allowed":true}}`, want: `received invalid webhook response: expected response.uid="the-uid", got "other"`, code: 500},
		{name: "another kind", answer: `{"kind":"Status","apiVersion":"v1","response":{"uid":"the-uid","allowed":true}}`, want: "failed to call webhook: converting (v1.Status) to (v1.AdmissionReview): unknown conversion", code: 500},
		{name: "no response", answer: `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}`, want: "webhook response was absent", code: 500},
		{name: "no JSON", answer: `<html>`, want: `failed calling webhook "h.example.com": failed to call webhook: couldn't get version/kind; json parse error: `, code: 500},
		{name: "a patch of no type", answer: v1 + `{"uid":"the-uid","allowed":true,"patch":"W10="}}`, want: "webhook returned response.patch but not response.patchType", code: 500},
		{name: "a patch of another type", answer: v1 + `{"uid":"the-uid","allowed":true,"patch":"W3sib3AiOiJyZW1vdmUiLCJwYXRoIjoiL2RhdGEifV0=","patchType":"Merge"}}`, want: `unsupported patch type "Merge"`, code: 500},
		{name: "no patch in the patch", answer: v1 + `{"uid":"the-uid","allowed":true,"patch":"e30=","patchType":"JSONPatch"}}`, want: "received undecodable patch in webhook response", code: 500},
		{name: "a patch that does not fit", answer: v1 + `{"uid":"the-uid","allowed":true,"patch":"W3sib3AiOiJyZW1vdmUiLCJwYXRoIjoiL25vd2hlcmUifV0=","patchType":"JSONPatch"}}`, want: "nowhere", code: 500},
		{name: "unreachable", err: errors.New("dial: refused"), want: `failed calling webhook "h.example.com": failed to call webhook: dial: refused`, code: 500},
		{name: "unreachable, forgiven", err: errors.New("dial: refused"), data: "new", edit: func(w *admissionregistrationv1.MutatingWebhook) {
			w.FailurePolicy = ptr.To(admissionregistrationv1.Ignore)
		}},
		{name: "no is never forgiven", answer: v1 + `{"uid":"the-uid"}}`, want: "denied the request", code: 400, edit: func(w *admissionregistrationv1.MutatingWebhook) {
			w.FailurePolicy = ptr.To(admissionregistrationv1.Ignore)
		}},
		{name: "unknown reviews", want: "webhook does not accept known AdmissionReview versions (v1, v1beta1)", code: 500, edit: func(w *admissionregistrationv1.MutatingWebhook) {
			w.AdmissionReviewVersions = []string{"v2"}
		}},
		{name: "dry run with side effects", dry: true, want: `admission webhook "h.example.com" does not support dry run`, code: 400, edit: func(w *admissionregistrationv1.MutatingWebhook) {
			w.SideEffects = ptr.To(admissionregistrationv1.SideEffectClassSome)
		}},
		{name: "a condition that cannot be evaluated", want: "expression 'object.nowhere == 1' resulted in error: no such key: nowhere", code: 403, edit: func(w *admissionregistrationv1.MutatingWebhook) {
			w.MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "c", Expression: "object.nowhere == 1"}}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, obj, _ := aCase(tc.dry)
			m := &Mutation{Case: c, UID: uid, Conditions: compiler(), Call: func(context.Context, *Question) ([]byte, error) { return []byte(tc.answer), tc.err }}
			_, err := m.Run(t.Context(), hook(tc.edit))
			if tc.want == "" {
				if err != nil || obj.Data["a"] != tc.data {
					t.Fatalf("got %q, %v; want %q", obj.Data["a"], err, tc.data)
				}
				return
			}
			var status apierrors.APIStatus
			if err == nil || !strings.Contains(err.Error(), tc.want) || !errors.As(err, &status) || status.Status().Code != tc.code {
				t.Fatalf("got %#v\nwant %d %s", err, tc.code, tc.want)
			}
		})
	}
}

func TestWarningsAndAnnotations(t *testing.T) {
	c, _, warned := aCase(false)
	review := admissionv1.AdmissionReview{TypeMeta: metav1.TypeMeta{Kind: "AdmissionReview", APIVersion: "admission.k8s.io/v1"},
		Response: &admissionv1.AdmissionResponse{UID: "the-uid", Allowed: true, Warnings: []string{"one", "two"}, AuditAnnotations: map[string]string{"k": "v"}}}
	answer, err := json.Marshal(review)
	if err != nil {
		t.Fatal(err)
	}
	m := &Mutation{Case: c, UID: uid, Call: func(context.Context, *Question) ([]byte, error) { return answer, nil }}
	if _, err := m.Run(t.Context(), hook(nil)); err != nil {
		t.Fatal(err)
	}
	if strings.Join(*warned, " ") != "one two" {
		t.Errorf("warned of %q", *warned)
	}
	if err := c.AddAnnotation("h.example.com/k", "other"); err == nil {
		t.Error("the annotation is not there")
	}
}

func compiler() cel.ConditionCompiler {
	return cel.NewConditionCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
}
