package dataplane

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the goldens")

// story is one file of testdata: objects as YAML documents, then what becomes of them.
const wantMark = "-- want --\n"

// TestGoldens builds the desired state of every story.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in testdata (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			given, want, _ := strings.Cut(string(text), wantMark)
			got := Build(parse(t, given)).String()
			if *update {
				if err := os.WriteFile(file, []byte(given+wantMark+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// parse reads the given part. The node is n1 with 10.1.255.254 and the pods 10.1.0.0/24, on a host in 192.0.2.0/24; in
// stories of "dual stack" it has fd01::1 and the pods fd00:1::/64 too.
func parse(t testing.TB, given string) Input {
	t.Helper()
	in := Input{
		NodeName:      "n1",
		NodeZone:      "z1",
		NodeAddresses: []netip.Addr{netip.MustParseAddr("10.1.255.254")},
		PodCIDRs:      []netip.Prefix{netip.MustParsePrefix("10.1.0.0/24")},
		Reserved:      []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		// Load balancers are announced in that network, in which the host has one address.
		Announced:     []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		HostAddresses: []netip.Addr{netip.MustParseAddr("192.0.2.10")},
	}
	if strings.Contains(given, "dual stack") {
		in.NodeAddresses = append(in.NodeAddresses, netip.MustParseAddr("fd01::1"))
		in.PodCIDRs = append(in.PodCIDRs, netip.MustParsePrefix("fd00:1::/64"))
	}
	given = given[strings.Index(given, "-- given --\n")+len("-- given --\n"):]
	for _, doc := range strings.Split(given, "---\n") {
		var kind struct{ Kind string }
		if err := yaml.Unmarshal([]byte(doc), &kind); err != nil {
			t.Fatal(err)
		}
		var object any
		switch kind.Kind {
		case "Service":
			svc := &corev1.Service{}
			in.Services, object = append(in.Services, svc), svc
		case "EndpointSlice":
			slice := &discoveryv1.EndpointSlice{}
			in.Slices, object = append(in.Slices, slice), slice
		case "HostPort":
			var p struct {
				HostPort
				Kind string
			}
			if err := yaml.UnmarshalStrict([]byte(doc), &p); err != nil {
				t.Fatal(err)
			}
			in.HostPorts = append(in.HostPorts, p.HostPort)
			continue
		default:
			t.Fatalf("kind %q in\n%s", kind.Kind, doc)
		}
		if err := yaml.UnmarshalStrict([]byte(doc), object); err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// TestDiffGolden shows what one changed endpoint does to the kernel.
func TestDiffGolden(t *testing.T) {
	before := parse(t, stories(t, "clusterip"))
	ledger := NewLedger(Build(before))
	after := before
	after.Slices = []*discoveryv1.EndpointSlice{before.Slices[0].DeepCopy()}
	after.Slices[0].Endpoints[1].Addresses[0] = "10.1.0.9"
	var got strings.Builder
	for _, c := range ledger.Advance(Build(after)) {
		fmt.Fprintln(&got, c)
	}
	want := `- hairpins 10.1.0.2
- endpoints 57e4a7157e06db06 1 -> 10.1.0.2:8080
+ endpoints 57e4a7157e06db06 1 -> 10.1.0.9:8080
+ hairpins 10.1.0.9
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func stories(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	given, _, _ := strings.Cut(string(text), wantMark)
	return given
}
