package endpointslice

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

const shop = `
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {topology.kubernetes.io/zone: z1}}
---
apiVersion: v1
kind: Service
metadata: {name: web, uid: uid-web, labels: {team: shop}}
spec: {clusterIP: 10.43.0.10, ipFamilies: [IPv4], selector: {app: web}, ports: [{name: http, port: 80, targetPort: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ready, labels: {app: web}}
spec: {nodeName: n1, containers: [{name: c, image: i, ports: [{name: web, containerPort: 8080}]}]}
status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}], conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: starting, labels: {app: web}}
spec: {nodeName: n1, hostname: h, subdomain: web, containers: [{name: c, image: i, ports: [{name: web, containerPort: 8080}]}]}
status: {phase: Running, podIP: 10.0.0.2, podIPs: [{ip: 10.0.0.2}], conditions: [{type: Ready, status: "False"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: leaving, labels: {app: web}, deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 30}
spec: {nodeName: n1, containers: [{name: c, image: i, ports: [{name: web, containerPort: 9090}]}]}
status: {phase: Running, podIP: 10.0.0.3, podIPs: [{ip: 10.0.0.3}], conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: done, labels: {app: web}}
spec: {nodeName: n1, containers: [{name: c, image: i}]}
status: {phase: Succeeded, podIP: 10.0.0.4, podIPs: [{ip: 10.0.0.4}]}
---
apiVersion: v1
kind: Pod
metadata: {name: stranger, labels: {app: db}}
spec: {nodeName: n1, containers: [{name: c, image: i}]}
status: {phase: Running, podIP: 10.0.0.5, podIPs: [{ip: 10.0.0.5}], conditions: [{type: Ready, status: "True"}]}
`

func show(w *viewtest.World) string {
	var out []string
	for _, s := range viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices) {
		var ports []string
		for _, p := range s.Ports {
			ports = append(ports, fmt.Sprintf("%s=%d/%s", *p.Name, *p.Port, *p.Protocol))
		}
		for _, e := range s.Endpoints {
			line := fmt.Sprintf("%s %s ready=%t serving=%t terminating=%t node=%s zone=%s", e.TargetRef.Name, e.Addresses[0], *e.Conditions.Ready, *e.Conditions.Serving, *e.Conditions.Terminating, *e.NodeName, *e.Zone)
			if e.Hostname != nil {
				line += " hostname=" + *e.Hostname
			}
			out = append(out, line+" "+strings.Join(ports, ","))
		}
		if len(s.Endpoints) == 0 {
			out = append(out, "empty")
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestSlices(t *testing.T) {
	w := viewtest.New(t, shop)
	w.Settle(Controller())
	want := `leaving 10.0.0.3 ready=false serving=true terminating=true node=n1 zone=z1 http=9090/TCP
ready 10.0.0.1 ready=true serving=true terminating=false node=n1 zone=z1 http=8080/TCP
starting 10.0.0.2 ready=false serving=false terminating=false node=n1 zone=z1 hostname=h http=8080/TCP`
	if got := show(w); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s := viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices)[0]
	for k, v := range map[string]string{"team": "shop", discoveryv1.LabelServiceName: "web", discoveryv1.LabelManagedBy: Manager} {
		if s.Labels[k] != v {
			t.Errorf("label %s = %q, want %q", k, s.Labels[k], v)
		}
	}
	if len(s.OwnerReferences) != 1 || s.OwnerReferences[0].Kind != "Service" || !*s.OwnerReferences[0].Controller {
		t.Errorf("owners %v", s.OwnerReferences)
	}
	if !strings.HasPrefix(s.Name, "web-") || len(s.Name) != 9 {
		t.Errorf("name %q", s.Name)
	}
}

func TestReadinessReachesTheSlice(t *testing.T) {
	w := viewtest.New(t, shop)
	w.Settle(Controller())
	p := viewtest.Get[corev1.Pod](w, plan.Pods, "default", "ready")
	plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionFalse}, w.Now)
	w.Put(p)
	w.Settle(Controller())
	if got := show(w); !strings.Contains(got, "ready 10.0.0.1 ready=false") {
		t.Errorf("got\n%s", got)
	}
	for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
		w.Remove(plan.KeyOf(api.Host, plan.Pods, p))
	}
	w.Settle(Controller())
	if got := show(w); got != "empty" {
		t.Errorf("without pods\n%s", got)
	}
}

func TestPublishNotReadyAddressesAndHeadless(t *testing.T) {
	doc := strings.Replace(shop, "clusterIP: 10.43.0.10,", "clusterIP: None, publishNotReadyAddresses: true,", 1)
	w := viewtest.New(t, doc)
	w.Settle(Controller())
	if got := show(w); strings.Contains(got, "ready=false") {
		t.Errorf("got\n%s", got)
	}
	s := viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices)[0]
	if _, ok := s.Labels[corev1.IsHeadlessService]; !ok {
		t.Errorf("labels %v", s.Labels)
	}
}

func TestSlicesOfOthersAreLeftAlone(t *testing.T) {
	w := viewtest.New(t, shop, `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: theirs, labels: {kubernetes.io/service-name: web, endpointslice.kubernetes.io/managed-by: me}}
addressType: IPv4
endpoints: []
`)
	w.Settle(Controller())
	w.Remove(api.Key{Resource: plan.Services, Cluster: api.Host, Namespace: "default", Name: "web"})
	w.Settle(Controller())
	if all := viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices); len(all) != 1 || all[0].Name != "theirs" {
		t.Errorf("left %d slices", len(all))
	}
}

func TestTrafficDistribution(t *testing.T) {
	for distribution, want := range map[string]string{
		"":               "ready - -\nstarting - -",
		"PreferClose":    "ready [{z1}] -\nstarting - -",
		"PreferSameZone": "ready [{z1}] -\nstarting - -",
		"PreferSameNode": "ready [{z1}] [{n1}]\nstarting - -",
	} {
		doc := strings.ReplaceAll(shop, "kind: Pod\nmetadata: {name: leaving", "kind: Pod\nmetadata: {namespace: other, name: leaving")
		if distribution != "" {
			doc = strings.Replace(doc, "spec: {clusterIP: 10.43.0.10,", "spec: {clusterIP: 10.43.0.10, trafficDistribution: "+distribution+",", 1)
		}
		w := viewtest.New(t, doc)
		w.Settle(Controller())
		var out []string
		for _, e := range viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices)[0].Endpoints {
			zones, nodes := "-", "-"
			if e.Hints != nil && e.Hints.ForZones != nil {
				zones = fmt.Sprint(e.Hints.ForZones)
			}
			if e.Hints != nil && e.Hints.ForNodes != nil {
				nodes = fmt.Sprint(e.Hints.ForNodes)
			}
			out = append(out, e.TargetRef.Name+" "+zones+" "+nodes)
		}
		slices.Sort(out)
		if got := strings.Join(out, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", distribution, got, want)
		}
	}
}
