//go:build !seccomp

package main

// Without the tag libcontainer has no seccomp and would refuse most containers, so such a build does not compile.
const _ int = "gantry-supervisor: build it with build.sh, which sets the tags that it needs"
