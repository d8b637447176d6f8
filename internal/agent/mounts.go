package agent

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/pod"
)

// mounts sets everything that a container finds in its file system besides its image: volumes, and the few files that
// the node makes.
func (a *Agent) mounts(p *corev1.Pod, c *corev1.Container, attempt int, env, ips []string, spec *container.Spec) error {
	for i := range c.VolumeMounts {
		m, err := a.volumeMount(p, &c.VolumeMounts[i], env)
		if err != nil {
			return err
		}
		spec.Mounts = append(spec.Mounts, m)
	}
	for i := range c.VolumeDevices {
		d, err := a.volumeDevice(p, &c.VolumeDevices[i])
		if err != nil {
			return err
		}
		spec.Devices = append(spec.Devices, d)
	}
	own, err := a.nodeFiles(p, c, attempt, ips, spec)
	if err != nil {
		return err
	}
	for _, m := range own {
		taken := slices.ContainsFunc(spec.Mounts, func(o container.Mount) bool { return path.Clean(o.Destination) == m.Destination })
		if !taken {
			spec.Mounts = append(spec.Mounts, m)
		}
	}
	// A mount below another has to come after it.
	slices.SortStableFunc(spec.Mounts, func(x, y container.Mount) int {
		return strings.Count(path.Clean(x.Destination), "/") - strings.Count(path.Clean(y.Destination), "/")
	})
	return nil
}

// volumeDevice is a raw block volume in a container.
func (a *Agent) volumeDevice(p *corev1.Pod, d *corev1.VolumeDevice) (container.Device, error) {
	i := slices.IndexFunc(p.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == d.Name })
	if i < 0 {
		return container.Device{}, fmt.Errorf("volumeDevices: there is no volume %q in the pod", d.Name)
	}
	dev, err := a.cfg.Volumes.DeviceOf(string(p.UID), d.Name)
	if err != nil {
		return container.Device{}, err
	}
	out := container.Device{HostPath: dev, ContainerPath: d.DevicePath, Permissions: "rwm"}
	if readOnlyClaim(&p.Spec.Volumes[i]) {
		out.Permissions = "r"
	}
	return out, nil
}

func (a *Agent) volumeMount(p *corev1.Pod, m *corev1.VolumeMount, env []string) (container.Mount, error) {
	i := slices.IndexFunc(p.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name })
	if i < 0 {
		return container.Mount{}, fmt.Errorf("volumeMounts: there is no volume %q in the pod", m.Name)
	}
	v := &p.Spec.Volumes[i]
	out := container.Mount{Destination: m.MountPath, Source: a.volumePath(p, v), ReadOnly: m.ReadOnly || hasFiles(v) || v.Image != nil || readOnlyClaim(v)}
	if v.Image != nil { // the bind is remounted with its own flags
		out.NoExec, out.NoSuid, out.NoDev = true, true, true
	}
	if !path.IsAbs(out.Destination) {
		out.Destination = "/" + out.Destination
	}
	sub := m.SubPath
	if m.SubPathExpr != "" {
		missing := map[string]bool{}
		values := map[string]string{}
		for _, e := range env {
			name, value, _ := strings.Cut(e, "=")
			values[name] = value
		}
		sub = pod.Expand(m.SubPathExpr, func(name string) (string, bool) {
			value := values[name]
			missing[name] = value == ""
			return value, value != ""
		})
		maps.DeleteFunc(missing, func(_ string, is bool) bool { return !is })
		if len(missing) > 0 {
			return out, fmt.Errorf("missing value for %s", strings.Join(slices.Sorted(maps.Keys(missing)), ", "))
		}
	}
	if sub != "" {
		real, err := volume.SubPath(out.Source, sub, v.Image == nil)
		if err != nil && v.Image != nil { // with kubelet, this is the runtime's to find
			return out, createError{fmt.Errorf("failed to prepare subPath for volumeMount %q: %w", m.Name, err)}
		}
		if err != nil {
			return out, fmt.Errorf("failed to prepare subPath for volumeMount %q: %w", m.Name, err)
		}
		out.Source = real
	}
	if m.RecursiveReadOnly != nil && out.ReadOnly {
		out.RecursiveReadOnly = *m.RecursiveReadOnly != corev1.RecursiveReadOnlyDisabled
	}
	if m.MountPropagation != nil {
		switch *m.MountPropagation {
		case corev1.MountPropagationHostToContainer:
			out.Propagation = container.PropagationHostToContainer
		case corev1.MountPropagationBidirectional:
			out.Propagation = container.PropagationBidirectional
		}
	}
	return out, nil
}

// nodeFiles writes the files that every container gets from the node: hosts, resolv.conf, hostname and the file for its
// last words.
func (a *Agent) nodeFiles(p *corev1.Pod, c *corev1.Container, attempt int, ips []string, spec *container.Spec) ([]container.Mount, error) {
	dir := a.cfg.Volumes.PodDir(string(p.UID))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the directory of the pod: %w", err)
	}
	hostResolv, err := os.ReadFile(a.cfg.ResolvConf)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("reading the host's resolver configuration: %w", err)
	}
	var hostHosts []byte
	if p.Spec.HostNetwork {
		if hostHosts, err = os.ReadFile("/etc/hosts"); err != nil && !os.IsNotExist(err) {
			return nil, fmt.Errorf("reading the host's hosts file: %w", err)
		}
	}
	var dns []string
	for _, ip := range a.cfg.ClusterDNS {
		dns = append(dns, ip.String())
	}
	resolver, omitted := pod.Resolver(p, dns, a.cfg.ClusterDomain, pod.ParseResolvConf(string(hostResolv))).Fit()
	for _, what := range omitted {
		a.events.pod(p, "", true, "DNSConfigForming", "%s", what)
	}
	files := []struct{ name, at, text string }{
		{"etc-hosts", "/etc/hosts", pod.HostsFile(p, ips, a.cfg.ClusterDomain, string(hostHosts))},
		{"resolv.conf", "/etc/resolv.conf", resolver.String()},
	}
	if !p.Spec.HostNetwork {
		name, err := pod.UTSHostname(p, a.cfg.ClusterDomain)
		if err != nil {
			return nil, err
		}
		files = append(files, struct{ name, at, text string }{"hostname", "/etc/hostname", name + "\n"})
	}
	var out []container.Mount
	for _, f := range files {
		full := filepath.Join(dir, f.name)
		if err := writeOnce(full, f.text); err != nil {
			return nil, fmt.Errorf("writing %s of the pod: %w", f.at, err)
		}
		out = append(out, container.Mount{Destination: f.at, Source: full})
	}
	if c.TerminationMessagePath != "" {
		full := a.wordsPath(p, c.Name, attempt)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return nil, fmt.Errorf("making the directory of the termination log: %w", err)
		}
		if err := writeOnce(full, ""); err != nil {
			return nil, fmt.Errorf("making the termination log: %w", err)
		}
		// Whoever the container runs as may write its last words.
		if err := os.Chmod(full, 0o666); err != nil {
			return nil, fmt.Errorf("making the termination log writable: %w", err)
		}
		spec.Labels[labelMessagePath] = full
		out = append(out, container.Mount{Destination: path.Clean(c.TerminationMessagePath), Source: full})
	}
	return out, nil
}

// wordsPath is the file for the last words of one instance.
func (a *Agent) wordsPath(p *corev1.Pod, container string, attempt int) string {
	return filepath.Join(a.cfg.Volumes.PodDir(string(p.UID)), "containers", container, strconv.Itoa(attempt))
}

// writeOnce writes a file in place, and only if it differs: containers of the pod may have it mounted.
func writeOnce(path, text string) error {
	have, err := os.ReadFile(path)
	if err == nil && string(have) == text {
		return nil
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
