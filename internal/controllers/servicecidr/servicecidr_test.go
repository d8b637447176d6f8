package servicecidr

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view/viewtest"
)

const given = `{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: kubernetes}, spec: {cidrs: [10.43.0.0/24]}}
---
{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: more}, spec: {cidrs: [10.44.0.0/24]}}
---
{apiVersion: v1, kind: Service, metadata: {name: s, namespace: red}, spec: {clusterIP: 10.44.0.7, clusterIPs: [10.44.0.7]}}
---
{apiVersion: networking.k8s.io/v1, kind: IPAddress, metadata: {name: 10.44.0.7, labels: {ipaddress.kubernetes.io/managed-by: ipallocator.k8s.io}}, spec: {parentRef: {resource: services, namespace: red, name: s}}}`

func ready(w *viewtest.World, name string) metav1.Condition {
	r := viewtest.Get[networkingv1.ServiceCIDR](w, ranges, "", name)
	if len(r.Status.Conditions) != 1 {
		return metav1.Condition{}
	}
	return r.Status.Conditions[0]
}

// TestRangesOutliveTheirAddresses: a range is ready and held; one that is deleted goes when nothing depends on it.
func TestRangesOutliveTheirAddresses(t *testing.T) {
	w := viewtest.New(t, strings.Split(given, "\n---\n")...)
	w.Settle(Controllers()...)
	for _, name := range []string{"kubernetes", "more"} {
		if c := ready(w, name); c.Status != metav1.ConditionTrue {
			t.Errorf("%s: %+v", name, c)
		}
	}
	more := viewtest.Get[networkingv1.ServiceCIDR](w, ranges, "", "more").DeepCopy()
	if len(more.Finalizers) != 1 || more.Finalizers[0] != finalizer {
		t.Fatalf("finalizers %v", more.Finalizers)
	}
	now := metav1.NewTime(w.Now)
	more.DeletionTimestamp = &now
	w.Put(more)
	w.Settle(Controllers()...)
	if c := ready(w, "more"); c.Status != metav1.ConditionFalse || c.Reason != networkingv1.ServiceCIDRReasonTerminating {
		t.Fatalf("while an address depends on it: %+v", c)
	}
	w.Put(&networkingv1.ServiceCIDR{ObjectMeta: metav1.ObjectMeta{Name: "wide"}, Spec: networkingv1.ServiceCIDRSpec{CIDRs: []string{"10.44.0.0/16"}}})
	w.Settle(Controllers()...)
	for _, r := range viewtest.All[networkingv1.ServiceCIDR](w, ranges) {
		if r.Name == "more" {
			t.Errorf("it is held although another range has its addresses: %v", r.Finalizers)
		}
	}
}

// TestAddressesAreRepaired: what users take away comes back, what they add goes.
func TestAddressesAreRepaired(t *testing.T) {
	w := viewtest.New(t, strings.Split(given, "\n---\n")...)
	w.Settle(Controllers()...)
	key := func(name string) api.Key { return api.Key{Resource: addresses, Cluster: api.Host, Name: name} }
	w.Remove(key("10.44.0.7"))
	stray := address("10.43.0.99", &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "red", Name: "gone"}})
	stray.CreationTimestamp = metav1.NewTime(w.Now)
	w.Put(stray)
	w.Settle(Controllers()...)
	if got := names(w); got != "10.43.0.99 10.44.0.7" { // the stray one does not go at once
		t.Errorf("addresses: %s", got)
	}
	w.Now = w.Now.Add(grace + time.Second)
	w.Plan(Controllers()[1], key("10.43.0.99"))
	if got := names(w); got != "10.44.0.7" {
		t.Errorf("addresses: %s", got)
	}
}

func names(w *viewtest.World) string {
	var out []string
	for _, a := range viewtest.All[networkingv1.IPAddress](w, addresses) {
		out = append(out, a.Name)
	}
	return strings.Join(out, " ")
}
