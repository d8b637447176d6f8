package nodediff

import (
	"encoding/json"
	"errors"
	"fmt"

	cpustate "k8s.io/kubernetes/pkg/kubelet/cm/cpumanager/state"
	memorystate "k8s.io/kubernetes/pkg/kubelet/cm/memorymanager/state"

	"gantry.dev/gantry/internal/plan/numa"
)

// checkpoint is one of kubelet's files.
type checkpoint interface {
	UnmarshalCheckpoint([]byte) error
	VerifyChecksum() error
}

// read has kubelet read a file of ours.
func read(state any, into checkpoint) error {
	b, err := json.Marshal(state)
	return errors.Join(err, into.UnmarshalCheckpoint(b), into.VerifyChecksum())
}

// sameFiles wants of the files that they are kubelet's: by their checksum, and by what they say.
func sameFiles(ours *numa.Allotter, theirs *upstream) error {
	// Maps that are there, as kubelet begins: its checksum tells them from none.
	cpus := cpustate.CPUManagerCheckpointV2{Entries: map[string]map[string]string{}}
	memory := memorystate.MemoryManagerCheckpointV1{MachineState: memorystate.NUMANodeMap{}, Entries: memorystate.ContainerMemoryAssignments{}}
	if err := errors.Join(read(ours.CPUCheckpoint(), &cpus), read(ours.MemoryCheckpoint(), &memory)); err != nil {
		return err
	}
	sets := map[string]map[string]string{}
	for pod, containers := range theirs.cpuState.GetCPUAssignments() {
		sets[pod] = map[string]string{}
		for name, set := range containers {
			sets[pod][name] = set.String()
		}
	}
	for _, c := range []struct{ what, we, kubelet any }{
		{"CPUs for all", cpus.DefaultCPUSet, theirs.cpuState.GetDefaultCPUSet().String()},
		{"CPUs", cpus.Entries, sets},
		{"NUMA nodes", memory.MachineState, theirs.memState.GetMachineState()},
		{"memory", memory.Entries, theirs.memState.GetMemoryAssignments()},
	} {
		we, err := json.Marshal(c.we)
		kubelet, err2 := json.Marshal(c.kubelet)
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if string(we) != string(kubelet) {
			return fmt.Errorf("%s in the files:\nwe      %s\nkubelet %s", c.what, we, kubelet)
		}
	}
	return nil
}
