package numa

// whole is what a pod asks for at its peak: sidecars stay, other init containers end.
func (p *Pod) whole() Container {
	sum := Container{Memory: Amounts{}, Devices: map[string]int{}}
	var stays, peak Container
	stays.Memory, stays.Devices, peak.Memory, peak.Devices = Amounts{}, map[string]int{}, Amounts{}, map[string]int{}
	for _, c := range p.Containers {
		switch {
		case c.Ends:
			peak.CPUs = max(peak.CPUs, stays.CPUs+c.CPUs)
			for kind, n := range c.Memory {
				peak.Memory[kind] = max(peak.Memory[kind], stays.Memory[kind]+n)
			}
			for name, n := range c.Devices {
				peak.Devices[name] = max(peak.Devices[name], stays.Devices[name]+n)
			}
			continue
		case c.Init:
			stays.CPUs += c.CPUs
			stays.Memory.add(c.Memory)
			for name, n := range c.Devices {
				stays.Devices[name] += n
			}
		default:
			// Kubelet counts a kind of memory for a whole pod only if a container asks for it that is no init container.
			for kind, n := range c.Memory {
				if _, counted := sum.Memory[kind]; !counted {
					sum.Memory[kind] = stays.Memory[kind]
				}
				sum.Memory[kind] += n
			}
		}
		sum.CPUs += c.CPUs
		for name, n := range c.Devices {
			sum.Devices[name] += n
		}
	}
	sum.CPUs = max(sum.CPUs, peak.CPUs)
	for kind := range sum.Memory {
		sum.Memory[kind] = max(sum.Memory[kind], peak.Memory[kind])
	}
	for name, n := range peak.Devices {
		sum.Devices[name] = max(sum.Devices[name], n)
	}
	return sum
}
