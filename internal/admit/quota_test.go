package admit

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/quota/v1/generic"
)

func configMaps(hard, used string) corev1.ResourceQuota {
	q := corev1.ResourceQuota{}
	q.Name, q.Namespace = "q", "ns"
	q.Spec.Hard = corev1.ResourceList{"count/configmaps": resource.MustParse(hard)}
	q.Status.Hard = q.Spec.Hard
	if used != "" {
		q.Status.Used = corev1.ResourceList{"count/configmaps": resource.MustParse(used)}
	}
	return q
}

func TestChargeGoesUpAndDown(t *testing.T) {
	cm := &corev1.ConfigMap{}
	cm.Name, cm.Namespace = "c", "ns"
	res := kschema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	counter := generic.NewObjectCountEvaluator(res.GroupResource(), nil, "")
	created := admission.NewAttributesRecord(cm, nil, kschema.GroupVersionKind{}, "ns", "c", res, "", admission.Create, nil, false, nil)
	deleted := admission.NewAttributesRecord(nil, cm, kschema.GroupVersionKind{}, "ns", "c", res, "", admission.Delete, nil, false, nil)
	for name, x := range map[string]struct {
		change     Change
		quota      corev1.ResourceQuota
		used, want string
	}{
		"room":           {Change{Attributes: created, Counter: counter}, configMaps("2", "1"), "2", ""},
		"no room":        {Change{Attributes: created, Counter: counter}, configMaps("2", "2"), "", `configmaps "c" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=2`},
		"not counted":    {Change{Attributes: created, Counter: counter}, configMaps("2", ""), "", "status unknown for quota: q, resources: count/configmaps"},
		"goes":           {Change{Attributes: deleted, Counter: counter, Gone: true}, configMaps("2", "2"), "1", ""},
		"goes from more": {Change{Attributes: deleted, Counter: counter, Gone: true}, configMaps("2", "7"), "6", ""},
		"never below":    {Change{Attributes: deleted, Counter: counter, Gone: true}, configMaps("2", "0"), "0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := x.quota.DeepCopy()
			used, err := x.change.Charge([]corev1.ResourceQuota{x.quota})
			verdict(t, err, x.want)
			if err == nil {
				if got := used[0]["count/configmaps"]; got.String() != x.used {
					t.Errorf("%s are used, want %s", got.String(), x.used)
				}
			}
			equal(t, &x.quota, before)
		})
	}
	secrets := configMaps("2", "1")
	secrets.Spec.Hard = corev1.ResourceList{"count/secrets": resource.MustParse("1")}
	if (&Change{Attributes: created, Counter: counter}).Concerns(&secrets) {
		t.Error("a config map is said to concern a quota for secrets")
	}
}
