package main

import (
	"slices"
	"testing"

	"github.com/opencontainers/runc/libcontainer/configs"
	libseccomp "github.com/seccomp/libseccomp-golang"

	"gantry.dev/gantry/internal/driver/container/wire"
)

func TestSketch(t *testing.T) {
	whole, err := seccompProfile(&wire.Spec{Seccomp: wire.SeccompRuntimeDefault}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sketch := sketchOf(whole)
	if n := len(sketch.Syscalls); n == 0 || n > len(whole.Architectures)+1 {
		t.Errorf("the sketch of %d rules for %d architectures has %d", len(whole.Syscalls), len(whole.Architectures), n)
	}
	for _, name := range whole.Architectures {
		arch, err := libseccomp.GetArchFromString(name)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := lastRule(whole.Syscalls, arch), lastRule(sketch.Syscalls, arch); a != b || a == nil {
			t.Errorf("the last rule of %s is %v, and %v in the sketch", name, a, b)
		}
	}
	if sketch.DefaultAction != whole.DefaultAction || !slices.Equal(sketch.Architectures, whole.Architectures) || !slices.Equal(sketch.Flags, whole.Flags) {
		t.Errorf("the sketch differs in more than its rules: %+v", sketch)
	}
	lax := *whole
	lax.DefaultAction = configs.Allow
	asks := *whole
	asks.Syscalls = append(slices.Clone(whole.Syscalls), &configs.Syscall{Name: "mkdir", Action: configs.Notify})
	for what, p := range map[string]*configs.Seccomp{"allows by default": &lax, "asks somebody": &asks} {
		if sketchOf(p) != p {
			t.Errorf("a profile that %s lost rules", what)
		}
	}
}
