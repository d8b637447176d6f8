package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// record is what a later supervisor must know of a container. It is a file in the run directory, replaced as a whole.
type record struct {
	Start     wire.Start `json:"start"`
	PID       int        `json:"pid,omitempty"` // 0 while it is being started
	StartTime uint64     `json:"startTime,omitempty"`
	StartedAt time.Time  `json:"startedAt,omitzero"`
	Dropped   int64      `json:"dropped,omitempty"`
	OOMs      uint64     `json:"ooms,omitempty"` // of the Pod's cgroup before the start
	Exit      *exited    `json:"exit,omitempty"`
	// Keyring is the number of the container's session keyring, 0 where libcontainer has made it.
	Keyring int `json:"keyring,omitempty"`
}

const (
	recordSuffix = ".json"
	newSuffix    = ".new" // of a record that is being written
	badSuffix    = ".bad" // of a record that cannot be read
)

func (s *server) recordPath(id string) string { return filepath.Join(s.dir, "c", id+recordSuffix) }

// FIFOs of a container: c/ID.out and so on.
func (s *server) fifoPath(id, stream string) string { return filepath.Join(s.dir, "c", id+"."+stream) }

func (s *server) writeRecord(id string, r *record) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode record of %s: %w", id, err)
	}
	path := s.recordPath(id)
	// The run directory is memory: it needs no sync, only never to show half a file.
	if err := os.WriteFile(path+newSuffix, body, 0o600); err != nil {
		_ = os.Remove(path + newSuffix) // half of it, if any
		return fmt.Errorf("write record: %w", err)
	}
	if err := os.Rename(path+newSuffix, path); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

func (s *server) readRecord(id string) (*record, error) {
	body, err := os.ReadFile(s.recordPath(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil, notFound(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	r := &record{}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("record of %s: %w: %w", id, errBadRecord, err)
	}
	if r.Start.Spec.ID != id {
		return nil, fmt.Errorf("record of %s: %w: it is that of container %q", id, errBadRecord, r.Start.Spec.ID)
	}
	return r, nil
}

// recordExit adds the end to the record, and returns it, empty if it cannot be read.
func (s *server) recordExit(c *ctr, e *exited) (*record, error) {
	c.recording.Lock()
	defer c.recording.Unlock()
	r, err := s.readRecord(c.id)
	if err != nil {
		return &record{}, err
	}
	r.Exit = e
	if c.log != nil {
		r.Dropped = c.log.Dropped()
	}
	return r, s.writeRecord(c.id, r)
}

// recordedIDs lists the containers that have a record, and removes those that were being written when a supervisor died: nothing was
// done yet of which they tell.
func (s *server) recordedIDs() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, "c"))
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), recordSuffix); ok {
			ids = append(ids, id)
		} else if strings.HasSuffix(e.Name(), recordSuffix+newSuffix) {
			if err := os.Remove(filepath.Join(s.dir, "c", e.Name())); err != nil {
				return nil, fmt.Errorf("remove half a record: %w", err)
			}
		}
	}
	return ids, nil
}

// errBadRecord says that what is in a record makes no sense.
var errBadRecord = errors.New("it cannot be understood")

func (s *server) removeFIFOs(id string) {
	for _, name := range []string{"out", "err", "in"} {
		_ = os.Remove(s.fifoPath(id, name)) // most have no stdin
	}
}
