package container

import "gantry.dev/gantry/internal/driver/container/wire"

// The types of a container are defined in package wire, because the supervisor (a module of its own) shares them. Their
// documentation is there.
type (
	// Spec is everything about one container.
	Spec = wire.Spec
	// Mount is one mount in a container.
	Mount = wire.Mount
	// Propagation is a mount's relation to mounts made on the host later.
	Propagation = wire.Propagation
	// Device is a host device in a container.
	Device = wire.Device
	// Rlimit is one resource limit of a process.
	Rlimit = wire.Rlimit
	// Resources are cgroup limits; zero is "no limit".
	Resources = wire.Resources
	// ExecSpec is a process to run in a running container.
	ExecSpec = wire.ExecSpec
	// AttachSpec says which streams of a container to take.
	AttachSpec = wire.AttachSpec
	// IDMap is the range of host ids that a user namespace has.
	IDMap = wire.IDMap
	// Exit is how a process ended.
	Exit = wire.Exit
	// Status is a container as it is.
	Status = wire.Status
	// State is where a container is in its life.
	State = wire.State
)

// Constants of those types.
const (
	Running         = wire.Running
	Exited          = wire.Exited
	UnknownExitCode = wire.UnknownExitCode

	SeccompUnconfined     = wire.SeccompUnconfined
	SeccompRuntimeDefault = wire.SeccompRuntimeDefault

	PropagationNone            = wire.PropagationNone
	PropagationHostToContainer = wire.PropagationHostToContainer
	PropagationBidirectional   = wire.PropagationBidirectional

	DefaultLogMaxBytes = wire.DefaultLogMaxBytes
	DefaultLogMaxFiles = wire.DefaultLogMaxFiles
)
