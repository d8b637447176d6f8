package host

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/google/nftables"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Root looks whether this process may do what a node does.
func Root() Finding {
	if os.Geteuid() != 0 {
		return missing("root", fmt.Sprintf("this is user %d", os.Geteuid()), "run as root (sudo); a control plane alone (gantry server) needs none")
	}
	return ok("root", "user 0")
}

// Overlayfs looks for the file system of containers' roots.
func Overlayfs() Finding {
	b, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return missing("overlayfs", err.Error(), "mount /proc")
	}
	for line := range strings.Lines(string(b)) {
		if strings.TrimSpace(strings.TrimPrefix(line, "nodev")) == "overlay" {
			return ok("overlayfs", "the kernel has it")
		}
	}
	return missing("overlayfs", "not in /proc/filesystems", "load it (modprobe overlay), or use a kernel with CONFIG_OVERLAY_FS")
}

// Seccomp looks for system call filters, and whether this process may load one.
func Seccomp() Finding {
	const advice = "use a kernel with CONFIG_SECCOMP_FILTER; without it, only pods whose seccompProfile is Unconfined start"
	b, err := os.ReadFile("/proc/sys/kernel/seccomp/actions_avail")
	if err != nil {
		return warning("seccomp", "the kernel has no filters", advice)
	}
	return ok("seccomp", "filters: "+strings.TrimSpace(string(b)))
}

// Network tries what pods' networks are made of (a network namespace, a veth pair, an nft table) inside of a namespace
// that it drops again.
func Network() []Finding {
	const nsName, vethName, nftName = "network namespaces", "veth", "nf_tables"
	if os.Geteuid() != 0 {
		why := "not tried: that needs root"
		return []Finding{warning(nsName, why, "run doctor as root"), warning(vethName, why, "run doctor as root"), warning(nftName, why, "run doctor as root")}
	}
	var found []Finding
	done := make(chan struct{})
	go func() { // its thread ends with it, and the namespace with the thread
		defer close(done)
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			found = []Finding{missing(nsName, err.Error(), "use a kernel with CONFIG_NET_NS; inside of a container, give it CAP_SYS_ADMIN"),
				warning(vethName, "not tried without a namespace", ""), warning(nftName, "not tried without a namespace", "")}
			return
		}
		found = append(found, ok(nsName, "made one"), veth(vethName), nft(nftName))
	}()
	<-done
	return found
}

func veth(name string) Finding {
	pair := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "gantry-probe"}, PeerName: "gantry-peer"}
	if err := netlink.LinkAdd(pair); err != nil {
		return missing(name, err.Error(), "load it (modprobe veth), or use a kernel with CONFIG_VETH")
	}
	return ok(name, "made a pair")
}

func nft(name string) Finding {
	const advice = "load it (modprobe nf_tables nft_chain_nat), or use a kernel with CONFIG_NF_TABLES and CONFIG_NFT_NAT"
	here, err := netns.Get()
	if err != nil {
		return missing(name, err.Error(), advice)
	}
	defer here.Close()
	c, err := nftables.New(nftables.WithNetNSFd(int(here)))
	if err != nil {
		return missing(name, err.Error(), advice)
	}
	t := c.AddTable(&nftables.Table{Family: nftables.TableFamilyIPv4, Name: "gantry-probe"})
	c.AddChain(&nftables.Chain{Name: "nat", Table: t, Type: nftables.ChainTypeNAT, Hooknum: nftables.ChainHookPrerouting, Priority: nftables.ChainPriorityNATDest})
	if err := c.Flush(); err != nil {
		return missing(name, "a table with a NAT chain: "+err.Error(), advice)
	}
	return ok(name, "made a table with a NAT chain")
}

// needFiles is what a node of some hundred pods opens: descriptors of sockets, pidfds, logs and the database.
const needFiles = 8192

// OpenFiles looks at the limit of open files, which every process of Gantry raises to its hard one.
func OpenFiles() Finding {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return warning("open files", err.Error(), "")
	}
	detail := fmt.Sprintf("limit %d, can be raised to %d", l.Cur, l.Max)
	if l.Max < needFiles {
		return warning("open files", detail, fmt.Sprintf("raise the hard limit to %d or more (ulimit -Hn, LimitNOFILE= of the unit)", needFiles))
	}
	return ok("open files", detail)
}

// errNoCgroups is a machine on which nothing can be limited.
var errNoCgroups = errors.New("no cgroup file system is mounted")
