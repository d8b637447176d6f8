package container

import "time"

// Stats is one reading of a cgroup.
type Stats struct {
	Time                time.Time
	CPUUsageNanos       uint64
	MemoryUsage         uint64 // bytes, page cache included
	MemoryWorkingSet    uint64 // bytes: usage without inactive file pages, what eviction looks at
	MemoryRSS           uint64 // bytes
	MemoryPageFaults    uint64 // with those of the cgroups below
	MemoryMajorFaults   uint64
	MemoryLimit         uint64 // bytes; 0 without a limit
	OOMKills            uint64
	PIDs                uint64
	CPUThrottledNanos   uint64
	CPUThrottledPeriods uint64
	CPUPeriods          uint64
	MemoryCache         uint64 // bytes of files
	MemoryMapped        uint64 // bytes of files that are mapped
	MemorySwap          uint64 // bytes that are swapped out
	// MemorySwapLimit is how much may be swapped out, in bytes, where SwapLimited.
	MemorySwapLimit uint64
	SwapLimited     bool
	// Pressure is what the kernel tells of processes that waited (PSI): nil with cgroups of version 1, which have none.
	Pressure *Pressure
}

// Pressure is the time that processes of a cgroup lost because they waited.
type Pressure struct{ CPU, Memory, IO Waits }

// Waits are of one resource: when some of the processes waited, and when all did.
type Waits struct{ Some, Full Wait }

// Wait has averages of the share of time, in percent, and the sum in microseconds.
type Wait struct {
	Avg10, Avg60, Avg300 float64
	Total                uint64
}

// Details are all that is told of a cgroup. They cost twice as many files as Stats with the number of processes, and a look at each process.
type Details struct {
	Stats
	CPUUserNanos, CPUSystemNanos uint64
	CPUBursts, CPUBurstNanos     uint64
	CPUShares                    uint64
	CPUQuota, CPUPeriod          uint64 // microseconds; no quota is 0
	MemoryMaxUsage               uint64 // bytes; 0 where the kernel does not keep it
	MemoryFailures               uint64 // how often the limit was met
	MemoryKernel                 uint64 // bytes
	MemoryActiveFile             uint64 // bytes
	MemoryInactiveFile           uint64 // bytes
	MemoryOwnFaults              uint64 // page faults of the cgroup itself
	MemoryOwnMajorFaults         uint64
	MemoryReservation            uint64 // bytes; 0 is none
	PIDsLimit                    uint64 // 0 is none
	// Devices are the block devices that were read or written to; page cache and tmpfs are none.
	Devices   []DeviceIO
	Processes Processes
}

// DeviceIO is what went to and from one block device. Operations are named as cAdvisor does: Read, Write and, where the kernel tells them
// apart, Sync, Async, Discard and Total.
type DeviceIO struct {
	Major, Minor uint64
	Bytes, Count map[string]uint64
}

// Processes are those of a cgroup itself, not of the ones below.
type Processes struct {
	Count uint64
	// Descriptors and Sockets are open files of all of them. They are only told when Counted: of very many processes or files they are not.
	Descriptors, Sockets uint64
	Counted              bool
	// OpenFiles is the soft limit of open files of the first process, -1 for none; Limited is false where there is no process.
	OpenFiles int64
	Limited   bool
}

// PodStats is one reading of a Pod.
type PodStats struct {
	Pod        Details
	Containers map[string]Details // by ID
}

// GroupStats are those of the machine and of what this instance has on it.
type GroupStats struct {
	// Root is the machine's root cgroup as far as the kernel tells of it.
	Root Details
	// Pods are all Pods together, those that have ended included; Supervisors are the processes of ours around them.
	Pods, Supervisors Details
}
