package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"gantry.dev/gantry/internal/plan/pod"
)

// machine is what does not change about the machine while the agent runs.
type machine struct {
	cpus, memory          int64
	machineID, systemUUID string
	bootID                string
	kernel, os            string
	modules               pod.SecurityModules
	// hugePages are the bytes that the machine has in huge pages, by the resource's name; swap is that of its swap devices.
	hugePages corev1.ResourceList
	swap      int64
}

// readMachine reads it. What cannot be read stays empty: none of it decides anything but the amounts, which the kernel
// always tells.
func readMachine() machine {
	m := machine{
		cpus:      int64(runtime.NumCPU()),
		machineID: line("/etc/machine-id"), systemUUID: line("/sys/class/dmi/id/product_uuid"), bootID: line("/proc/sys/kernel/random/boot_id"),
		os: "linux", modules: readModules(), hugePages: readHugePages("/sys/kernel/mm/hugepages"),
	}
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err == nil {
		m.memory, m.swap = int64(info.Totalram)*int64(info.Unit), int64(info.Totalswap)*int64(info.Unit)
	}
	var uts unix.Utsname
	if err := unix.Uname(&uts); err == nil {
		m.kernel = unix.ByteSliceToString(uts.Release[:])
	}
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return m
	}
	for l := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(l), "PRETTY_NAME="); ok {
			m.os = strings.Trim(name, `"`)
		}
	}
	return m
}

func line(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// info is the machine in the form of the API.
func (m machine) info(version string) corev1.NodeSystemInfo {
	var swap *corev1.NodeSwapStatus
	if m.swap > 0 {
		swap = &corev1.NodeSwapStatus{Capacity: &m.swap}
	}
	return corev1.NodeSystemInfo{
		Swap:      swap,
		MachineID: m.machineID, SystemUUID: m.systemUUID, BootID: m.bootID, KernelVersion: m.kernel, OSImage: m.os,
		ContainerRuntimeVersion: "gantry://" + strings.TrimPrefix(version, "v"), KubeletVersion: version,
		OperatingSystem: runtime.GOOS, Architecture: runtime.GOARCH,
	}
}

// readHugePages reads how much memory the kernel keeps in huge pages, for each size that it knows ("hugepages-2048kB").
func readHugePages(dir string) corev1.ResourceList {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // a kernel without
	}
	out := corev1.ResourceList{}
	for _, e := range entries {
		var kib int64
		if _, err := fmt.Sscanf(e.Name(), "hugepages-%dkB", &kib); err != nil {
			continue
		}
		n, err := strconv.ParseInt(line(filepath.Join(dir, e.Name(), "nr_hugepages")), 10, 64)
		if err != nil {
			continue
		}
		out[pod.HugePageName(kib<<10)] = *resource.NewQuantity(n*kib<<10, resource.BinarySI)
	}
	return out
}

// diskSize is the size of the file system of a directory.
func diskSize(dir string) int64 {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0
	}
	return int64(st.Blocks) * st.Bsize
}

// readModules looks which security modules the kernel has.
func readModules() (m pod.SecurityModules) {
	m.SELinux = line("/sys/fs/selinux/enforce") != ""
	if m.AppArmor = line("/sys/module/apparmor/parameters/enabled") == "Y"; m.AppArmor {
		// "docker-default (enforce)"
		for l := range strings.Lines(line("/sys/kernel/security/apparmor/profiles")) {
			name, _, _ := strings.Cut(strings.TrimSpace(l), " (")
			m.Profiles = append(m.Profiles, name)
		}
	}
	return m
}
