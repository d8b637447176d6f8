package schema

import (
	"bytes"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/api"
)

func TestParseFeatures(t *testing.T) {
	for _, c := range []struct {
		gates, apis string
		on          string // gates that are on, and resources that are served
		err         string
	}{
		{"", "", "", ""},
		{"GenericWorkload=true", "scheduling.k8s.io/v1alpha2=true", "GenericWorkload podgroups workloads", ""},
		{"GenericWorkload=true,GangScheduling=true", "scheduling.k8s.io/v1alpha2", "GenericWorkload GangScheduling podgroups workloads", ""},
		{"GenericWorkload=true", "api/alpha=true,scheduling.k8s.io/v1alpha2/workloads=false", "GenericWorkload podgroups", ""},
		{"GenericWorkload=true", "scheduling.k8s.io/v1alpha2=false,api/all=true", "GenericWorkload", ""},
		{"GenericWorkload=true", "", "GenericWorkload", ""},
		{"", "scheduling.k8s.io/v1alpha2=true", "", ""}, // as upstream: nothing without the gate
		{"GenericWorkload=false,InPlacePodVerticalScaling=true", "api/ga=true,api/beta=true", "", ""},
		{"GangScheduling=true", "", "", "GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload]"},
		{"Nonsense=true", "", "", "unrecognized feature gate: Nonsense"},
		{"GenericWorkload=perhaps", "", "", "invalid value of GenericWorkload=perhaps"},
		{"GenericWorkload", "", "", "missing bool value for GenericWorkload"},
		{"AllAlpha=true", "", "", "AllAlpha cannot be set to true"},
		{"TopologyAwareWorkloadScheduling=true,GenericWorkload=true", "", "", "TopologyAwareWorkloadScheduling cannot be set to true: Gantry has it as released (false)"},
		{"WorkloadWithJob=true,GenericWorkload=true", "scheduling.k8s.io/v1alpha2", "GenericWorkload WorkloadWithJob podgroups workloads", ""},
		{"WorkloadWithJob=true,GenericWorkload=true", "scheduling.k8s.io/v1alpha2,scheduling.k8s.io/v1alpha2/workloads=false", "", "WorkloadWithJob needs --runtime-config=scheduling.k8s.io/v1alpha2=true"},
		{"", "apps/v1=false", "", "apps/v1: Gantry has no switch for it"},
		{"", "scheduling.k8s.io/v1alpha2/jobs=true", "", "Gantry has no switch for it"},
		{"", "scheduling.k8s.io/v1alpha2=maybe", "", "want true or false"},
		{"", "v1", "", "want group/version"},
		{"", "api/all=false", "", "api/all"},
	} {
		f, err := ParseFeatures(c.gates, c.apis)
		if err != nil || c.err != "" {
			if err == nil || c.err == "" || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q %q: %v, want %q", c.gates, c.apis, err, c.err)
			}
			continue
		}
		var on []string
		for _, gate := range switchable() {
			if f.gates[string(gate)] {
				on = append(on, string(gate))
			}
		}
		for _, k := range f.workloadKinds() {
			on = append(on, k.Resource.Name)
		}
		if got := strings.Join(on, " "); got != c.on {
			t.Errorf("%q %q: on are %q, want %q", c.gates, c.apis, got, c.on)
		}
	}
}

// Optional kinds are in discovery and in the documents where they are on, and nowhere else.
func TestOptionalKinds(t *testing.T) {
	t.Cleanup(func() { _, _ = New() }) // gates are the process's
	groups := api.Resource{Group: "scheduling.k8s.io", Name: "podgroups"}
	for _, all := range []bool{true, false} {
		f := Features{}
		if all {
			f = AllFeatures()
		}
		s, err := NewWith(f)
		if err != nil {
			t.Fatal(err)
		}
		is := func(what string, got bool) {
			t.Helper()
			if got != all {
				t.Errorf("%s: %t, with optional kinds %t", what, got, all)
			}
		}
		is("a row", s.Kind(groups) != nil)
		is("the gate", s.Enabled("GangScheduling"))
		index, err := s.OpenAPIV3Index(nil)
		if err != nil {
			t.Fatal(err)
		}
		is("the v3 index", bytes.Contains(index, []byte("scheduling.k8s.io/v1alpha2")))
		_, ok := s.OpenAPIV3(nil, "apis/scheduling.k8s.io/v1alpha2")
		is("the v3 document", ok)
		for _, protobuf := range []bool{false, true} {
			doc, err := s.OpenAPIV2With(nil, protobuf, nil)
			if err != nil {
				t.Fatal(err)
			}
			gz, err := doc.Gzip()
			if err != nil {
				t.Fatal(err)
			}
			plain, err := s.Gunzip(gz)
			if err != nil {
				t.Fatal(err)
			}
			is("a path of the swagger document", bytes.Contains(plain, []byte("/apis/scheduling.k8s.io/v1alpha2/namespaces/{namespace}/podgroups/{name}/status")))
			is("a definition of the swagger document", bytes.Contains(plain, []byte("io.k8s.api.scheduling.v1alpha2.PodGroupSpec")))
			if !bytes.Contains(plain, []byte("/apis/scheduling.k8s.io/v1/priorityclasses")) {
				t.Error("the released kinds are missing")
			}
		}
	}
}
