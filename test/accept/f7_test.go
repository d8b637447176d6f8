package accept

import (
	"fmt"
	"net/netip"
	"strings"
	"syscall"
	"testing"
)

// F7: a dual stack instance: pods, Services, names, node ports and load balancers of both families.
func TestF7(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17446"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	args := []string{"up", "--listen", in.listen, "--dual-stack", "--load-balancer-pool", "198.51.100.0/30", "--load-balancer-pool", "2001:db8:9::/64"}
	if _, err := in.gantry(args...); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	w.apply(strings.ReplaceAll(netManifest, "selector: {app: web}", "ipFamilyPolicy: PreferDualStack, selector: {app: web}") +
		pod("client", busybox, idle, "", "") + pod("port", "web:1", "exec /web", "ports: [{containerPort: 8080, hostPort: 18080}]", ""))
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
	w.ready("condition=Ready", "pod/client", "pod/port")
	t.Run("pods and nodes", func(t *testing.T) { dualPods(w.sub(t)) })
	t.Run("services", func(t *testing.T) { dualServices(w.sub(t)) })
	t.Run("policies", func(t *testing.T) { dualPolicies(w.sub(t)) })
	t.Run("restart", func(t *testing.T) {
		w := w.sub(t)
		before := w.field("pods", ".items[*].status.podIPs[*].ip")
		w.kill(w.daemon(), syscall.SIGKILL)
		if _, err := in.gantry(args...); err != nil {
			t.Fatal(err)
		}
		w.answersAt(w.addressesOf("service/web", ".spec.clusterIPs[*]"), 80)
		if after := w.field("pods", ".items[*].status.podIPs[*].ip"); after != before {
			t.Errorf("addresses were %q, are %q", before, after)
		}
	})
}

// addressesOf wants one IPv4 and one IPv6 address, in this order.
func (w *world) addressesOf(object, path string) []string {
	w.Helper()
	ips := strings.Fields(w.field(object, path))
	if len(ips) != 2 || !netip.MustParseAddr(ips[0]).Is4() || !netip.MustParseAddr(ips[1]).Is6() {
		w.Fatalf("%s of %s are %v, want one of each family", path, object, ips)
	}
	return ips
}

// answersAt has a pod ask each address by HTTP.
func (w *world) answersAt(ips []string, port uint16) {
	w.Helper()
	for _, ip := range ips {
		url := "http://" + netip.AddrPortFrom(netip.MustParseAddr(ip), port).String() + "/"
		w.eventually("an answer at "+url, func() error {
			_, err := w.inPod("client", "/bin/tool get "+url)
			return err
		})
	}
}

func dualPods(w *world) {
	for _, pod := range []string{"client", "port"} {
		w.addressesOf("pod/"+pod, ".status.hostIPs[*].ip")
	}
	own := w.addressesOf("pod/client", ".status.podIPs[*].ip")
	hosts, err := w.inPod("client", "cat /etc/hosts")
	if err := errorsOr(err, want(hosts, own[0]+"\tclient", own[1]+"\tclient")); err != nil {
		w.Error(err)
	}
	w.answersAt(w.addressesOf("pod/port", ".status.podIPs[*].ip"), 8080)
	node := w.addressesOf("nodes", `.items[*].status.addresses[?(@.type=="InternalIP")].address`)
	w.answersAt(node, 18080) // a host port
	if cidrs := strings.Fields(w.field("nodes", ".items[*].spec.podCIDRs[*]")); len(cidrs) != 2 {
		w.Errorf("the node's podCIDRs are %v", cidrs)
	}
}

func dualServices(w *world) {
	ips := w.addressesOf("service/web", ".spec.clusterIPs[*]")
	w.answersAt(ips, 80)
	for i, family := range []string{"IPv4", "IPv6"} {
		w.eventually("three endpoints of "+family, func() error {
			out := w.k("get", "endpointslices", "-l", "kubernetes.io/service-name=web", "-o",
				fmt.Sprintf(`jsonpath={.items[?(@.addressType=="%s")].endpoints[*].addresses[0]}`, family))
			if n := len(strings.Fields(out)); n != 3 {
				return fmt.Errorf("%d of slices of %s: %s", n, family, out)
			}
			return nil
		})
		names, err := w.inPod("client", fmt.Sprintf("/bin/busybox nslookup -type=%s web.%s.svc.cluster.local", []string{"a", "aaaa"}[i], w.ns))
		if err := errorsOr(err, want(names, ips[i])); err != nil {
			w.Error(err)
		}
	}
	port := w.field("service/web", ".spec.ports[0].nodePort")
	var number uint16
	if _, err := fmt.Sscan(port, &number); err != nil {
		w.Fatal(err)
	}
	w.answersAt(w.addressesOf("nodes", `.items[*].status.addresses[?(@.type=="InternalIP")].address`), number)
	w.apply("apiVersion: v1\nkind: Service\nmetadata: {name: balanced}\nspec: {type: LoadBalancer, ipFamilyPolicy: RequireDualStack, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n")
	w.eventually("two addresses", func() error {
		return want(w.field("service/balanced", ".status.loadBalancer.ingress[*].ip"), "198.51.100.1 2001:db8:9::1")
	})
	w.answersAt(w.addressesOf("service/balanced", ".status.loadBalancer.ingress[*].ip"), 80)
}

// dualPolicies: a Service goes from one family to two and back.
func dualPolicies(w *world) {
	w.apply("apiVersion: v1\nkind: Service\nmetadata: {name: single}\nspec: {ipFamilyPolicy: SingleStack, ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n")
	ip := w.field("service/single", ".spec.clusterIPs[*]")
	if a, err := netip.ParseAddr(ip); err != nil || !a.Is6() {
		w.Fatalf("the cluster IP of a Service of IPv6 is %q", ip)
	}
	w.answersAt([]string{ip}, 80)
	w.k("patch", "service", "single", "--type=merge", "-p", `{"spec":{"ipFamilyPolicy":"PreferDualStack"}}`)
	both := strings.Fields(w.field("service/single", ".spec.clusterIPs[*]"))
	if len(both) != 2 || both[0] != ip {
		w.Fatalf("cluster IPs %v, want %s and one of IPv4", both, ip)
	}
	w.answersAt(both, 80)
	w.k("patch", "service", "single", "--type=merge", "-p", `{"spec":{"ipFamilyPolicy":"SingleStack"}}`)
	if now := w.field("service/single", ".spec.clusterIPs[*]"); now != ip {
		w.Errorf("cluster IPs %s, want %s alone", now, ip)
	}
}
