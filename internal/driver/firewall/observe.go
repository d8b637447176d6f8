package firewall

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/google/nftables"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// Observe reads the whole content of the table from the kernel.
func (f *Firewall) Observe() (dataplane.Actual, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	have, err := f.observe()
	if err != nil {
		return nil, fmt.Errorf("observe packet rules: %w", err)
	}
	return have, nil
}

// observe also learns which classes have their chains.
func (f *Firewall) observe() (dataplane.Actual, error) {
	if err := f.observeClasses(); err != nil {
		return nil, err
	}
	var have dataplane.Actual
	for set := range dataplane.Sets() {
		elements, err := f.conn.GetSetElements(f.layout.sets[set.String()])
		if err != nil {
			return nil, fmt.Errorf("read set %s: %w", set, err)
		}
		for _, se := range elements {
			e, err := decode(set, se)
			if err != nil {
				return nil, err
			}
			have = append(have, e)
		}
	}
	return have, nil
}

func (f *Firewall) observeClasses() error {
	elements, err := f.conn.GetSetElements(f.layout.sets[classesSet])
	if err != nil {
		return fmt.Errorf("read set %s: %w", classesSet, err)
	}
	f.classes = make(map[dataplane.Class]bool)
	for _, se := range elements {
		if len(se.Key) != 4 {
			return fmt.Errorf("element of set %s has a key of %d bytes", classesSet, len(se.Key))
		}
		f.classes[classOf(binary.NativeEndian.Uint32(se.Key))] = true
	}
	return nil
}

// chains lists the chains of our table; none if it does not exist.
func (f *Firewall) chains() ([]string, error) {
	all, err := f.conn.ListChainsOfTableFamily(nftables.TableFamilyIPv4)
	if err != nil {
		return nil, fmt.Errorf("list chains: %w", err)
	}
	var names []string
	for _, c := range all {
		if c.Table.Name == f.layout.table.Name {
			names = append(names, strings.TrimRight(c.Name, "\x00"))
		}
	}
	return names, nil
}
