package policy

import (
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/utils/ptr"

	"gantry.dev/gantry/internal/admit"
)

// shelf holds parameters by namespace/name; all have the label shelf=NAMESPACE.
func shelf(namespaced bool, names ...string) Params {
	obj := func(path string) runtime.Object {
		ns, name, _ := strings.Cut(path, "/")
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: map[string]string{"shelf": ns}}}
	}
	return Params{Namespaced: namespaced,
		Get: func(ns, name string) (runtime.Object, error) {
			for _, n := range names {
				if n == ns+"/"+name {
					return obj(n), nil
				}
			}
			return nil, nil
		},
		List: func(ns string, sel labels.Selector) (out []runtime.Object, err error) {
			for _, n := range names {
				o := obj(n)
				if strings.HasPrefix(n, ns+"/") && sel.Matches(labels.Set(o.(*corev1.ConfigMap).Labels)) {
					out = append(out, o)
				}
			}
			return out, nil
		}}
}

func TestCollect(t *testing.T) {
	type ref = admissionregistrationv1.ParamRef
	deny, allow := ptr.To(admissionregistrationv1.DenyAction), ptr.To(admissionregistrationv1.AllowAction)
	all := &metav1.LabelSelector{}
	namespaced, global := shelf(true, "a/x", "a/y", "b/z"), shelf(false, "/x")
	for _, c := range []struct {
		name  string
		p     *Params
		ref   *ref
		where string // namespace of the write
		want  string // names, "nothing", "nil", or an error
	}{
		{"a policy without parameters", nil, &ref{Name: "x"}, "a", "nil"},
		{"a binding without parameters", &namespaced, nil, "a", "nil"},
		{"by name, beside the object", &namespaced, &ref{Name: "x"}, "a", "x"},
		{"by name, elsewhere", &namespaced, &ref{Name: "z", Namespace: "b"}, "a", "z"},
		{"not there, denied", &namespaced, &ref{Name: "z", ParameterNotFoundAction: deny}, "a", "no params found for policy binding with `Deny` parameterNotFoundAction"},
		{"not there, allowed", &namespaced, &ref{Name: "z", ParameterNotFoundAction: allow}, "a", "nothing"},
		{"all of the namespace", &namespaced, &ref{Selector: all}, "a", "x y"},
		{"those with a label", &namespaced, &ref{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"shelf": "b"}}, ParameterNotFoundAction: deny}, "a", "no params found for policy binding with `Deny` parameterNotFoundAction"},
		{"of the cluster", &global, &ref{Name: "x"}, "a", "x"},
		{"of the cluster, in a namespace", &global, &ref{Name: "x", Namespace: "a"}, "a", "paramRef.namespace must not be provided for a cluster-scoped `paramKind`"},
		{"in no namespace", &namespaced, &ref{Name: "x"}, "", "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"},
		{"by both", &namespaced, &ref{Name: "x", Selector: all}, "a", "paramRef.name and paramRef.selector are mutually exclusive"},
		{"by none", &namespaced, &ref{}, "a", "one of name or selector must be provided"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cs := &admit.Case{Attributes: admission.NewAttributesRecord(nil, nil, kschema.GroupVersionKind{}, c.where, "o", kschema.GroupVersionResource{}, "", admission.Create, nil, false, &user.DefaultInfo{})}
			objs, err := collect(c.p, c.ref, cs)
			got := "nothing"
			if err != nil {
				got = err.Error()
			} else if len(objs) > 0 {
				var names []string
				for _, o := range objs {
					if o == nil {
						names = append(names, "nil")
						continue
					}
					names = append(names, o.(*corev1.ConfigMap).Name)
				}
				got = strings.Join(names, " ")
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// Rules come in the order of names, whatever the order of records; only what is bound is in force.
func TestRulesAreJoined(t *testing.T) {
	p := func(name string) *Validating {
		return NewValidating(&admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	b := func(name, policy string) *ValidatingBinding {
		return NewValidatingBinding(&admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{PolicyName: policy}})
	}
	var got []string
	for _, r := range ValidatingRules([]*Validating{p("c"), p("a"), p("unbound")}, []*ValidatingBinding{b("2", "c"), b("x", "nobody"), b("1", "c"), b("3", "a")}) {
		for _, b := range r.Bindings {
			got = append(got, r.Policy.Name+b.Name)
		}
	}
	if strings.Join(got, " ") != "a3 c1 c2" {
		t.Errorf("got %q", got)
	}
}
