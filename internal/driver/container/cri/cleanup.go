package cri

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"gantry.dev/gantry/internal/driver/container"
)

// usedPath is where Open notes the runtimes that an instance uses, for Cleanup, which knows no configuration.
func usedPath(dir string) string { return filepath.Join(dir, "used.json") }

// noteUse adds a runtime to the note.
func noteUse(o Options) error {
	used, err := usedRuntimes(o.Dir)
	if err != nil {
		return err
	}
	used[o.Name] = o.Endpoint
	body, err := json.Marshal(used)
	if err != nil {
		return err
	}
	return os.WriteFile(usedPath(o.Dir), body, 0o600)
}

// usedRuntimes are the endpoints by handler.
func usedRuntimes(dir string) (map[string]string, error) {
	used := map[string]string{}
	body, err := os.ReadFile(usedPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return used, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &used)
	}
	return used, err
}

// Cleanup removes all that an instance has in the runtimes that it ever used. One that does not answer runs nothing of it any more
// when the instance's cgroups are gone.
func Cleanup(ctx context.Context, dir, instance string) error {
	used, err := usedRuntimes(dir)
	if err != nil {
		return fmt.Errorf("runtimes in use: %w", err)
	}
	var errs []error
	for name, endpoint := range used {
		r, err := Open(ctx, Options{Name: name, Endpoint: endpoint, Instance: instance, Dir: dir})
		if errors.Is(err, container.ErrUnavailable) {
			continue
		}
		if err == nil {
			err = r.releaseAll(ctx)
			r.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (r *Runtime) releaseAll(ctx context.Context) error {
	list, err := r.rs.ListPodSandbox(ctx, &api.ListPodSandboxRequest{Filter: &api.PodSandboxFilter{LabelSelector: r.own()}})
	if err != nil {
		return fmt.Errorf("runtime %q: list sandboxes: %w", r.o.Name, known(err))
	}
	var errs []error
	for _, sb := range list.Items {
		errs = append(errs, r.Release(ctx, sb.Labels[labelSandbox]))
	}
	return errors.Join(errs...)
}
