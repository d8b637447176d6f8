package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

// Handler is a runtime besides our own, by the name that RuntimeClasses call it. Exactly one of the others is set.
type Handler struct {
	Name string       `json:"name"`
	OCI  *OCIHandler  `json:"oci,omitempty"`
	Exec *ExecHandler `json:"exec,omitempty"`
	CRI  *CRIHandler  `json:"cri,omitempty"`
	// MicroVM has each Pod in a virtual machine.
	MicroVM *MicroVMHandler `json:"microvm,omitempty"`
	machine *machine        // what MicroVM has become on this host; made by Open
}

// OCIHandler is a program with the command line of runc.
type OCIHandler struct {
	Path string   `json:"path"`           // absolute
	Args []string `json:"args,omitempty"` // before the command: "--platform=systrap"
	// OwnKernel says that the program runs the containers of a Pod on a kernel of its own, as gVisor's runsc does.
	OwnKernel bool `json:"ownKernel,omitempty"`
}

// ExecHandler runs programs of the machine itself: what a Pod's image holds (its artifact) lies beside the machine's directories.
type ExecHandler struct {
	// HostPaths are what is seen of the machine, read-only: absolute paths or patterns of filepath.Glob. Empty: DefaultHostPaths.
	HostPaths []string `json:"hostPaths,omitempty"`
}

// CRIHandler is a container runtime that serves Kubernetes' Container Runtime Interface.
type CRIHandler struct {
	Endpoint string `json:"endpoint"`          // "unix:///run/containerd/containerd.sock"
	Handler  string `json:"handler,omitempty"` // that of the runtime itself; empty is its default
}

// ParseHandlers reads a file of handlers: a YAML object with the list "handlers". Errors name the field.
func ParseHandlers(body []byte) ([]Handler, error) {
	var file struct {
		Handlers []Handler `json:"handlers"`
	}
	if err := yaml.UnmarshalStrict(body, &file); err != nil {
		return nil, err
	}
	for i, h := range file.Handlers {
		if err := h.check(); err != nil {
			return nil, fmt.Errorf("handlers[%d].%w", i, err)
		}
		if slices.ContainsFunc(file.Handlers[:i], func(o Handler) bool { return o.Name == h.Name }) {
			return nil, fmt.Errorf("handlers[%d].name: %q is there twice", i, h.Name)
		}
	}
	return file.Handlers, nil
}

func (h *Handler) check() error {
	if why := validation.IsDNS1123Label(h.Name); len(why) > 0 {
		return fmt.Errorf("name: %q: %s", h.Name, why[0])
	}
	kinds := 0
	for _, set := range []bool{h.OCI != nil, h.Exec != nil, h.CRI != nil, h.MicroVM != nil} {
		if set {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return errors.New("name: " + h.Name + ": want exactly one of oci, exec, cri, microvm")
	case h.OCI != nil:
		return prefixed("oci.", h.OCI.check())
	case h.MicroVM != nil:
		return prefixed("microvm.", h.MicroVM.check())
	case h.Exec != nil:
		for i, p := range h.Exec.HostPaths {
			if !filepath.IsAbs(p) || filepath.Clean(p) == "/" {
				return fmt.Errorf("exec.hostPaths[%d]: %q: want an absolute path below /", i, p)
			}
			if _, err := filepath.Match(p, ""); err != nil {
				return fmt.Errorf("exec.hostPaths[%d]: %q: %w", i, p, err)
			}
		}
	case h.CRI.Endpoint == "":
		return errors.New("cri.endpoint: missing, for example unix:///run/containerd/containerd.sock")
	}
	return nil
}

func (o *OCIHandler) check() error {
	if !filepath.IsAbs(o.Path) {
		return fmt.Errorf("path: %q: want an absolute path", o.Path)
	}
	info, err := os.Stat(o.Path)
	switch {
	case err != nil:
		return fmt.Errorf("path: %w", err)
	case info.IsDir() || info.Mode()&0o111 == 0:
		return fmt.Errorf("path: %s is not a program", o.Path)
	}
	return nil
}

func prefixed(field string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s%w", field, err)
}

// handler is what a sandbox asks for; nil for our own runtime.
func (n *Native) handler(name string) (*Handler, error) {
	if name == "" {
		return nil, nil
	}
	for i := range n.opts.Handlers {
		if h := &n.opts.Handlers[i]; h.Name == name {
			return h, nil
		}
	}
	return nil, fmt.Errorf("no runtime for %q is configured: %w", name, ErrUnsupported)
}

// Lacks is an error that names a runtime and what it has not.
func Lacks(handler, what string) error {
	return fmt.Errorf("runtime %q: %s: %w", handler, what, ErrUnsupported)
}
