package host

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// The kernel keeps a kilobyte for each 64 mounted file systems in every memory cgroup (shrinker_info_unit), charged to nobody. A pod
// has one memory cgroup.
const (
	fileSystemsPerUnit = 64
	// podFileSystems are those of a usual pod, podFileSystemsAtOnce where there is no autofs; TestFileSystemsOfItsOwn counts them.
	podFileSystems       = 3
	podFileSystemsAtOnce = 5
)

// noKernelMemory is the word on the kernel's command line with which it keeps none of it, and charges no kernel memory to pods.
const noKernelMemory = "cgroup.memory=nokmem"

// ManyPods says what a node of thousands of pods takes of the machine's memory beside what pods are charged with.
func ManyPods() Finding {
	command, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return warning("many pods", err.Error(), "mount /proc")
	}
	_, err = os.Stat("/dev/autofs")
	return manyPods(string(command), err == nil)
}

func manyPods(command string, autofs bool) Finding {
	const name = "many pods"
	each := podFileSystems
	if !autofs {
		each = podFileSystemsAtOnce
	}
	take := func(pods int) string { return fmt.Sprintf("%d MiB", each*pods*pods/fileSystemsPerUnit>>10) }
	kept := fmt.Sprintf("1,000 take %s for file systems in memory cgroups, 10,000 take %s", take(1000), take(10000))
	if slices.Contains(strings.Fields(command), noKernelMemory) {
		kept = "the kernel keeps nothing for file systems in memory cgroups (" + noKernelMemory + ")"
	} else {
		kept += ": a kernel started with " + noKernelMemory + " takes nothing, and charges no kernel memory to pods"
	}
	if !autofs {
		return warning(name, "there is no /dev/autofs, each pod has 5 file systems of its own instead of 3; "+kept,
			"load it (modprobe autofs4), or use a kernel with CONFIG_AUTOFS_FS; supervisors that start later use it")
	}
	return ok(name, kept)
}
