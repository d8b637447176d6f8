package firewall

import (
	"encoding/binary"
	"fmt"
	"strings"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// Observe reads the whole content of the tables from the kernel.
func (f *Firewall) Observe() (dataplane.Actual, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var have dataplane.Actual
	for _, t := range f.tables {
		part, err := f.observe(t)
		if err != nil {
			return nil, fmt.Errorf("observe packet rules: %w", err)
		}
		have = append(have, part...)
	}
	return have, nil
}

// observe reads one table. It also learns which classes have their chains.
func (f *Firewall) observe(t *table) (dataplane.Actual, error) {
	if err := f.observeClasses(t); err != nil {
		return nil, err
	}
	var have dataplane.Actual
	for set := range dataplane.Sets() {
		elements, err := f.conn.GetSetElements(t.sets[set.String()])
		if err != nil {
			return nil, fmt.Errorf("read set %s: %w", set, err)
		}
		for _, se := range elements {
			e, err := decode(set, se, t.size())
			if err != nil {
				return nil, err
			}
			have = append(have, e)
		}
	}
	return have, nil
}

func (f *Firewall) observeClasses(t *table) error {
	elements, err := f.conn.GetSetElements(t.sets[classesSet])
	if err != nil {
		return fmt.Errorf("read set %s: %w", classesSet, err)
	}
	t.classes = make(map[dataplane.Class]bool)
	for _, se := range elements {
		if len(se.Key) != 4 {
			return fmt.Errorf("element of set %s has a key of %d bytes", classesSet, len(se.Key))
		}
		t.classes[classOf(binary.NativeEndian.Uint32(se.Key))] = true
	}
	return nil
}

// chains lists the chains of a table of ours; none if it does not exist.
func (f *Firewall) chains(t *table) ([]string, error) {
	all, err := f.conn.ListChainsOfTableFamily(t.table.Family)
	if err != nil {
		return nil, fmt.Errorf("list chains: %w", err)
	}
	var names []string
	for _, c := range all {
		if c.Table.Name == t.table.Name {
			names = append(names, strings.TrimRight(c.Name, "\x00"))
		}
	}
	return names, nil
}
