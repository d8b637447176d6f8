package app

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"net/netip"
	"os"

	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/plan/ipam"
)

// Instance is what a Gantry chose once, at its first start, and keeps: its id, which is in every name that the kernel
// sees of it, and address ranges that collide with nothing on the machine.
type Instance struct {
	ID          string       `json:"id"`
	PodCIDR     netip.Prefix `json:"podCIDR"`
	ServiceCIDR netip.Prefix `json:"serviceCIDR"`
	NodeAddress netip.Addr   `json:"nodeAddress"`
	// The same for IPv6, all three or none: a range of ClusterIPs of IPv6 is what makes an instance a dual stack one.
	PodCIDR6     netip.Prefix `json:"podCIDR6,omitzero"`
	ServiceCIDR6 netip.Prefix `json:"serviceCIDR6,omitzero"`
	NodeAddress6 netip.Addr   `json:"nodeAddress6,omitzero"`
	// Listen is the last address that the API was served on, for the commands that look for it.
	Listen string `json:"listen"`
	// Sum is over all the rest: a range or an id that has changed on the disk must not be taken for the chosen one. Files
	// of the first releases have none.
	Sum string `json:"sum,omitempty"`
}

// sum is what Sum ought to be.
func (in Instance) sum() (string, error) {
	in.Sum = ""
	b, err := json.Marshal(in)
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b)), err
}

// idBytes makes ids of eight characters: link names have fifteen.
const idBytes = 4

// LoadInstance reads the instance of a data directory.
func LoadInstance(dir string) (Instance, error) {
	l := Layout{Dir: dir}
	b, err := os.ReadFile(l.State())
	if err != nil {
		return Instance{}, fmt.Errorf("no instance in %s: %w", dir, err)
	}
	in, err := parseInstance(b)
	if err != nil {
		return Instance{}, fmt.Errorf("%s is damaged (%w): restore it from a copy; its id is in the names of the links and cgroups of this instance (`ip link`, gantry-<id>)", l.State(), err)
	}
	return in, nil
}

func parseInstance(b []byte) (in Instance, err error) {
	if err := json.Unmarshal(b, &in); err != nil {
		return in, err
	}
	if in.ID == "" {
		return in, errors.New("no id in it")
	}
	sum, err := in.sum()
	if err == nil && in.Sum != "" && in.Sum != sum {
		err = errors.New("its sum does not fit")
	}
	return in, err
}

// openInstance loads the instance or chooses one, with the ranges that were asked for. The caller holds the directory's lock.
func openInstance(dir, listen string, services serviceRanges) (Instance, error) {
	in, err := LoadInstance(dir)
	changed := false
	if errors.Is(err, fs.ErrNotExist) {
		taken, err := link.Taken()
		if err != nil {
			return Instance{}, fmt.Errorf("reading the machine's routes: %w", err)
		}
		r, err := ipam.ChooseRanges(taken)
		if err != nil {
			return Instance{}, fmt.Errorf("choosing address ranges: %w", err)
		}
		id := make([]byte, idBytes)
		if _, err := rand.Read(id); err != nil {
			return Instance{}, err
		}
		in = Instance{ID: hex.EncodeToString(id), PodCIDR: r.Pods, ServiceCIDR: r.Services, NodeAddress: r.Node}
		if err := services.choose(&in, taken); err != nil {
			return Instance{}, err
		}
	} else if err != nil {
		return Instance{}, err
	} else if changed, err = services.change(&in); err != nil {
		return Instance{}, err
	}
	six, err := in.complete6(services.dual)
	if err != nil {
		return Instance{}, err
	}
	if in.Listen != listen || changed || six {
		in.Listen = listen
		if err := in.save(dir); err != nil {
			return Instance{}, err
		}
	}
	return in, nil
}

// complete6 gives the instance IPv6 ranges if it is a dual stack one, or has to become one, and takes those away that it does
// not need.
func (in *Instance) complete6(dualStack bool) (changed bool, err error) {
	switch wanted := dualStack || in.ServiceCIDR6.IsValid(); {
	case !wanted:
		changed = in.NodeAddress6.IsValid()
		in.PodCIDR6, in.NodeAddress6 = netip.Prefix{}, netip.Addr{}
		return changed, nil
	case in.ServiceCIDR6.IsValid() && in.NodeAddress6.IsValid():
		return false, nil
	}
	taken, err := link.Taken()
	if err != nil {
		return false, fmt.Errorf("reading the machine's routes: %w", err)
	}
	if in.ServiceCIDR6.IsValid() {
		taken = append(taken, in.ServiceCIDR6)
	}
	r, err := ipam.ChooseRanges6(taken, in.ID)
	if err != nil {
		return false, fmt.Errorf("choosing IPv6 address ranges: %w", err)
	}
	if !in.ServiceCIDR6.IsValid() {
		in.ServiceCIDR6 = r.Services
	}
	in.PodCIDR6, in.NodeAddress6 = r.Pods, r.Node
	return true, nil
}

func (in Instance) save(dir string) error {
	var err error
	if in.Sum, err = in.sum(); err != nil {
		return err
	}
	b, err := json.MarshalIndent(in, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(Layout{Dir: dir}.State(), append(b, '\n'), 0o644)
}

// writeFile replaces a file in one step: a crash leaves the old one or the new one.
func writeFile(path string, b []byte, mode os.FileMode) error {
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(tmp)
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return os.Rename(tmp, path)
}
