package accept

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/nftables"
	"golang.org/x/sys/unix"
)

// makeLimit bounds a run of make, which may have to build everything.
const makeLimit = 15 * time.Minute

// box is a machine as a newcomer has it, as far as network and mounts go: namespaces with nothing in them but loopback
// and an uplink that leads nowhere.
type box struct {
	*testing.T
	holder *exec.Cmd
	// cache is where kubectl keeps what it has discovered, else in the home of whoever runs the tests.
	cache string
	// foreign are mounts that other tests on this machine had when the box was made: the box has copies, which go when
	// their directories are removed.
	foreign []string
}

func newBox(t *testing.T) *box {
	t.Helper()
	c := exec.Command("unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", `set -e
mount -t tmpfs box /run
ip link set lo up
ip link add uplink type veth peer name far
ip link set far addrgenmode none up
ip address add 198.18.7.2/24 dev uplink
ip link set uplink addrgenmode none up
ip route add default via 198.18.7.1
echo settled
exec sleep infinity`)
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // its end is all that matters
		_ = c.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "settled\n" {
		t.Fatalf("the box said %q: %v", line, err)
	}
	b := &box{T: t, holder: c, cache: t.TempDir()}
	for _, l := range b.snapshot() {
		if strings.HasPrefix(l, "mount ") && (strings.Contains(l, "gantry") || strings.Contains(l, "/Test")) && !strings.Contains(l, " /run ") {
			b.foreign = append(b.foreign, l)
		}
	}
	return b
}

// run runs a command in the box, with this process's environment, and returns all that it said.
func (b *box) run(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), makeLimit)
	defer cancel()
	c := exec.CommandContext(ctx, "nsenter", append([]string{"-t", fmt.Sprint(b.holder.Process.Pid), "-n", "-m", name}, args...)...)
	c.Env = append(os.Environ(), "KUBECTL_KUBERC=false", "KUBECACHEDIR="+b.cache)
	c.WaitDelay = time.Second
	out, err := c.CombinedOutput()
	if err != nil {
		return string(out), &failure{name + " " + strings.Join(args, " "), string(out), err}
	}
	return string(out), nil
}

func (b *box) must(name string, args ...string) string {
	b.Helper()
	out, err := b.run(name, args...)
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// snapshot is everything that the kernel holds in the box, for comparing.
func (b *box) snapshot() []string {
	b.Helper()
	out := b.must("sh", "-c", `
ip -o link | sed 's/^/link /'
ip -o address | sed 's/^/address /'
ip route show table all | sed 's/^/route /'
ip rule | sed 's/^/rule /'
sed 's/^/mount /' /proc/self/mountinfo
find /run | sed 's/^/file /'
grep -rs . /proc/sys/net/ipv4/conf /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf /proc/sys/net/ipv4/ip_unprivileged_port_start | sed 's/^/sysctl /'
:`)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	tables, err := b.tables()
	if err != nil {
		b.Fatal(err)
	}
	lines = append(lines, tables...)
	inside, err := b.processes()
	if err != nil {
		b.Fatal(err)
	}
	lines = append(lines, inside...)
	lines = slices.DeleteFunc(lines, func(l string) bool { return slices.Contains(b.foreign, l) })
	slices.Sort(lines)
	return lines
}

func (b *box) tables() (out []string, err error) {
	ns, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", b.holder.Process.Pid))
	if err != nil {
		return nil, err
	}
	defer ns.Close()
	c, err := nftables.New(nftables.WithNetNSFd(int(ns.Fd())))
	if err != nil {
		return nil, err
	}
	list, err := c.ListTables()
	for _, t := range list {
		out = append(out, fmt.Sprintf("table %d %s", t.Family, t.Name))
	}
	return out, err
}

// processes are those that live in the box's network or mount namespace.
func (b *box) processes() (out []string, err error) {
	own := map[string]bool{}
	for _, kind := range []string{"net", "mnt"} {
		name, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", b.holder.Process.Pid, kind))
		if err != nil {
			return nil, err
		}
		own[name] = true
	}
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	for _, d := range dirs {
		for _, kind := range []string{"net", "mnt"} {
			if name, err := os.Readlink(d + "/ns/" + kind); err == nil && own[name] {
				line, _ := os.ReadFile(d + "/cmdline") // for people
				out = append(out, fmt.Sprintf("process %s %s %s", filepath.Base(d), kind, strings.ReplaceAll(string(line), "\x00", " ")))
			}
		}
	}
	return out, nil
}

// leftovers is what the machine still has of an instance: cgroups and processes, whose names hold its id.
func leftovers(id string) (out []string, err error) {
	name := "gantry-" + id
	err = filepath.WalkDir("/sys/fs/cgroup", func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it went while we looked
		}
		if err == nil && strings.Contains(d.Name(), name) {
			out = append(out, "cgroup "+path)
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		stat, _ := os.ReadFile(filepath.Join(filepath.Dir(f), "stat"))
		if exiting(string(stat)) {
			continue // it has been killed; only init, its parent by now, has yet to take notice
		}
		if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), name) {
			out = append(out, fmt.Sprintf("process %.60s: %s", stat, b))
		}
	}
	return out, nil
}

// exiting reads from /proc/PID/stat that a process has ended: it is a zombie, or waits in the kernel for the zombies of
// its PID namespace.
func exiting(stat string) bool {
	const flagExiting = 0x4 // PF_EXITING
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(f) < 7 {
		return true // it went while we looked
	}
	flags, err := strconv.ParseUint(f[6], 10, 32)
	return f[0] == "Z" || err == nil && flags&flagExiting != 0
}

// difference is what two snapshots do not share.
func difference(before, after []string) (out []string) {
	for _, l := range before {
		if !slices.Contains(after, l) {
			out = append(out, "gone: "+l)
		}
	}
	for _, l := range after {
		if !slices.Contains(before, l) {
			out = append(out, "new: "+l)
		}
	}
	return out
}
