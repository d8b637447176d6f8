package vmhost

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmguest"
	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// annotationMachine names the container that is the machine, as containerd does.
const annotationMachine = "io.kubernetes.cri.sandbox-id"

// sharedMemory is where the machine has the Pod's /dev/shm.
const sharedMemory = "/run/shm"

// translate turns a specification for the host into one for the machine, and says which mounts of the host it needs there.
func translate(spec *specs.Spec, id string) ([]graft, error) {
	there := filepath.Join(vmlink.Share, id)
	grafts := []graft{{from: spec.Root.Path, name: "root"}}
	spec.Root.Path = filepath.Join(there, "root")
	spec.Hostname = "" // the machine's
	for i := range spec.Mounts {
		m := &spec.Mounts[i]
		switch {
		case m.Destination == "/dev/shm" && isBind(m):
			m.Source = sharedMemory
		case isBind(m):
			name := "v" + strconv.Itoa(i)
			grafts = append(grafts, graft{from: m.Source, name: name})
			m.Source = filepath.Join(there, name)
		}
	}
	spec.Mounts = append(spec.Mounts, specs.Mount{
		Destination: "/sys/fs/cgroup", Type: "cgroup", Source: "cgroup", Options: []string{"nosuid", "noexec", "nodev", "ro"},
	})
	l := spec.Linux
	if l == nil {
		return nil, fmt.Errorf("container %s: no Linux in its specification", id)
	}
	l.CgroupsPath = "/" + id
	// The machine is the Pod: what the containers of a Pod share is what the machine has once.
	l.Namespaces = slices.DeleteFunc(l.Namespaces, func(ns specs.LinuxNamespace) bool {
		return slices.Contains([]specs.LinuxNamespaceType{specs.NetworkNamespace, specs.IPCNamespace, specs.UTSNamespace, specs.CgroupNamespace}, ns.Type)
	})
	l.Namespaces = append(l.Namespaces, specs.LinuxNamespace{Type: specs.CgroupNamespace})
	if everything(l.Resources) {
		// Privileged: the host's devices are not the machine's.
		if spec.Annotations == nil {
			spec.Annotations = map[string]string{}
		}
		spec.Annotations[vmguest.AllDevices] = "true"
		l.Devices = nil
	}
	return grafts, nil
}

func isBind(m *specs.Mount) bool {
	return slices.Contains(m.Options, "bind") || slices.Contains(m.Options, "rbind")
}

// everything says that all devices may be used.
func everything(r *specs.LinuxResources) bool {
	return r != nil && slices.ContainsFunc(r.Devices, func(d specs.LinuxDeviceCgroup) bool { return d.Allow && d.Type == "a" })
}
