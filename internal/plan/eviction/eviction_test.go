package eviction

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestParse(t *testing.T) {
	got, err := Parse("memory.available<100Mi, nodefs.available<10%")
	if err != nil || !slices.Equal(got, []Threshold{{Signal: Memory, Amount: 100 << 20}, {Signal: NodeFS, Percent: 10}}) {
		t.Errorf("got %v, %v", got, err)
	}
	for text, want := range map[string]string{
		"":                                     "want SIGNAL<AMOUNT",
		"memory.available":                     "want SIGNAL<AMOUNT",
		"memory<1Mi":                           "want SIGNAL<AMOUNT",
		"memory.available<x":                   "want an amount",
		"memory.available<-1":                  "want an amount",
		"pid.available<101%":                   "want a share",
		"pid.available<1%,pid.available<2%":    "has a threshold already",
		"pid.available<NaN%":                   "want a share",
		"nodefs.available<10%,memory.avail<1k": "want SIGNAL<AMOUNT",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestShortages(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		seen Observation
		want bool
	}{
		{Observation{Memory, 99 << 20, 8 * gib}, true},
		{Observation{Memory, 101 << 20, 8 * gib}, false},
		{Observation{NodeFS, 2 * gib, 1000 * gib}, false}, // a tenth, but more than a GiB
		{Observation{NodeFS, gib - 1, 1000 * gib}, true},
		{Observation{NodeFS, 5 << 20, 64 << 20}, true},
		{Observation{NodeFS, 7 << 20, 64 << 20}, false},
		{Observation{PIDs, 100, 32768}, true},
		{Observation{NodeInodes, 0, 0}, false}, // a file system that does not count inodes
	} {
		if got := Shortages(Defaults(), []Observation{c.seen}); (len(got) == 1) != c.want {
			t.Errorf("%+v: %+v", c.seen, got)
		}
	}
	both := Shortages(Defaults(), []Observation{{NodeFS, 0, gib}, {Memory, 0, gib}})
	if len(both) != 2 || both[0].Signal != Memory {
		t.Errorf("memory does not come first: %+v", both)
	}
}

func pod(name string, priority int32, request string) *corev1.Pod {
	p := &corev1.Pod{Spec: corev1.PodSpec{Priority: &priority, Containers: []corev1.Container{{Name: "c"}}}}
	p.Name = name
	if request != "" {
		p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(request)}
	}
	return p
}

func TestRank(t *testing.T) {
	pods := []Usage{
		{Pod: pod("within", 0, "1Gi"), Memory: 500 << 20, PIDs: 9},
		{Pod: pod("little-over", 0, "10Mi"), Memory: 11 << 20, PIDs: 2},
		{Pod: pod("far-over", 0, ""), Memory: 100 << 20, PIDs: 3},
		{Pod: pod("over-but-important", 100, ""), Memory: 900 << 20, PIDs: 4},
		{Pod: pod("critical", criticalPriority, ""), Memory: 900 << 20, PIDs: 5},
	}
	names := func(s Signal) (out []string) {
		for _, u := range Rank(s, pods) {
			out = append(out, u.Pod.Name)
		}
		return out
	}
	if got := fmt.Sprint(names(Memory)); got != "[far-over little-over over-but-important within]" {
		t.Errorf("for memory %s", got)
	}
	if got := fmt.Sprint(names(PIDs)); got != "[within far-over little-over over-but-important]" {
		t.Errorf("for pids %s", got)
	}
}

func TestMessage(t *testing.T) {
	u := Usage{Pod: pod("p", 0, "10Mi"), Containers: map[string]int64{"c": 50 << 20}}
	got := Message(Shortage{Signal: Memory, Limit: 100 << 20, Available: 50<<20 + 7}, u)
	const want = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container c was using 50Mi, request is 10Mi, has larger consumption of memory. "
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestRefused(t *testing.T) {
	memory := []corev1.NodeConditionType{corev1.NodeMemoryPressure}
	disk := []corev1.NodeConditionType{corev1.NodeDiskPressure}
	tolerant := pod("t", 0, "")
	tolerant.Spec.Tolerations = []corev1.Toleration{{Key: corev1.TaintNodeMemoryPressure, Operator: corev1.TolerationOpExists}}
	for _, c := range []struct {
		pod        *corev1.Pod
		class      corev1.PodQOSClass
		conditions []corev1.NodeConditionType
		want       string
	}{
		{pod("p", 0, ""), corev1.PodQOSBestEffort, nil, ""},
		{pod("p", 0, ""), corev1.PodQOSBestEffort, memory, "The node had condition: [MemoryPressure]. "},
		{pod("p", 0, "1Mi"), corev1.PodQOSBurstable, memory, ""},
		{tolerant, corev1.PodQOSBestEffort, memory, ""},
		{pod("p", 0, "1Mi"), corev1.PodQOSBurstable, disk, "The node had condition: [DiskPressure]. "},
		{pod("p", criticalPriority, ""), corev1.PodQOSBestEffort, disk, ""},
	} {
		if got := Refused(c.pod, c.class, c.conditions); got != c.want {
			t.Errorf("%s %s %v: %q", c.pod.Name, c.class, c.conditions, got)
		}
	}
}

func TestExceeded(t *testing.T) {
	q := func(s string) *resource.Quantity { v := resource.MustParse(s); return &v }
	limited := func(of string) corev1.Container {
		c := corev1.Container{Name: "c"}
		if of != "" {
			c.Resources.Limits = corev1.ResourceList{corev1.ResourceEphemeralStorage: *q(of)}
		}
		return c
	}
	dir := func(name string, medium corev1.StorageMedium, limit *resource.Quantity) corev1.Volume {
		return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: medium, SizeLimit: limit}}}
	}
	critical := int32(criticalPriority)
	for _, c := range []struct {
		name    string
		spec    corev1.PodSpec
		usage   Usage
		want    string
		limited bool
	}{
		{"no limit", corev1.PodSpec{Containers: []corev1.Container{limited("")}, Volumes: []corev1.Volume{dir("d", "", nil)}},
			Usage{Disk: 1 << 40, Containers: map[string]int64{"c": 1 << 40}, Volumes: map[string]int64{"d": 1 << 40}}, "", false},
		{"just at it", corev1.PodSpec{Containers: []corev1.Container{limited("5Mi")}}, Usage{Disk: 5 << 20, Containers: map[string]int64{"c": 5 << 20}}, "", true},
		{"the pod", corev1.PodSpec{Containers: []corev1.Container{limited("5Mi")}}, Usage{Disk: 5<<20 + 1},
			"Pod ephemeral local storage usage exceeds the total limit of containers 5Mi. ", true},
		{"a container", corev1.PodSpec{Containers: []corev1.Container{limited("5Mi"), {Name: "other", Resources: corev1.ResourceRequirements{Limits: corev1.ResourceList{corev1.ResourceEphemeralStorage: *q("1Gi")}}}}},
			Usage{Disk: 6 << 20, Containers: map[string]int64{"c": 6 << 20}}, `Container c exceeded its local ephemeral storage limit "5Mi". `, true},
		{"a volume", corev1.PodSpec{Containers: []corev1.Container{limited("")}, Volumes: []corev1.Volume{dir("d", "", q("1Ki"))}},
			Usage{Disk: 2 << 10, Volumes: map[string]int64{"d": 2 << 10}}, `Usage of EmptyDir volume "d" exceeds the limit "1Ki". `, true},
		{"in memory the kernel does", corev1.PodSpec{Volumes: []corev1.Volume{dir("d", corev1.StorageMediumMemory, q("1Ki"))}},
			Usage{Volumes: map[string]int64{"d": 2 << 10}}, "", false},
		{"the node needs it", corev1.PodSpec{Priority: &critical, Containers: []corev1.Container{limited("5Mi")}}, Usage{Disk: 6 << 20}, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.usage.Pod = &corev1.Pod{Spec: c.spec}
			if got := Exceeded(&c.usage); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := Limited(c.usage.Pod); got != c.limited {
				t.Errorf("limited: %v", got)
			}
		})
	}
}

// A soft threshold counts at once as a condition, and evicts after its grace period; what was reclaimed has to be enough.
func TestJudge(t *testing.T) {
	soft, err := ParseSoft("memory.available<300Mi", map[string]time.Duration{"memory.available": time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	all := append([]Threshold{{Signal: Memory, Amount: 100 << 20}}, soft...)
	if err := SetReclaim(all, map[string]string{"memory.available": "50Mi"}); err != nil {
		t.Fatal(err)
	}
	var j Judge
	start := time.Unix(1000, 0)
	for _, c := range []struct {
		second, mib   int
		crossed, dues string
	}{
		{0, 400, "", ""}, {10, 290, "soft", ""}, {40, 320, "soft", ""}, {69, 290, "soft", ""}, {70, 290, "soft", "soft"},
		{71, 90, "hard soft", "hard soft"}, {72, 140, "hard soft", "hard soft"}, {73, 160, "soft", "soft"}, {74, 351, "", ""}, {75, 290, "soft", ""},
	} {
		crossed, due := j.Look(all, []Observation{{Memory, int64(c.mib) << 20, 8 << 30}}, start.Add(time.Duration(c.second)*time.Second))
		kinds := func(list []Shortage) string {
			var out []string
			for _, s := range list {
				out = append(out, map[bool]string{true: "soft", false: "hard"}[s.Soft])
			}
			return strings.Join(out, " ")
		}
		if kinds(crossed) != c.crossed || kinds(due) != c.dues {
			t.Errorf("second %d, %d MiB: crossed %q, due %q, want %q and %q", c.second, c.mib, kinds(crossed), kinds(due), c.crossed, c.dues)
		}
	}
	for text, want := range map[string]string{"memory.available<1Gi": "grace period must be specified", "x<1": "want SIGNAL<AMOUNT"} {
		if _, err := ParseSoft(text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := SetReclaim(all, map[string]string{"memory.available": "x"}); err == nil {
		t.Error("nonsense is reclaimed")
	}
}

// A pod asked for what its containers and sidecars need together, or for what its largest init container does.
func TestRequest(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	c := func(memory string, policy *corev1.ContainerRestartPolicy) corev1.Container {
		return corev1.Container{RestartPolicy: policy, Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memory)}}}
	}
	p := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{c("100", nil), c("50", nil)}, InitContainers: []corev1.Container{c("120", nil), c("7", &always)}}}
	if got := request(p, corev1.ResourceMemory); got != 157 {
		t.Errorf("%d", got)
	}
	p.Spec.InitContainers[0] = c("200", nil)
	if got := request(p, corev1.ResourceMemory); got != 200 {
		t.Errorf("%d with a large init container", got)
	}
}
