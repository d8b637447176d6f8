package app

import (
	"fmt"
	goruntime "runtime"
	"strings"

	"k8s.io/apimachinery/pkg/version"
)

// kubernetesVersion is the release whose API we serve: that of the pinned k8s.io/kubernetes module.
const kubernetesVersion = "1.36.3"

// compatibleVersion is the oldest release whose objects and clients upstream's libraries still take into account: the one before.
const compatibleVersion = "1.35"

// stamp and commit are set by the linker: `git describe` and the commit's hash.
var stamp, commit = "devel", ""

// Version says which Kubernetes API this is and which Gantry serves it.
func Version() version.Info {
	parts := strings.Split(kubernetesVersion, ".")
	compatible := strings.Split(compatibleVersion, ".")
	return version.Info{Major: parts[0], Minor: parts[1], EmulationMajor: parts[0], EmulationMinor: parts[1],
		MinCompatibilityMajor: compatible[0], MinCompatibilityMinor: compatible[1], GitVersion: "v" + kubernetesVersion + "+gantry." + strings.TrimPrefix(stamp, "v"),
		GitCommit: commit, GitTreeState: "clean", GoVersion: goruntime.Version(), Compiler: goruntime.Compiler,
		Platform: fmt.Sprintf("%s/%s", goruntime.GOOS, goruntime.GOARCH)}
}

// Stamp is Gantry's own version.
func Stamp() string { return stamp }
