package agent

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gantry.dev/gantry/internal/plan/settings"
)

// pullRecords remembers with whose credentials images were pulled, so that an image of a private registry that is on the node for one
// pod is not there for all (KEP-2535). A name of an image without a record was brought by other ways than a pod, and is for all: an import
// stays what it is when somebody pulls the same image under the name of a private registry, which is where we differ from kubelet.
//
// Records are files: they have to outlive the agent as the images do. Before a pull with credentials begins an intent is written, so that
// an image whose pull ended unseen is not taken for one that was brought by other ways.
type pullRecords struct {
	dir    string
	policy settings.ImageVerification

	mu      sync.Mutex
	records map[string]pullRecord // by the name of their file
	intents map[string]bool       // by reference
	damaged map[string]bool       // files that cannot be read: what they were about is not for all
}

// pullRecord says who may use an image of a repository. Of an intent only Ref is set.
type pullRecord struct {
	Ref        string       `json:"ref,omitempty"`
	Repository string       `json:"repository,omitempty"`
	Image      string       `json:"image,omitempty"`
	All        bool         `json:"all,omitempty"`
	Holders    []pullHolder `json:"holders,omitempty"`
}

// pullHolder is a Secret or a ServiceAccount that gave the credentials. Hash is that of a Secret's credentials: another one with the same
// is as good.
type pullHolder struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid"`
	Hash      string `json:"hash,omitempty"`
}

// maxHolders bounds a record: one more than that asks the registry again.
const maxHolders = 100

// openPullRecords reads the records of images that are still there.
func openPullRecords(dir string, policy settings.ImageVerification, there func(image string) bool) (*pullRecords, error) {
	r := &pullRecords{dir: dir, policy: policy, records: map[string]pullRecord{}, intents: map[string]bool{}, damaged: map[string]bool{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("agent: making the directory of pull records: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("agent: reading pull records: %w", err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("agent: reading pull records: %w", err)
		}
		var rec pullRecord
		if strings.HasSuffix(path, ".new") { // cut off while it was written; the one before it counts
			if err := os.Remove(path); err != nil {
				return nil, fmt.Errorf("agent: removing a pull record: %w", err)
			}
			continue
		}
		// A file that a full disk or a broken one has spoiled must not keep the node from starting.
		wrong := json.Unmarshal(b, &rec) != nil
		switch {
		case wrong || rec.Ref == "" && rec.Image == "":
			r.damaged[e.Name()] = true
		case rec.Ref != "":
			r.intents[rec.Ref] = true
		case !there(rec.Image):
			if err := os.Remove(path); err != nil {
				return nil, fmt.Errorf("agent: removing a pull record: %w", err)
			}
		default:
			r.records[e.Name()] = rec
		}
	}
	return r, nil
}

func recordName(parts ...string) string {
	return fmt.Sprintf("%x.json", sha256.Sum256([]byte(strings.Join(parts, "\x00"))))
}

// open says whether everybody may use an image that is present without showing credentials.
func (r *pullRecords) open(ref, repository, image string) bool {
	r.mu.Lock()
	name := recordName(repository, image)
	rec, recorded := r.records[name]
	ours := recorded || r.intents[ref] || r.damaged[name] || r.damaged[recordName(ref)]
	r.mu.Unlock()
	return rec.All || !r.policy.Verifies(repository, ours)
}

// allows says whether one of those that hold credentials may use an image.
func (r *pullRecords) allows(repository, image string, holders []pullHolder) bool {
	r.mu.Lock()
	rec := r.records[recordName(repository, image)]
	r.mu.Unlock()
	if rec.All {
		return true
	}
	return slices.ContainsFunc(rec.Holders, func(h pullHolder) bool {
		return slices.ContainsFunc(holders, func(o pullHolder) bool {
			return h.Hash != "" && h.Hash == o.Hash || h.UID == o.UID && h.Namespace == o.Namespace && h.Name == o.Name
		})
	})
}

// intend notes that a reference is about to be pulled with credentials.
func (r *pullRecords) intend(ref string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.intents[ref] {
		return nil
	}
	if err := r.write(recordName(ref), pullRecord{Ref: ref}); err != nil {
		return err
	}
	r.intents[ref] = true
	return nil
}

// pulled notes that a reference was pulled by the holders of credentials, or by nobody's: then it is for all.
func (r *pullRecords) pulled(ref, repository, image string, holders []pullHolder) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := recordName(repository, image)
	had, recorded := r.records[name]
	rec := pullRecord{Repository: repository, Image: image, All: had.All || len(holders) == 0, Holders: slices.Clone(had.Holders)}
	for _, h := range holders {
		if !slices.Contains(rec.Holders, h) && len(rec.Holders) < maxHolders {
			rec.Holders = append(rec.Holders, h)
		}
	}
	if rec.All {
		rec.Holders = nil
	}
	if !recorded || had.All != rec.All || len(had.Holders) != len(rec.Holders) {
		if err := r.write(name, rec); err != nil {
			return err
		}
		r.records[name] = rec
		delete(r.damaged, name)
	}
	if !r.intents[ref] && !r.damaged[recordName(ref)] {
		return nil
	}
	if err := os.Remove(filepath.Join(r.dir, recordName(ref))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the intent of a pull: %w", err)
	}
	delete(r.intents, ref)
	delete(r.damaged, recordName(ref))
	return nil
}

// write puts a record in its place in one step, for good: what it says of an image must not be lost where the image is not.
func (r *pullRecords) write(name string, rec pullRecord) error {
	b, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encoding a pull record: %w", err)
	}
	path := filepath.Join(r.dir, name)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("writing a pull record: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing a pull record: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("writing a pull record: %w", err)
	}
	return nil
}
