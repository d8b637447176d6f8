package image

import "testing"

func TestAuthMatches(t *testing.T) {
	for _, c := range []struct {
		registry, ref string
		want          bool
	}{
		{"reg.io", "reg.io/team/web:1", true},
		{"https://reg.io/v2/", "reg.io/team/web:1", true},
		{"reg.io/team", "reg.io/team/web:1", true},
		{"reg.io/team", "reg.io/teammate/web:1", false},
		{"reg.io/team/web", "reg.io/team/web:1", true},
		{"reg.io", "reg.io:5000/web", false},
		{"reg.io:5000", "reg.io:5000/web", true},
		{"*.reg.io", "eu.reg.io/web", true},
		{"*.reg.io", "reg.io/web", false},
		{"*.reg.io", "a.eu.reg.io/web", false},
		{"*", "reg.io/web", false},
		{"e?.reg.io:*", "eu.reg.io:5000/web", false},
		{"https://index.docker.io/v1/", "busybox", true},
		{"docker.io", "team/web", true},
		{"docker.io/team", "team/web", true},
		{"docker.io/team", "other/web", false},
		{"docker.io", "reg.io/web", false},
		{"[", "reg.io/web", false},
		{"", "reg.io/web", false},
	} {
		n, err := parseName(c.ref)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Auth{Registry: c.registry}).matches(n.host(), n.path()); got != c.want {
			t.Errorf("%q for %q: %v, want %v", c.registry, c.ref, got, c.want)
		}
	}
}
