package nodeapi

import (
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"

	"gantry.dev/gantry/internal/driver/container"
)

// pressed is the pressure of one cgroup, by resource.
type pressed struct{ cpu, memory, io *container.Waits }

// waits are those of a cgroup. With cgroups of version 1 the kernel counts none, and the statistics have zeros for them, as kubelet's do: clients
// that know the field since 1.36 expect it. /metrics/cadvisor leaves the names out there, as kubelet's does too.
func waits(st container.Stats) pressed {
	p := st.Pressure
	if p == nil {
		p = &container.Pressure{}
	}
	return pressed{&p.CPU, &p.Memory, &p.IO}
}

func psi(w *container.Waits) *statsapi.PSIStats {
	data := func(w container.Wait) statsapi.PSIData {
		return statsapi.PSIData{Total: w.Total, Avg10: w.Avg10, Avg60: w.Avg60, Avg300: w.Avg300}
	}
	return &statsapi.PSIStats{Full: data(w.Full), Some: data(w.Some)}
}
