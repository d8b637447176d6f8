package pod

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestResolver(t *testing.T) {
	host := ParseResolvConf("# comment\nnameserver 192.0.2.1\nsearch example.com\noptions timeout:1 ndots:2\n")
	cluster := []string{"10.0.0.10"}
	for name, c := range map[string]struct{ spec, want string }{
		"cluster first": {`{dnsPolicy: ClusterFirst}`, "nameserver 10.0.0.10\nsearch shop.svc.cluster.local svc.cluster.local cluster.local example.com\noptions ndots:5\n"},
		"host network":  {`{dnsPolicy: ClusterFirst, hostNetwork: true}`, host.String()},
		"host network with cluster": {`{dnsPolicy: ClusterFirstWithHostNet, hostNetwork: true}`,
			"nameserver 10.0.0.10\nsearch shop.svc.cluster.local svc.cluster.local cluster.local example.com\noptions ndots:5\n"},
		"default": {`{dnsPolicy: Default}`, host.String()},
		"own": {`{dnsPolicy: None, dnsConfig: {nameservers: [1.1.1.1], searches: [a.b], options: [{name: ndots, value: "1"}, {name: edns0}]}}`,
			"nameserver 1.1.1.1\nsearch a.b\noptions ndots:1 edns0\n"},
		"added": {`{dnsPolicy: Default, dnsConfig: {nameservers: [192.0.2.1, 2.2.2.2, 3.3.3.3, 4.4.4.4], options: [{name: ndots, value: "9"}]}}`,
			"nameserver 192.0.2.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\nsearch example.com\noptions timeout:1 ndots:9\n"},
	} {
		p := &corev1.Pod{Spec: *parse[corev1.PodSpec](t, c.spec)}
		p.Namespace = "shop"
		fits, _ := Resolver(p, cluster, "cluster.local", host).Fit()
		if got := fits.String(); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
	if !slices.Equal(host.Options, []string{"timeout:1", "ndots:2"}) {
		t.Errorf("the host's configuration was changed: %v", host.Options)
	}
}

func TestHostnames(t *testing.T) {
	p := &corev1.Pod{}
	p.Name, p.Namespace = "web-0", "shop"
	p.Spec = *parse[corev1.PodSpec](t, `{subdomain: web, setHostnameAsFQDN: true, hostAliases: [{ip: 1.2.3.4, hostnames: [a, b]}]}`)
	name, err := UTSHostname(p, "cluster.local")
	if err != nil || name != "web-0.web.shop.svc.cluster.local" {
		t.Errorf("name: %q %v", name, err)
	}
	hosts := HostsFile(p, []string{"10.1.0.2"}, "cluster.local", "")
	for _, want := range []string{"10.1.0.2\tweb-0.web.shop.svc.cluster.local\tweb-0\n", "1.2.3.4\ta\tb\n", "127.0.0.1\tlocalhost\n"} {
		if !strings.Contains(hosts, want) {
			t.Errorf("no %q in %s", want, hosts)
		}
	}
	p.Name = strings.Repeat("long-", 20)
	if _, err := UTSHostname(p, "cluster.local"); err == nil {
		t.Error("a name that the kernel cannot hold was accepted")
	}
	p.Spec.SetHostnameAsFQDN = nil
	if name, err := UTSHostname(p, "cluster.local"); err != nil || len(name) > maxHostname || strings.HasSuffix(name, "-") {
		t.Errorf("name: %q %v", name, err)
	}
}

func TestQOSAndLimits(t *testing.T) {
	const gib = 1 << 30
	for name, c := range map[string]struct {
		spec   string
		qos    corev1.PodQOSClass
		limits Limits
		oom    int
	}{
		"nothing":    {`containers: [{name: a}]`, corev1.PodQOSBestEffort, Limits{CPUShares: 2}, 1000},
		"guaranteed": {`containers: [{name: a, resources: {limits: {cpu: 500m, memory: 1Gi}, requests: {cpu: 500m, memory: 1Gi}}}]`, corev1.PodQOSGuaranteed, Limits{512, 50_000, 100_000, gib}, -997},
		"burstable":  {`containers: [{name: a, resources: {requests: {memory: 2Gi, cpu: 1}}}, {name: b, resources: {limits: {memory: 1Gi}}}]`, corev1.PodQOSBurstable, Limits{CPUShares: 1024}, 500},
		"init peak": {`{initContainers: [{name: i, resources: {limits: {memory: 3Gi}}}, {name: s, restartPolicy: Always, resources: {limits: {memory: 1Gi}}}], containers: [{name: a, resources: {limits: {memory: 1Gi}}}]}`,
			corev1.PodQOSBurstable, Limits{CPUShares: 2, Memory: 3 * gib}, 999},
		"critical": {`{priority: 2000001000, containers: [{name: a}]}`, corev1.PodQOSBestEffort, Limits{CPUShares: 2}, -997},
	} {
		p := &corev1.Pod{Spec: *parse[corev1.PodSpec](t, c.spec)}
		if got := QOS(p); got != c.qos {
			t.Errorf("%s: class %s, want %s", name, got, c.qos)
		}
		if got := PodLimits(p); got != c.limits {
			t.Errorf("%s: limits %+v, want %+v", name, got, c.limits)
		}
		if got := OOMScoreAdj(p, &p.Spec.Containers[0], 4*gib); got != c.oom {
			t.Errorf("%s: score %d, want %d", name, got, c.oom)
		}
	}
}

func TestRefusals(t *testing.T) {
	node := &corev1.Node{}
	node.Labels = map[string]string{"disk": "ssd"}
	for spec, want := range map[string]string{
		`{os: {name: windows}}`:               "PodOSNotSupported",
		`{nodeSelector: {disk: hdd}}`:         "NodeAffinity",
		`{nodeSelector: {disk: ssd}}`:         "",
		`{os: {name: linux}, containers: []}`: "",
	} {
		got := Refuse(&corev1.Pod{Spec: *parse[corev1.PodSpec](t, spec)}, node)
		if got == nil && want != "" || got != nil && got.Reason != want {
			t.Errorf("%s: got %+v, want %q", spec, got, want)
		}
	}
}

func TestProbeCount(t *testing.T) {
	p := &corev1.Probe{FailureThreshold: 3, SuccessThreshold: 2}
	for results, want := range map[string]Outcome{"": Unknown, "+": Unknown, "++": Healthy, "+-+": Unknown, "---": Unhealthy, "++--": Healthy, "++---": Unhealthy, "---+": Unhealthy, "---++": Healthy} {
		c := NewProbeCount(Readiness)
		for _, r := range results {
			c = c.Add(r == '+', p)
		}
		if c.Outcome != want {
			t.Errorf("%q: got %d, want %d", results, c.Outcome, want)
		}
	}
}

// What resolvers do not take is left out, and told in kubelet's words.
func TestFit(t *testing.T) {
	long := strings.Repeat("a", 254)
	fits, omitted := ResolvConf{Nameservers: []string{"1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"}, Searches: []string{"a.b", long, "c.d"}}.Fit()
	if len(fits.Nameservers) != 3 || !slices.Equal(fits.Searches, []string{"a.b", "c.d"}) {
		t.Errorf("%+v", fits)
	}
	if !slices.Equal(omitted, []string{
		"Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 1.1.1.1 2.2.2.2 3.3.3.3",
		"Search Line limits were exceeded, some search paths have been omitted, the applied search line is: a.b c.d",
	}) {
		t.Errorf("%q", omitted)
	}
	if _, omitted := (ResolvConf{Nameservers: []string{"1.1.1.1"}, Searches: []string{"a.b"}}).Fit(); omitted != nil {
		t.Errorf("%q", omitted)
	}
}

func TestHugePages(t *testing.T) {
	node := corev1.ResourceList{"hugepages-2Mi": resource.MustParse("16Mi"), "hugepages-1Gi": resource.MustParse("0")}
	for name, c := range map[string]struct{ spec, medium, want, refusal string }{
		"of the size asked for": {`{containers: [{resources: {requests: {hugepages-2Mi: 4Mi}}}]}`, "HugePages", "HugePages-2Mi", ""},
		"named":                 {`{containers: [{resources: {requests: {hugepages-2Mi: 4Mi, hugepages-1Gi: 1Gi}}}]}`, "HugePages-1Gi", "HugePages-1Gi", ""},
		"not named":             {`{containers: [{resources: {requests: {hugepages-2Mi: 4Mi, hugepages-1Gi: 1Gi}}}]}`, "HugePages", "", "several sizes"},
		"of the whole pod":      {`{resources: {requests: {hugepages-2Mi: 4Mi}}, containers: [{}]}`, "HugePages-2Mi", "HugePages-2Mi", ""},
		"not asked for":         {`{containers: [{}]}`, "HugePages-2Mi", "", "requests no huge pages"},
		"memory":                {`{containers: [{}]}`, "Memory", "Memory", ""},
	} {
		p := &corev1.Pod{Spec: *parse[corev1.PodSpec](t, c.spec)}
		got, err := Medium(p, &corev1.Volume{VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMedium(c.medium)}}})
		if string(got) != c.want || (err == nil) != (c.refusal == "") || err != nil && !strings.Contains(err.Error(), c.refusal) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	p := &corev1.Pod{Spec: *parse[corev1.PodSpec](t, `{containers: [{resources: {requests: {hugepages-2Mi: 4Mi}}}, {resources: {requests: {hugepages-2Mi: 2Mi}}}]}`)}
	if got := HugePages(p, node); len(got) != 1 || got["2MB"] != 6<<20 {
		t.Errorf("bounds %v", got)
	}
	p = &corev1.Pod{Spec: *parse[corev1.PodSpec](t, `{resources: {requests: {hugepages-2Mi: 8Mi}}, containers: [{resources: {requests: {hugepages-2Mi: 4Mi}}}]}`)}
	if got := HugePages(p, node); len(got) != 1 || got["2MB"] != 8<<20 {
		t.Errorf("bounds of a whole pod %v", got)
	}
	if got := HugePages(&corev1.Pod{}, node); got["2MB"] != 0 || len(got) != 1 {
		t.Errorf("a pod without: %v", got)
	}
}

// TestStatusKeepsWhatOthersWrite holds that a node's status changes nothing that the scheduler and the claim controller have written.
func TestStatusKeepsWhatOthersWrite(t *testing.T) {
	theirs := corev1.PodStatus{
		NominatedNodeName: "n1", ResourceClaimStatuses: []corev1.PodResourceClaimStatus{{Name: "c"}},
		ExtendedResourceClaimStatus:          &corev1.PodExtendedResourceClaimStatus{ResourceClaimName: "e"},
		NodeAllocatableResourceClaimStatuses: []corev1.NodeAllocatableResourceClaimStatus{{ResourceClaimName: "a"}},
	}
	for name, refused := range map[string]*Refusal{"let in": nil, "refused": {Reason: "No", Message: "no"}} {
		p := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}, Status: *theirs.DeepCopy()}
		got := Decide(Input{Pod: p, Was: p.Status, Refused: refused, Now: epoch}).Status
		mine := corev1.PodStatus{
			NominatedNodeName: got.NominatedNodeName, ResourceClaimStatuses: got.ResourceClaimStatuses,
			ExtendedResourceClaimStatus: got.ExtendedResourceClaimStatus, NodeAllocatableResourceClaimStatuses: got.NodeAllocatableResourceClaimStatuses,
		}
		if !apiequality.Semantic.DeepEqual(mine, theirs) {
			t.Errorf("%s: %+v", name, mine)
		}
	}
}
