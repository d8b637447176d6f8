package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Layout names everything that lives below a data directory. Nothing of an instance lies elsewhere, but for its run
// directory, which a reboot may empty.
type Layout struct {
	Dir string
	// Instance is the instance id; only RunDir depends on it.
	Instance string
}

// Store is the database, PKI keys and certificates, Node the agent's own state, Images the image store.
func (l Layout) Store() string  { return filepath.Join(l.Dir, "store") }
func (l Layout) PKI() string    { return filepath.Join(l.Dir, "pki") }
func (l Layout) Node() string   { return filepath.Join(l.Dir, "node") }
func (l Layout) Images() string { return filepath.Join(l.Dir, "images") }

// Volumes holds the persistent volumes of the local storage class.
func (l Layout) Volumes() string { return filepath.Join(l.Node(), "volumes") }

// Kubeconfig is the administrator's, State the instance's identity and ranges, Log and PID those of `gantry up`.
func (l Layout) Kubeconfig() string { return filepath.Join(l.Dir, "kubeconfig") }
func (l Layout) State() string      { return filepath.Join(l.Dir, "instance.json") }
func (l Layout) Log() string        { return filepath.Join(l.Dir, "gantry.log") }
func (l Layout) PID() string        { return filepath.Join(l.Dir, "gantry.pid") }
func (l Layout) lock() string       { return filepath.Join(l.Dir, "lock") }

// DRAPlugins is where DRA drivers register.
func (l Layout) DRAPlugins() string { return filepath.Join(l.RunDir(), "plugins-registry") }

// DevicePlugins is where device plugins register: in the run directory, as the path of a socket has to be short.
func (l Layout) DevicePlugins() string { return filepath.Join(l.RunDir(), "device-plugins") }

// PodResources is where the API of what containers have for their own is served, unless it is told otherwise.
func (l Layout) PodResources() string { return filepath.Join(l.RunDir(), "pod-resources") }

// RunDir holds what does not survive a reboot: sockets, fifos, the pins of namespaces, tokens of pods.
func (l Layout) RunDir() string { return filepath.Join("/run", "gantry-"+l.Instance) }

// ErrInUse says that a living process has the data directory.
var ErrInUse = errors.New("another gantry uses this data directory")

// Lock takes the data directory for this process, and makes it if it is missing. The lock ends with the process, however
// that ends; closing the file ends it earlier.
func (l Layout) Lock() (held *os.File, err error) {
	if err := os.MkdirAll(l.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	f, err := os.OpenFile(l.lock(), os.O_CREATE|os.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory %s cannot be written: %w", l.Dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: %w; stop it with `gantry down --data-dir %s`, or choose another directory with --data-dir", l.Dir, ErrInUse, l.Dir)
		}
		return nil, fmt.Errorf("locking %s: %w", l.lock(), err)
	}
	return f, nil
}

// Running reports whether a process holds the lock.
func (l Layout) Running() bool {
	f, err := os.OpenFile(l.lock(), os.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK)
}
