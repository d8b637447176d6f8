package app

import (
	"strings"
	"testing"

	"gantry.dev/gantry/internal/reconcile"
)

func TestControllerList(t *testing.T) {
	all := []reconcile.Controller{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	for _, c := range []struct{ flag, want string }{
		{"", "a b c scheduler"}, {"*", "a b c scheduler"}, {"*,-b", "a c scheduler"}, {"-b,*", "a c scheduler"}, {"b", "b"},
		{"*,-scheduler", "a b c"}, {"-a", ""}, {"a,-a", "a"}, {"nobody", `"nobody" is not in the list of controllers: a, b, c, scheduler`}, {"*,-nobody", `"nobody" is not in the list`},
	} {
		var l controllerList
		if c.flag != "" {
			l = strings.Split(c.flag, ",")
		}
		var got []string
		if err := l.check(all); err != nil {
			got = append(got, err.Error())
		} else {
			for _, name := range []string{"a", "b", "c", schedulerName} {
				if l.enabled(name) {
					got = append(got, name)
				}
			}
		}
		if said := strings.Join(got, " "); said != c.want && (c.want == "" || !strings.Contains(said, c.want)) {
			t.Errorf("--controllers=%s: %s, want %s", c.flag, said, c.want)
		}
	}
	if got := (controllerList{"*", "-b"}).pick(all); len(got) != 2 || got[1].Name != "c" {
		t.Errorf("picked %v", got)
	}
}
