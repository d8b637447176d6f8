package main

import (
	"slices"

	"github.com/opencontainers/runc/libcontainer/configs"
	libseccomp "github.com/seccomp/libseccomp-golang"
)

// refusals are the default actions of profiles that name what is allowed. Without its filter an init with the sketch of such a profile
// is allowed too little, never too much.
var refusals = []configs.Action{configs.Errno, configs.Kill, configs.KillThread, configs.KillProcess, configs.Trap}

// sketchOf is what libcontainer needs of a profile whose filter is compiled already: what is not a rule, and of each architecture the rule
// of the highest system call, above which it answers ENOSYS. The 400 rules of the default profile, as JSON from here to every init and
// for every exec, each looked up by name for each architecture, took a tenth of a start.
func sketchOf(p *configs.Seccomp) *configs.Seccomp {
	asks := func(c *configs.Syscall) bool { return c == nil || c.Action == configs.Notify }
	if !slices.Contains(refusals, p.DefaultAction) || slices.ContainsFunc(p.Syscalls, asks) {
		return p
	}
	native, err := libseccomp.GetNativeArch()
	if err != nil {
		return p
	}
	archs := []libseccomp.ScmpArch{native}
	for _, name := range p.Architectures {
		arch, err := libseccomp.GetArchFromString(name)
		if err != nil {
			return p
		}
		archs = append(archs, arch)
	}
	out := *p
	out.Syscalls = nil
	for _, arch := range archs {
		if last := lastRule(p.Syscalls, arch); last != nil && !slices.Contains(out.Syscalls, last) {
			out.Syscalls = append(out.Syscalls, last)
		}
	}
	return &out
}

// lastRule is the rule of the system call with the highest number of an architecture, nil if it has none of them.
func lastRule(rules []*configs.Syscall, arch libseccomp.ScmpArch) (last *configs.Syscall) {
	var highest libseccomp.ScmpSyscall
	for _, r := range rules {
		if number, err := libseccomp.GetSyscallFromNameByArch(r.Name, arch); err == nil && number > highest {
			highest, last = number, r
		}
	}
	return last
}
