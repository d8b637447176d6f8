package endpointslicemirroring

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const given = `
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {ports: [{name: sql, port: 5432}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: db, uid: uid-ep, labels: {team: a}, annotations: {note: x, endpoints.kubernetes.io/last-change-trigger-time: t}}
subsets:
- addresses: [{ip: 192.0.2.9, hostname: h}, {ip: "2001:db8::1"}]
  notReadyAddresses: [{ip: 192.0.2.10, nodeName: n1}]
  ports: [{name: sql, port: 5432, protocol: TCP}]
`

// show is all slices as text.
func show(w *viewtest.World) string {
	var out []string
	for _, s := range viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices) {
		for _, e := range s.Endpoints {
			line := fmt.Sprintf("%s %s ready=%t %s=%d", s.AddressType, e.Addresses[0], *e.Conditions.Ready, *s.Ports[0].Name, *s.Ports[0].Port)
			if e.Hostname != nil {
				line += " hostname=" + *e.Hostname
			}
			if e.NodeName != nil {
				line += " node=" + *e.NodeName
			}
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestMirror(t *testing.T) {
	w := viewtest.New(t, given)
	w.Settle(Controller())
	want := `IPv4 192.0.2.10 ready=false sql=5432 node=n1
IPv4 192.0.2.9 ready=true sql=5432 hostname=h
IPv6 2001:db8::1 ready=true sql=5432`
	if got := show(w); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s := viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices)[0]
	if got := fmt.Sprint(s.Labels, s.Annotations, s.OwnerReferences[0].Kind, s.OwnerReferences[0].Name, *s.OwnerReferences[0].Controller); got !=
		"map[endpointslice.kubernetes.io/managed-by:endpointslicemirroring-controller.k8s.io kubernetes.io/service-name:db team:a] map[note:x]Endpointsdbtrue" {
		t.Errorf("got %s", got)
	}
}

// What changes on the one side changes on the other; what ceases to be mirrored takes its mirrors along.
func TestFollows(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(w *viewtest.World, ep *corev1.Endpoints, svc *corev1.Service)
		want   string
	}{
		"an address goes": {func(w *viewtest.World, ep *corev1.Endpoints, _ *corev1.Service) {
			ep.Subsets[0].Addresses = ep.Subsets[0].Addresses[:1]
			ep.Subsets[0].NotReadyAddresses = nil
			w.Put(ep)
		}, "IPv4 192.0.2.9 ready=true sql=5432 hostname=h"},
		"the port moves": {func(w *viewtest.World, ep *corev1.Endpoints, _ *corev1.Service) {
			ep.Subsets[0].Ports[0].Port, ep.Subsets[0].Addresses, ep.Subsets[0].NotReadyAddresses = 1, ep.Subsets[0].Addresses[:1], nil
			w.Put(ep)
		}, "IPv4 192.0.2.9 ready=true sql=1 hostname=h"},
		"twice the same address": {func(w *viewtest.World, ep *corev1.Endpoints, _ *corev1.Service) {
			ep.Subsets[0].Addresses, ep.Subsets[0].NotReadyAddresses = ep.Subsets[0].Addresses[:1], nil
			ep.Subsets = append(ep.Subsets, ep.Subsets[0])
			w.Put(ep)
		}, "IPv4 192.0.2.9 ready=true sql=5432 hostname=h"},
		"the service gets a selector": {func(w *viewtest.World, _ *corev1.Endpoints, svc *corev1.Service) {
			svc.Spec.Selector = map[string]string{"a": "b"}
			w.Put(svc)
		}, ""},
		"the service goes": {func(w *viewtest.World, _ *corev1.Endpoints, svc *corev1.Service) { w.Remove(w.Key(svc)) }, ""},
		"the endpoints go": {func(w *viewtest.World, ep *corev1.Endpoints, _ *corev1.Service) { w.Remove(w.Key(ep)) }, ""},
		"skip-mirror": {func(w *viewtest.World, ep *corev1.Endpoints, _ *corev1.Service) {
			ep.Labels[discoveryv1.LabelSkipMirror] = "true"
			w.Put(ep)
		}, ""},
		"a leader's lease": {func(w *viewtest.World, ep *corev1.Endpoints, _ *corev1.Service) {
			ep.Annotations[leaderAnnotation] = "{}"
			w.Put(ep)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, given)
			w.Settle(Controller())
			tc.change(w, viewtest.Get[corev1.Endpoints](w, plan.Endpoints, "default", "db"), viewtest.Get[corev1.Service](w, plan.Services, "default", "db"))
			w.Settle(Controller())
			if got := show(w); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

func TestTooManyAreSaid(t *testing.T) {
	w := viewtest.New(t, given)
	ep := viewtest.Get[corev1.Endpoints](w, plan.Endpoints, "default", "db")
	ep.Subsets[0].Addresses = nil
	for i := range 1001 {
		ep.Subsets[0].Addresses = append(ep.Subsets[0].Addresses, corev1.EndpointAddress{IP: fmt.Sprintf("10.0.%d.%d", i/250, i%250)})
	}
	w.Put(ep)
	told, _ := w.Settle(Controller())
	if want := "db Warning TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped"; !slices.Contains(told, want) {
		t.Errorf("told %q", told)
	}
}

// A mirror that somebody else deletes or changes comes back.
func TestMendsItsMirrors(t *testing.T) {
	w := viewtest.New(t, given)
	w.Settle(Controller())
	before := show(w)
	all := viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices)
	w.Remove(plan.KeyOf(api.Host, plan.EndpointSlices, all[0]))
	all[1].Endpoints = nil
	w.Put(all[1])
	w.Settle(Controller())
	if got := show(w); got != before {
		t.Errorf("got\n%s\nwant\n%s", got, before)
	}
}
