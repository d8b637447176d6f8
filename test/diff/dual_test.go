package diff

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// families are the fields of a Service that say of which families its addresses are. Nil leaves a field out.
type families struct {
	Policy   any `json:"ipFamilyPolicy,omitempty"`
	Families any `json:"ipFamilies,omitempty"`
	IP       any `json:"clusterIP,omitempty"`
	IPs      any `json:"clusterIPs,omitempty"`
}

// The values that the fields take, alone and with each other. Addresses lie in the ranges of the dual pair.
var (
	policies   = []any{nil, "SingleStack", "PreferDualStack", "RequireDualStack", "Nonsense"}
	familySets = []any{nil, []string{"IPv4"}, []string{"IPv6"}, []string{"IPv4", "IPv6"}, []string{"IPv6", "IPv4"}, []string{"IPv4", "IPv4"}, []string{"IPv4", "IPv6", "IPv4"}}
	addresses  = []families{
		{}, {IP: "10.43.7.7"}, {IP: "fd00:43::77"}, {IP: "None"}, {IPs: []string{"10.43.7.7"}}, {IP: "10.43.7.7", IPs: []string{"10.43.7.7", "fd00:43::77"}},
		{IP: "fd00:43::77", IPs: []string{"fd00:43::77", "10.43.7.7"}}, {IPs: []string{"fd00:43::77"}}, {IP: "10.43.7.7", IPs: []string{"fd00:43::77"}},
		{IP: "10.43.7.7", IPs: []string{"10.43.7.7", "10.43.7.8"}}, {IP: "None", IPs: []string{"None"}}, {IP: "fd00:99::1"},
	}
)

// every thins the combinations out: all of them take minutes. It shares no factor with the lengths of the lists.
var every = flag.Int("every", 11, "try every n-th combination of the fields of Services")

const dualServices = "/api/v1/namespaces/diff-dual/services"

// TestFamilies makes Services with combinations of the fields on servers of one and of two families.
func TestFamilies(t *testing.T) {
	for name, p := range map[string]*pair{"single": usual, "dual": dual} {
		t.Run(name, func(t *testing.T) {
			peer, gantry := p.both(t)
			inNamespace(t, peer, gantry)
			n := 0
			for _, form := range []string{`"ports":[{"port":80}]`, `"ports":[{"port":80}],"selector":{"a":"b"}`, `"type":"ExternalName","externalName":"example.com"`} {
				for _, policy := range policies {
					for _, set := range familySets {
						for _, f := range addresses {
							if n++; n%*every != 0 {
								continue
							}
							f.Policy, f.Families = policy, set
							try(t, peer, gantry, form, f)
						}
					}
				}
			}
		})
	}
}

// try makes a Service on both, compares, and removes it.
func try(t *testing.T, peer, gantry *server, form string, f families) {
	t.Helper()
	body := fmt.Sprintf(`{"metadata":{"name":"a"},"spec":{%s%s}}`, form, spec(t, f))
	if d := difference(t, peer, gantry, request{method: http.MethodPost, path: dualServices, body: body}, body); d != "" {
		t.Errorf("%s\n--- kube-apiserver\n+++ gantry\n%s", body, d)
	}
	remove(t, peer, gantry)
}

func spec(t *testing.T, f families) string {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) == "{}" {
		return ""
	}
	return "," + string(b[1:len(b)-1])
}

// remove clears the Service away; it may not be there.
func remove(t *testing.T, peer, gantry *server) {
	t.Helper()
	for _, s := range []*server{peer, gantry} {
		if _, err := s.ask(t.Context(), request{method: http.MethodDelete, path: dualServices + "/a"}); err != nil {
			t.Fatal(err)
		}
	}
}

func inNamespace(t *testing.T, peer, gantry *server) {
	t.Helper()
	r := request{method: http.MethodPost, path: "/api/v1/namespaces", body: `{"metadata":{"name":"diff-dual"}}`}
	if d := difference(t, peer, gantry, r, "the namespace"); d != "" {
		t.Fatal(d)
	}
}

// TestFamilyChanges updates Services of each form in each way, on servers of two families.
func TestFamilyChanges(t *testing.T) {
	peer, gantry := dual.both(t)
	inNamespace(t, peer, gantry)
	from := []string{
		`"ports":[{"port":80}]`, `"ports":[{"port":80}],"ipFamilies":["IPv6"]`, `"ports":[{"port":80}],"ipFamilyPolicy":"PreferDualStack"`,
		`"ports":[{"port":80}],"ipFamilyPolicy":"RequireDualStack","ipFamilies":["IPv6"]`, `"ports":[{"port":80}],"clusterIP":"None","selector":{"a":"b"}`,
		`"ports":[{"port":80}],"clusterIP":"None"`, `"type":"ExternalName","externalName":"example.com"`,
	}
	types := []string{"", `,"type":"ClusterIP","externalName":null`, `,"type":"NodePort"`, `,"type":"ExternalName","externalName":"example.com","clusterIP":null,"clusterIPs":null`}
	clear := families{IPs: []string(nil), Families: []string(nil), Policy: json.RawMessage("null"), IP: json.RawMessage("null")}
	n := 0
	for _, begin := range from {
		for _, kind := range types {
			for _, policy := range append(slices.Clone(policies[:4]), clear.Policy) {
				for _, set := range append(slices.Clone(familySets[:5]), clear.Families) {
					for _, f := range []families{{}, {IP: clear.IP, IPs: clear.IPs}, {IP: "None", IPs: []string{"None"}}, {IP: "10.43.7.7", IPs: []string{"10.43.7.7"}}} {
						if n++; n%*every != 0 {
							continue
						}
						f.Policy, f.Families = policy, set
						change(t, peer, gantry, begin, kind, f)
					}
				}
			}
		}
	}
}

// change makes a Service, patches it, and compares the answers.
func change(t *testing.T, peer, gantry *server, begin, kind string, f families) {
	t.Helper()
	body := `{"metadata":{"name":"a"},"spec":{` + begin + `}}`
	if d := difference(t, peer, gantry, request{method: http.MethodPost, path: dualServices, body: body}, body); d != "" {
		t.Fatal(d)
	}
	patch := `{"spec":{"sessionAffinity":"None"` + kind + spec(t, f) + `}}`
	r := request{method: http.MethodPatch, path: dualServices + "/a", body: patch, header: http.Header{"Content-Type": {"application/merge-patch+json"}}}
	if d := difference(t, peer, gantry, r, patch); d != "" {
		t.Errorf("%s\npatched with %s\n--- kube-apiserver\n+++ gantry\n%s", body, patch, d)
	}
	remove(t, peer, gantry)
}
