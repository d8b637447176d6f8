package endpoints

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const service = `
apiVersion: v1
kind: Service
metadata: {name: web, labels: {team: shop}}
spec: {clusterIP: 10.43.0.10, ipFamilies: [IPv4], selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
`

func pod(name, ip, ready string) string {
	return fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: %s, labels: {app: web}}
spec: {nodeName: n1, containers: [{name: c, image: i}]}
status: {phase: Running, podIP: %s, podIPs: [{ip: %s}], conditions: [{type: Ready, status: "%s"}]}
`, name, ip, ip, ready)
}

func TestSubsets(t *testing.T) {
	w := viewtest.New(t, service, pod("b", "10.0.0.2", "True"), pod("a", "10.0.0.1", "True"), pod("c", "10.0.0.3", "False"))
	w.Settle(Controller())
	e := viewtest.Get[corev1.Endpoints](w, plan.Endpoints, "default", "web")
	if len(e.Subsets) != 1 {
		t.Fatalf("subsets %+v", e.Subsets)
	}
	s := e.Subsets[0]
	if len(s.Addresses) != 2 || s.Addresses[0].IP != "10.0.0.1" || s.Addresses[1].TargetRef.Name != "b" || *s.Addresses[0].NodeName != "n1" {
		t.Errorf("addresses %+v", s.Addresses)
	}
	if len(s.NotReadyAddresses) != 1 || s.NotReadyAddresses[0].IP != "10.0.0.3" {
		t.Errorf("not ready %+v", s.NotReadyAddresses)
	}
	if len(s.Ports) != 1 || s.Ports[0].Port != 8080 || s.Ports[0].Name != "http" {
		t.Errorf("ports %+v", s.Ports)
	}
	if e.Labels["team"] != "shop" || e.Labels[managedBy] != manager {
		t.Errorf("labels %v", e.Labels)
	}
}

func TestGoesWithItsService(t *testing.T) {
	w := viewtest.New(t, service)
	w.Settle(Controller())
	if n := len(viewtest.All[corev1.Endpoints](w, plan.Endpoints)); n != 1 {
		t.Fatalf("%d endpoints of a service without pods, want an empty one", n)
	}
	w.Remove(api.Key{Resource: plan.Services, Cluster: api.Host, Namespace: "default", Name: "web"})
	w.Settle(Controller())
	if n := len(viewtest.All[corev1.Endpoints](w, plan.Endpoints)); n != 0 {
		t.Errorf("%d endpoints left", n)
	}
}

func TestEndpointsOfOthersAreLeftAlone(t *testing.T) {
	w := viewtest.New(t, strings.Replace(service, "selector: {app: web}, ", "", 1), `
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 5432}]}]
`)
	w.Settle(Controller())
	w.Remove(api.Key{Resource: plan.Services, Cluster: api.Host, Namespace: "default", Name: "web"})
	w.Settle(Controller())
	if n := len(viewtest.All[corev1.Endpoints](w, plan.Endpoints)); n != 1 {
		t.Errorf("%d endpoints left", n)
	}
}

func TestOverCapacityIsSaid(t *testing.T) {
	docs := []string{service}
	for i := range 1001 {
		docs = append(docs, pod(fmt.Sprintf("p%04d", i), fmt.Sprintf("10.0.%d.%d", 1+i/250, 1+i%250), "True"))
	}
	w := viewtest.New(t, docs...)
	w.Settle(Controller())
	e := viewtest.Get[corev1.Endpoints](w, plan.Endpoints, "default", "web")
	if n := len(e.Subsets[0].Addresses); n != 1000 || e.Annotations[corev1.EndpointsOverCapacity] != "truncated" {
		t.Errorf("%d addresses, annotations %v", n, e.Annotations)
	}
}
