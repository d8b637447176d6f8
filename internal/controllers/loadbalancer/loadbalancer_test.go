package loadbalancer

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/ipam"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

// four has room for two: .1 and .2.
func four() reconcile.Controller {
	return New(func(api.Cluster) ipam.Pool { return ipam.Pool{netip.MustParsePrefix("198.51.100.0/30")} })
}

func svc(name string, age int, spec, ips string) string {
	status := ""
	for _, ip := range strings.Fields(ips) {
		status += "{ip: " + ip + "},"
	}
	return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %s, creationTimestamp: %q}\nspec: {type: LoadBalancer, ports: [{port: 80}], %s}\nstatus: {loadBalancer: {ingress: [%s]}}\n",
		name, viewtest.Epoch.Add(-time.Duration(age)*time.Minute).Format(time.RFC3339), spec, strings.TrimSuffix(status, ","))
}

func show(w *viewtest.World) string {
	var out []string
	for _, s := range viewtest.All[corev1.Service](w, plan.Services) {
		line := s.Name + "="
		for _, a := range held(s) {
			line += strings.TrimPrefix(a.String(), "198.51.100")
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestPool(t *testing.T) {
	for _, tc := range []struct {
		name  string
		given []string
		want  string
		told  string
	}{
		{"the oldest first", []string{svc("a", 1, "", ""), svc("b", 2, "", "")}, "a=.2 b=.1", "a Normal EnsuredLoadBalancer: Ensured load balancer"},
		{"the pool is full", []string{svc("a", 1, "", ""), svc("b", 2, "", ""), svc("c", 3, "", "")}, "a= b=.2 c=.1",
			"a Warning SyncLoadBalancerFailed: Error syncing load balancer: all addresses of the pool [198.51.100.0/30] are taken"},
		{"asked for by name", []string{svc("a", 1, "loadBalancerIP: 198.51.100.1", ""), svc("b", 2, "", "")}, "a=.1 b=.2", ""},
		{"who has one keeps it", []string{svc("a", 1, "", "198.51.100.1"), svc("b", 2, "loadBalancerIP: 198.51.100.1", "")}, "a=.1 b=",
			"b Warning SyncLoadBalancerFailed: Error syncing load balancer: spec.loadBalancerIP 198.51.100.1 belongs to service default/a"},
		{"not of the pool", []string{svc("a", 1, "loadBalancerIP: 10.0.0.1", "")}, "a=",
			"a Warning SyncLoadBalancerFailed: Error syncing load balancer: spec.loadBalancerIP 10.0.0.1 is not in the pool [198.51.100.0/30]"},
		{"given to two: the older keeps it", []string{svc("a", 1, "", "198.51.100.1"), svc("b", 2, "", "198.51.100.1")}, "a=.2 b=.1", ""},
		{"another's class", []string{svc("a", 1, "loadBalancerClass: example.com/x", "")}, "a=", ""},
		{"another's address stays", []string{svc("a", 1, "loadBalancerClass: example.com/x", "203.0.113.5")}, "a=203.0.113.5", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := viewtest.New(t, tc.given...)
			told, _ := w.Settle(four())
			if got := show(w); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if tc.told != "" && !slices.Contains(told, tc.told) {
				t.Errorf("told %q, want %q", told, tc.told)
			}
		})
	}
}

// An address that is given back goes to who waits: after a deletion, and after a change of the type.
func TestGivenBack(t *testing.T) {
	for name, end := range map[string]func(w *viewtest.World, s *corev1.Service){
		"deleted":        func(w *viewtest.World, s *corev1.Service) { w.Remove(w.Key(s)) },
		"made ClusterIP": func(w *viewtest.World, s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeClusterIP; w.Put(s) },
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, svc("a", 1, "", ""), svc("b", 2, "", ""), svc("c", 3, "", ""))
			w.Settle(four())
			end(w, viewtest.Get[corev1.Service](w, plan.Services, "default", "c"))
			w.Settle(four())
			if got := strings.TrimSuffix(show(w), " c="); got != "a=.1 b=.2" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestWithoutPoolNothingIsTouched(t *testing.T) {
	w := viewtest.New(t, svc("a", 1, "", ""), svc("b", 2, "", "198.51.100.1"))
	w.Settle(New(func(api.Cluster) ipam.Pool { return nil }))
	if got := show(w); got != "a= b=.1" {
		t.Errorf("got %q", got)
	}
}

// A Service gets an address of each family that it has and the pool knows.
func TestBothFamilies(t *testing.T) {
	both := New(func(api.Cluster) ipam.Pool {
		return ipam.Pool{netip.MustParsePrefix("198.51.100.0/30"), netip.MustParsePrefix("2001:db8::/126")}
	})
	const dual, six = "ipFamilies: [IPv4, IPv6]", "ipFamilies: [IPv6]"
	for _, tc := range []struct {
		name, spec, has string
		ctl             reconcile.Controller
		want, told      string
	}{
		{"both", dual, "", both, "a=.12001:db8::1", ""},
		{"one", six, "", both, "a=2001:db8::1", ""},
		{"the pool knows one of two", dual, "", four(), "a=.1", ""},
		{"the pool knows neither", six, "", four(), "a=", "a Warning SyncLoadBalancerFailed: Error syncing load balancer: the pool [198.51.100.0/30] has no address of family [IPv6]"},
		{"by name", dual + ", loadBalancerIP: \"2001:db8::2\"", "", both, "a=2001:db8::2", ""},
		{"by name, of a family that it has not", six + ", loadBalancerIP: 198.51.100.1", "", both, "a=",
			"a Warning SyncLoadBalancerFailed: Error syncing load balancer: spec.loadBalancerIP 198.51.100.1 is of none of the Service's families"},
		{"a family that it has not any more", "ipFamilies: [IPv4]", `198.51.100.1 "2001:db8::1"`, both, "a=.1", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := viewtest.New(t, svc("a", 1, tc.spec, tc.has))
			told, _ := w.Settle(tc.ctl)
			if got := show(w); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if tc.told != "" && !slices.Contains(told, tc.told) {
				t.Errorf("told %q, want %q", told, tc.told)
			}
		})
	}
}
