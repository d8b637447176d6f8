package nodeapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-base/metrics/testutil"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
	"gantry.dev/gantry/internal/driver/link"
)

func TestExposition(t *testing.T) {
	var b bytes.Buffer
	e := newExposition(&b)
	e.family("a_total", "counter", "Some.")
	e.sample(1.5)
	e.sample(67108864, label("name", "a\"b\\c\nd"), "", label("x", "", "y", "z"))
	e.flush()
	want := "# HELP a_total Some.\n# TYPE a_total counter\na_total 1.5\na_total{name=\"a\\\"b\\\\c\\nd\",x=\"\",y=\"z\"} 6.7108864e+07\n"
	if b.String() != want || e.err != nil {
		t.Errorf("got %q, %v", b.String(), e.err)
	}
}

// aNode is a reading of a node with some pods of two containers.
func aNode(pods int) nodeUsage {
	d := container.Details{Stats: container.Stats{Time: time.Unix(1000, 0), CPUUsageNanos: 1e9, MemoryUsage: 1 << 20, MemoryWorkingSet: 1 << 19, MemoryLimit: 1 << 22, Pressure: &container.Pressure{}},
		CPUPeriod: 100_000, CPUQuota: 50_000, CPUShares: 2, MemoryMaxUsage: 1 << 21, Processes: container.Processes{Count: 1, Counted: true, Descriptors: 5, Sockets: 2, OpenFiles: 1024, Limited: true},
		Devices: []container.DeviceIO{{Major: 254, Bytes: map[string]uint64{"Read": 1, "Write": 2}, Count: map[string]uint64{"Read": 3, "Write": 4}}}}
	u := nodeUsage{at: time.Unix(1000, 0), cores: 2, machine: host.MachineUsage{MemoryTotal: 1 << 30}, links: []link.LinkTraffic{{Name: "eth0"}}}
	for i := range pods {
		u.pods = append(u.pods, podUsage{
			pod: &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "pod-" + number(uint64(i)), Namespace: "default", UID: "uid"}}, started: time.Unix(900, 0), stats: d, traffic: &link.Traffic{},
			containers: []containerUsage{{name: "c", id: "uid_c_0", image: "busybox", started: time.Unix(901, 0), stats: d}, {name: "d", id: "uid_d_0", image: "busybox", started: time.Unix(901, 0), stats: d}},
		})
	}
	return u
}

func writeAll(u nodeUsage, e *exposition) {
	rows := (*Server)(nil).advisedRows(&u)
	writeMachine(corev1.NodeSystemInfo{MachineID: "m"}, &u, e)
	writeAdvised(u.at.Unix(), rows, e)
	disk := host.FileSystem{Device: "/dev/vda", Major: 254, Size: 10, IO: &host.DeviceIO{Reads: 7}}
	writeDisks(rows, map[[2]uint64]string{{254, 0}: "/dev/vda"}, []host.FileSystem{disk}, container.DeviceIO{}, e)
}

// Prometheus' own parser reads what is written: no family comes twice, no sample without its type.
func TestAdvisedIsRead(t *testing.T) {
	for name, write := range map[string]func(nodeUsage, *exposition){"cadvisor": writeAll, "resource": writeResource} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			e := newExposition(&b)
			write(aNode(2), e)
			e.flush()
			got := testutil.NewMetrics()
			if err := testutil.ParseMetrics(b.String(), &got); err != nil {
				t.Fatalf("%v in\n%s", err, b.String())
			}
			seen, types := map[string]bool{}, map[string]bool{}
			for line := range strings.Lines(b.String()) {
				key := line[:strings.LastIndexByte(line, ' ')]
				if strings.HasPrefix(line, "# TYPE") {
					types[strings.Fields(line)[2]] = true
				}
				if seen[key] {
					t.Errorf("%s is there twice", key)
				}
				seen[key] = true
			}
			for family := range got {
				if !types[family] {
					t.Errorf("%s has no type", family)
				}
			}
		})
	}
}

// A client that takes compressed answers gets one.
func TestExposeCompressed(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/metrics/resource", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	expose(w, r, func(e *exposition) { writeResource(aNode(1), e) })
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || !strings.Contains(string(text), `container_cpu_usage_seconds_total{container="c",namespace="default",pod="pod-0"} 1`) {
		t.Errorf("%v %s", err, text)
	}
}

// BenchmarkAdvised writes /metrics/cadvisor of 500 pods.
func BenchmarkAdvised(b *testing.B) {
	u := aNode(500)
	b.ReportAllocs()
	for b.Loop() {
		e := newExposition(io.Discard)
		writeAll(u, e)
		e.flush()
	}
}
