package plan

import (
	"strings"
	"testing"
)

func TestDifference(t *testing.T) {
	for _, c := range []struct{ before, after, gone, come string }{
		{"", "", "", ""},
		{"a b c", "a b c", "", ""},
		{"a b c", "a x c", "b", "x"},
		{"a b c", "a c", "b", ""},
		{"a c", "a b c", "", "b"},
		{"a b c", "c b a", "", ""},
		{"", "a b", "", "a b"},
		{"a b", "", "a b", ""},
	} {
		gone, come := Difference(strings.Fields(c.before), strings.Fields(c.after))
		if strings.Join(gone, " ") != c.gone || strings.Join(come, " ") != c.come {
			t.Errorf("from %q to %q: gone %v, come %v", c.before, c.after, gone, come)
		}
	}
}
