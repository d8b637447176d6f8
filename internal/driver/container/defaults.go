package container

import (
	"slices"
	"strings"
)

// DefaultCapabilities are what a container holds when its Pod says nothing: the set of Docker and containerd.
func DefaultCapabilities() []string {
	return []string{
		"CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
		"CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
	}
}

// AllCapabilities stands for every capability in ResolveCapabilities and in Spec.Capabilities; the supervisor takes
// those that the host has.
const AllCapabilities = "ALL"

// ResolveCapabilities is the default set with add and drop of a securityContext applied, drop first as in CRI:
// "ALL" in drop empties the set, "ALL" in add asks for everything. Names may lack CAP_. The result is sorted.
func ResolveCapabilities(add, drop []string) []string {
	set := DefaultCapabilities()
	if slices.ContainsFunc(drop, isAll) {
		set = nil
	}
	if slices.ContainsFunc(add, isAll) {
		set = []string{AllCapabilities}
		if len(drop) > 0 && !slices.ContainsFunc(drop, isAll) {
			set = allCapabilities()
		}
	}
	for _, name := range drop {
		if i := slices.Index(set, capName(name)); i >= 0 {
			set = slices.Delete(set, i, i+1)
		}
	}
	for _, name := range add {
		if !isAll(name) && !slices.Contains(set, AllCapabilities) {
			set = append(set, capName(name))
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}

func isAll(name string) bool { return strings.EqualFold(name, AllCapabilities) }

func capName(name string) string {
	name = strings.ToUpper(name)
	if !strings.HasPrefix(name, "CAP_") {
		name = "CAP_" + name
	}
	return name
}

// allCapabilities lists every capability by name, for "ALL but those".
func allCapabilities() []string {
	return []string{
		"CAP_AUDIT_CONTROL", "CAP_AUDIT_READ", "CAP_AUDIT_WRITE", "CAP_BLOCK_SUSPEND", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
		"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_IPC_LOCK", "CAP_IPC_OWNER",
		"CAP_KILL", "CAP_LEASE", "CAP_LINUX_IMMUTABLE", "CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE", "CAP_MKNOD", "CAP_NET_ADMIN",
		"CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_RAW", "CAP_PERFMON", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP",
		"CAP_SETUID", "CAP_SYSLOG", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_CHROOT", "CAP_SYS_MODULE", "CAP_SYS_NICE",
		"CAP_SYS_PACCT", "CAP_SYS_PTRACE", "CAP_SYS_RAWIO", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG",
		"CAP_WAKE_ALARM",
	}
}

// DefaultMaskedPaths are hidden in a container whose procMount is Default.
func DefaultMaskedPaths() []string {
	return []string{
		"/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
		"/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
		"/sys/devices/virtual/powercap",
	}
}

// DefaultReadonlyPaths cannot be written in a container whose procMount is Default.
func DefaultReadonlyPaths() []string {
	return []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}
}
