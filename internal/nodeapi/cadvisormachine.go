package nodeapi

import (
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/host"
)

// writeMachine writes what does not change about the machine.
func writeMachine(m corev1.NodeSystemInfo, u *nodeUsage, e *exposition) {
	ids := label("boot_id", m.BootID, "machine_id", m.MachineID, "system_uuid", m.SystemUUID)
	gauge := func(name, help string, v float64) {
		e.family(name, "gauge", help)
		e.sample(v, ids)
	}
	gauge("machine_cpu_cores", "Number of logical CPU cores.", float64(u.cores))
	failed := 0.0
	if cpus, err := host.CPUs(); err == nil {
		cores, sockets := map[int]bool{}, map[int]bool{}
		for _, c := range cpus {
			cores[c.Core], sockets[c.Socket] = true, true
		}
		gauge("machine_cpu_physical_cores", "Number of physical CPU cores.", float64(len(cores)))
		gauge("machine_cpu_sockets", "Number of CPU sockets.", float64(len(sockets)))
	} else {
		failed = 1
	}
	gauge("machine_memory_bytes", "Amount of memory installed on the machine.", float64(u.machine.MemoryTotal))
	gauge("machine_swap_bytes", "Amount of swap memory available on the machine.", float64(u.machine.SwapTotal))
	e.family("machine_scrape_error", "gauge", "1 if there was an error while getting machine metrics, 0 otherwise.")
	e.sample(failed)
	e.family("cadvisor_version_info", "gauge", "A metric with a constant '1' value labeled by kernel version, OS version, docker version, cadvisor version & cadvisor revision.")
	e.sample(1, label("cadvisorRevision", "", "cadvisorVersion", "", "dockerVersion", "", "kernelVersion", m.KernelVersion, "osVersion", m.OSImage))
}
