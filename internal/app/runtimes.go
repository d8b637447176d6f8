package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/container/cri"
)

// LoadRuntimes reads the file of further runtimes; an empty name is none.
func LoadRuntimes(path string) ([]container.Handler, error) {
	if path == "" {
		return nil, nil
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	list, err := container.ParseHandlers(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

func (n *node) handlerNames() (out []string) {
	for _, h := range n.handlers {
		out = append(out, h.Name)
	}
	return out
}

// foreign is what belongs to runtimes that make containers elsewhere; the CNI plugin for them is in it.
func (l Layout) foreign() string { return filepath.Join(l.Node(), "cri") }

// foreign connects to the runtimes that make containers elsewhere.
func (n *node) foreign(ctx context.Context) (map[string]container.Foreign, error) {
	out := map[string]container.Foreign{}
	for _, h := range n.handlers {
		if h.CRI == nil {
			continue
		}
		r, err := cri.Open(ctx, cri.Options{
			Name: h.Name, Handler: h.CRI.Handler, Endpoint: h.CRI.Endpoint, Instance: n.instance.ID,
			Dir: n.layout.foreign(), Log: n.log,
		})
		if err != nil {
			for _, f := range out {
				f.Close()
			}
			return nil, err
		}
		out[h.Name] = r
	}
	return out, nil
}
