package app

import (
	"fmt"
	"os"

	"gantry.dev/gantry/internal/driver/container"
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
