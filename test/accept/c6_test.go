package accept

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

const netManifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}, {name: alt, port: 8081, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: sticky}
spec: {sessionAffinity: ClientIP, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: none}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {selector: {app: echo}, ports: [{port: 7, targetPort: 9000, protocol: UDP}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: ExternalName, externalName: www.example.test}
---
`

// C6: addresses, services and names.
func TestC6(t *testing.T) {
	w := newWorld(t)
	w.apply(netManifest + pod("client", busybox, idle, "", "") +
		pod("named", "web:1", "exec /web", "", "hostname: first, subdomain: headless") +
		pod("echo", busybox, "exec /bin/tool echo :9000", "", "") +
		pod("port", "web:1", "exec /web", "ports: [{containerPort: 8080, hostPort: 18080}]", "") +
		pod("host", "web:1", "exec /web", `env: [{name: ADDR, value: ":18081"}, {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]`, "hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet"))
	w.k("label", "pod", "named", "app=web", "--overwrite") // a fourth endpoint, with a name of its own
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
	w.ready("condition=Ready", "pod/client", "pod/named", "pod/echo", "pod/port", "pod/host")
	for _, v := range []verb{
		{"addresses", podAddresses}, {"ClusterIP", clusterIPs}, {"NodePort", nodePorts}, {"headless", headless},
		{"hostPort", hostPorts}, {"hostNetwork", hostNetwork}, {"DNS", names}, {"DNS forwards the rest", forwardedNames},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// fetch asks a URL from the node and from a pod.
func (w *world) fetch(url string, words ...string) {
	w.Helper()
	for from, ask := range map[string]func() (string, error){
		"the node": func() (string, error) { return get(w.Context(), url) },
		"a pod":    func() (string, error) { return w.inPod("client", "/bin/tool get "+url) },
	} {
		w.eventually(url+" from "+from, func() error {
			out, err := ask()
			return errors.Join(err, want(out, words...))
		})
	}
}

// node is an address of the node, or another of its fields.
func (w *world) node(path string) string {
	w.Helper()
	return w.field("nodes", ".items[0]"+path)
}

func podAddresses(w *world) {
	prefix := netip.MustParsePrefix(w.node(".spec.podCIDR"))
	seen := map[string]bool{}
	for _, ip := range strings.Fields(w.field("pods -l app=web", ".items[*].status.podIP")) {
		if seen[ip] || !prefix.Contains(netip.MustParseAddr(ip)) {
			w.Errorf("address %s is taken twice, or not of %s", ip, prefix)
		}
		seen[ip] = true
		w.fetch("http://"+ip+":8080/", "hello from ")
		routes, err := netlink.RouteGet(net.ParseIP(ip))
		if err != nil || len(routes) != 1 {
			w.Fatalf("the route to %s: %v %v", ip, routes, err)
		}
		l, err := netlink.LinkByIndex(routes[0].LinkIndex)
		if err != nil || l.Type() != "veth" || l.Attrs().MasterIndex != 0 {
			w.Errorf("%s is behind %v %v, want a veth of its own", ip, l, err)
		}
	}
	if len(seen) != 4 {
		w.Errorf("%d addresses", len(seen))
	}
}

func clusterIPs(w *world) {
	ip := w.field("service/web", ".spec.clusterIP")
	w.fetch("http://"+ip, "hello from ")
	w.fetch("http://"+ip+":8081/", "hello from ")
	hosts := map[string]bool{}
	w.eventually("all endpoints are asked", func() error {
		out, err := get(w.Context(), "http://"+ip)
		hosts[out] = true
		if err == nil && len(hosts) < 3 {
			err = fmt.Errorf("only %v", hosts)
		}
		return err
	})
	w.eventually("datagrams come back", func() error { return ask(w.Context(), w.field("service/echo", ".spec.clusterIP")+":7") })
	// Affinity: one client, one endpoint.
	sticky := map[string]bool{}
	for range 12 {
		out, err := w.inPod("client", "/bin/tool get http://sticky/")
		if err != nil {
			w.Fatal(err)
		}
		sticky[out] = true
	}
	if len(sticky) != 1 {
		w.Errorf("one client was sent to %v", sticky)
	}
	// A pod reaches itself through its Service, whichever endpoint is chosen.
	self := w.field("pods -l app=web,pod-template-hash", ".items[0].metadata.name")
	for range 6 {
		if _, err := w.inPod(self, "/bin/busybox wget -qO- http://"+ip+"/"); err != nil {
			w.Error(err)
		}
	}
	if _, err := get(w.Context(), "http://"+w.field("service/none", ".spec.clusterIP")); err == nil || !errors.Is(err, unix.ECONNREFUSED) {
		w.Errorf("a Service without endpoints does not refuse: %v", err)
	}
}

// ask sends a datagram and wants it back.
func ask(ctx context.Context, address string) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	b := make([]byte, 16)
	_, err = c.Write([]byte("a datagram"))
	err = errors.Join(err, c.SetReadDeadline(time.Now().Add(time.Second)))
	n, readErr := c.Read(b)
	return errors.Join(err, readErr, want(string(b[:n]), "a datagram"))
}

func nodePorts(w *world) {
	port := w.field("service/web", ".spec.ports[0].nodePort")
	address := w.node(".status.addresses[?(@.type=='InternalIP')].address")
	w.fetch("http://"+address+":"+port, "hello from ")
	if out, err := get(w.Context(), "http://127.0.0.1:"+port); errors.Join(err, want(out, "hello from ")) != nil {
		w.Errorf("on loopback: %q %v", out, err)
	}
}

// lookup asks for the addresses of a name from a pod, as a C program's resolver would by the search path.
func (w *world) lookup(name string) (string, error) {
	return w.inPod("client", "/bin/tool lookup "+name)
}

func headless(w *world) {
	ips := strings.Fields(w.field("pods -l app=web", ".items[*].status.podIP"))
	out, err := w.lookup("headless")
	if err := errors.Join(err, want(out, ips...)); err != nil || len(strings.Fields(out)) != 4 {
		w.Errorf("headless is %q %v, want %v", out, err, ips)
	}
	out, err = w.lookup("first.headless")
	if ip := w.field("pod/named", ".status.podIP"); err != nil || out != ip {
		w.Errorf("first.headless is %q %v, want %s", out, err, ip)
	}
	w.expect([]string{"first.headless." + w.ns + ".svc.cluster.local"}, "exec", "named", "--", "/bin/busybox", "hostname", "-f")
}

func hostPorts(w *world) {
	address := w.node(".status.addresses[?(@.type=='InternalIP')].address")
	w.fetch("http://"+address+":18080/", "hello from port")
	if ip := w.field("pod/port", ".status.hostIP"); ip != address {
		w.Errorf("hostIP is %s, want %s", ip, address)
	}
	w.apply(pod("port-taken", busybox, idle, "ports: [{containerPort: 80, hostPort: 18080}]", ""))
	w.eventually("the port is taken", func() error {
		return want(w.field("pod/port-taken", ".status.conditions[?(@.type=='PodScheduled')].message"), "didn't have free ports")
	})
}

func hostNetwork(w *world) {
	address := w.node(".status.addresses[?(@.type=='InternalIP')].address")
	if ip := w.field("pod/host", ".status.podIP"); ip != address {
		w.Errorf("podIP is %s, want the node's %s", ip, address)
	}
	host, err := os.Hostname()
	if err != nil {
		w.Fatal(err)
	}
	w.fetch("http://"+address+":18081/", "hello from "+host)
	if out, err := get(w.Context(), "http://127.0.0.1:18081/"); errors.Join(err, want(out, "hello from "+host)) != nil {
		w.Errorf("on loopback: %q %v", out, err)
	}
	if out, err := w.inPod("host", "echo its address is $IP"); errors.Join(err, want(out, "is "+address)) != nil {
		w.Errorf("its own address in the environment: %q %v", out, err)
	}
	out, err := w.inPod("host", "/bin/busybox wget -qO- http://web/")
	if err := errors.Join(err, want(out, "hello from ")); err != nil {
		w.Errorf("by name from the host's network: %v", err)
	}
}

func names(w *world) {
	ip := w.field("service/web", ".spec.clusterIP")
	for _, name := range []string{"web", "web." + w.ns, "web." + w.ns + ".svc", "web." + w.ns + ".svc.cluster.local", "web." + w.ns + ".svc.cluster.local."} {
		if out, err := w.lookup(name); err != nil || out != ip {
			w.Errorf("%s is %q %v, want %s", name, out, err, ip)
		}
	}
	podIP := w.field("pod/client", ".status.podIP")
	if out, err := w.lookup(strings.ReplaceAll(podIP, ".", "-") + "." + w.ns + ".pod.cluster.local"); err != nil || out != podIP {
		w.Errorf("the name of the pod is %q %v, want %s", out, err, podIP)
	}
	out, err := w.inPod("client", "/bin/tool srv _http._tcp.web."+w.ns+".svc.cluster.local")
	if err := errors.Join(err, want(out, "80 web."+w.ns+".svc.cluster.local.")); err != nil {
		w.Errorf("SRV: %v", err)
	}
	if out, err := w.lookup("kubernetes.default.svc"); err != nil || out != w.k("-n", "default", "get", "service", "kubernetes", "-o", "jsonpath={.spec.clusterIP}") {
		w.Errorf("kubernetes.default.svc is %q %v", out, err)
	}
	if out, err := w.lookup("nobody." + w.ns + ".svc.cluster.local"); err == nil || want(err.Error(), "no such host") != nil {
		w.Errorf("a name of nobody is %q %v", out, err)
	}
	w.k("create", "service", "clusterip", "brief", "--tcp=80")
	w.eventually("a new name", func() error { _, err := w.lookup("brief"); return err })
	w.k("delete", "service", "brief")
	w.eventually("it goes with its Service", func() error {
		if out, err := w.lookup("brief"); err == nil {
			return fmt.Errorf("%w: %s", errStill, out)
		}
		return nil
	})
}

// forwardedNames gives the machine a resolver of the test and asks for a name of the world through a pod.
func forwardedNames(w *world) {
	const resolver, answer = "127.0.0.53", "198.51.100.7"
	l, err := net.ListenPacket("udp", resolver+":53")
	if err != nil {
		w.Fatal(err)
	}
	s := &dns.Server{PacketConn: l, Handler: dns.HandlerFunc(func(rw dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		switch name := q.Question[0]; {
		case name.Name != "www.example.test.":
			m.Rcode = dns.RcodeNameError
		case name.Qtype == dns.TypeA:
			m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: name.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 5}, A: net.ParseIP(answer)}}
		}
		_ = rw.WriteMsg(m) // who asked, asks again
	})}
	served := make(chan error, 1)
	go func() { served <- s.ActivateAndServe() }()
	w.Cleanup(func() {
		if err := errors.Join(s.Shutdown(), <-served); err != nil {
			w.Error(err)
		}
	})
	conf := filepath.Join(w.TempDir(), "resolv.conf")
	if err := os.WriteFile(conf, []byte("nameserver "+resolver+"\n"), 0o644); err != nil {
		w.Fatal(err)
	}
	// Only in this test's mount namespace, which the daemon shares.
	if err := unix.Mount(conf, "/etc/resolv.conf", "", unix.MS_BIND, ""); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := unix.Unmount("/etc/resolv.conf", unix.MNT_DETACH); err != nil {
			w.Error(err)
		}
	})
	for _, name := range []string{"www.example.test", "outside"} {
		w.eventually(name, func() error {
			out, err := w.lookup(name)
			return errors.Join(err, want(out, answer))
		})
	}
	if out, err := w.lookup("nothing.example.test"); err == nil || want(err.Error(), "no such host") != nil {
		w.Errorf("a name that is not in the world is %q %v", out, err)
	}
}
