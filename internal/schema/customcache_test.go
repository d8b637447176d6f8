package schema

import "testing"

// TestLawCache: what is not used goes first, nothing goes while there is room, and the one that was just compiled stays.
func TestLawCache(t *testing.T) {
	var c lawCache
	all := make([]*laws, 5)
	for i := range all {
		all[i] = &laws{}
		all[i].compiled()
		all[i].hot.Store(false)
		c.add(all[i], compiledBudget/5)
	}
	for i, l := range all {
		if l.parts.Load() == nil {
			t.Errorf("%d went although there is room", i)
		}
	}
	all[0].compiled() // is used
	c.add(all[4], compiledBudget/5)
	for i, want := range []bool{true, false, true, true, true} {
		if got := all[i].parts.Load() != nil; got != want {
			t.Errorf("%d kept: %v, want %v", i, got, want)
		}
	}
	c.add(all[2], 2*compiledBudget) // alone too much: it stays until another comes
	if all[2].parts.Load() == nil || len(c.ring) != 1 {
		t.Errorf("%d are kept beside a giant", len(c.ring)-1)
	}
	all[1].compiled()
	c.add(all[1], 1)
	all[1].compiled()
	c.add(all[1], 1)
	if all[2].parts.Load() != nil || c.total != 2 {
		t.Errorf("the giant stays; %d bytes", c.total)
	}
}

// TestEvictedLaws are compiled again, and forms that were made by them stay good.
func TestEvictedLaws(t *testing.T) {
	s := newSchema(t)
	k := customOf(t, s, nil, defined(t, s, lamps, 2)).Lookup("example.com", "v1", "lamps")
	rec := lamp(t, s, k, `{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a"},"spec":{}}`)
	before := served(t, s, k, rec)
	k.custom.def.laws.parts.Store(nil)
	if got := served(t, s, k, rec); got != before {
		t.Errorf("%s, before %s", got, before)
	}
	if _, err := k.forWriting(); err != nil {
		t.Error(err)
	}
	if w, err := k.customManager(""); err != nil || w == nil {
		t.Error(err)
	}
}
