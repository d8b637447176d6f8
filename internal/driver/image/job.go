package image

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"
)

// job is one running pull or import: a directory below work/ for what is half-done, and the pins that keep a GC (of
// this or another process) from removing what the job has found present but not yet recorded.
// A job is alive while its alive file is flocked; the kernel unlocks it when the owner dies, however it dies.
type job struct {
	s     *Store
	dir   string
	alive *os.File
}

// begin makes a job. Under the shared lock, so that no sweep can see its directory before its alive file is locked.
func (s *Store) begin() (*job, error) {
	unlock, err := s.lock(shared)
	if err != nil {
		return nil, err
	}
	defer unlock()
	dir, err := os.MkdirTemp(s.workDir(), "")
	if err != nil {
		return nil, fmt.Errorf("begin image work: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "alive"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = flock(f, unix.LOCK_EX)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin image work: %w", err), os.RemoveAll(dir))
	}
	return &job{s: s, dir: dir, alive: f}, nil
}

// end removes what the job left half-done and its pins.
func (j *job) end() {
	_ = os.RemoveAll(j.dir) // what stays is swept later: the job is dead from here on
	j.alive.Close()
}

// pin names the layers and blobs that the job relies on. After it returns, what is present of them stays present until
// the job ends. A job pins before it looks; a later call replaces the list of an earlier one.
func (j *job) pin(want []v1.Hash) error {
	unlock, err := j.s.lock(shared)
	if err != nil {
		return err
	}
	defer unlock()
	data, err := json.Marshal(want)
	if err == nil {
		err = os.WriteFile(j.pinFile(), data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("pin layers: %w", err)
	}
	return nil
}

func (j *job) pinFile() string { return filepath.Join(j.dir, "pins") }

// sweepJobs removes the directories of dead jobs and returns what the living ones pin. The caller holds the exclusive
// lock.
func (s *Store) sweepJobs() (pinned map[v1.Hash]bool, err error) {
	entries, err := os.ReadDir(s.workDir())
	if err != nil {
		return nil, fmt.Errorf("sweep image work: %w", err)
	}
	pinned = map[v1.Hash]bool{}
	for _, e := range entries {
		j := job{s: s, dir: filepath.Join(s.workDir(), e.Name())}
		if !j.isAlive() {
			if err := os.RemoveAll(j.dir); err != nil {
				return nil, fmt.Errorf("sweep image work: %w", err)
			}
			continue
		}
		var pins []v1.Hash
		data, err := os.ReadFile(j.pinFile())
		if errors.Is(err, fs.ErrNotExist) {
			continue // it has not pinned yet, or is ending
		}
		if err == nil {
			err = json.Unmarshal(data, &pins)
		}
		if err != nil {
			return nil, fmt.Errorf("read the pins of a running pull: %w", err)
		}
		for _, h := range pins {
			pinned[h] = true
		}
	}
	return pinned, nil
}

// isAlive reports whether another file description holds the job's lock.
func (j *job) isAlive() bool {
	f, err := os.OpenFile(filepath.Join(j.dir, "alive"), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(flock(f, unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK)
}
