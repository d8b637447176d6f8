package dra

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// claim is a claim that pods of the node have, or that was to be prepared for them.
type claim struct {
	Claim
	Pods    []string
	Devices []Prepared `json:",omitempty"`
	// prepared is not kept: after a restart of the agent a driver is asked again, which it has to answer in the same way.
	prepared bool
}

// load reads the claims of an earlier process. Their devices count until drivers say otherwise: running containers have them.
func (m *Manager) load() error {
	body, err := os.ReadFile(m.c.State)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []*claim
	if err := json.Unmarshal(body, &list); err != nil {
		return fmt.Errorf("%s: %w", m.c.State, err)
	}
	for _, c := range list {
		c.prepared = len(c.Devices) > 0
		m.claims[c.key()] = c
	}
	return nil
}

// save writes the claims, at once or not at all. The caller holds mu.
func (m *Manager) save() error {
	list := make([]*claim, 0, len(m.claims))
	for _, key := range slices.Sorted(maps.Keys(m.claims)) {
		list = append(list, m.claims[key])
	}
	body, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := os.WriteFile(m.c.State+".new", body, 0o600); err != nil {
		return fmt.Errorf("checkpoint ResourceClaim state: %w", err)
	}
	if err := os.Rename(m.c.State+".new", m.c.State); err != nil {
		return fmt.Errorf("checkpoint ResourceClaim state: %w", err)
	}
	return nil
}
