// Package settings reads what an administrator tells a node: a KubeletConfiguration (kubelet.config.k8s.io/v1beta1), the form
// in which Kubernetes' own nodes are configured. It is pure: the text comes in, a Node or a refusal goes out.
//
// A field that this node does not have is refused by its name; nothing is read and ignored. Fields that are not set keep
// Gantry's defaults, which are kubelet's unless a comment says otherwise.
package settings

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	tracing "k8s.io/component-base/tracing/api/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"
	"sigs.k8s.io/yaml"
)

// Node is what a node is told. A zero field is "not said".
type Node struct {
	// MaxPods bounds the pods of the node, PodPIDs the processes of one; -1 is no bound.
	MaxPods, PodPIDs int64
	// PodsPerCPU is a further bound of pods, by the machine's CPUs.
	PodsPerCPU int64
	// EvictionHard are thresholds in the form of kubelet's flag: "memory.available<100Mi,nodefs.available<10%".
	EvictionHard string
	// EvictionSoft are those that have to be crossed for a time, given by signal, before a pod goes, which gets up to
	// EvictionMaxGrace then. EvictionReclaim is what has to be reclaimed beyond a threshold, by signal.
	EvictionSoft       string
	EvictionSoftGrace  map[string]time.Duration
	EvictionMaxGrace   time.Duration
	EvictionReclaim    map[string]string
	PressureTransition time.Duration
	// LogMaxBytes and LogMaxFiles bound the log of a container: one file, and how many in all.
	LogMaxBytes int64
	LogMaxFiles int
	// LogDir is where the logs of pods go instead of below the data directory, as <namespace>_<name>_<uid>/<container>/<attempt>.log.
	LogDir  string
	ImageGC ImageGC
	// ParallelPulls bounds the images that are pulled at a time. Nothing said is the node's own bound, see package agent.
	ParallelPulls int64
	// Images says when a pod has to show credentials for an image that is present.
	Images ImageVerification
	// Reserved is taken off what pods can have. With nothing said a fraction of the machine is, see package agent.
	Reserved corev1.ResourceList
	// BoundPods has the kernel keep all pods together within what is not reserved (enforceNodeAllocatable: [pods]).
	BoundPods bool
	// ReservedCPUs are those that no container gets for its own, in the kernel's list form; they replace the CPU of Reserved.
	ReservedCPUs string
	// ExclusiveCPUs is kubelet's static policy: guaranteed containers that ask for whole CPUs get them for their own.
	ExclusiveCPUs bool
	// CPUOptions are the options of that policy that are on, by their names.
	CPUOptions []string
	// ExclusiveMemory keeps the memory of guaranteed pods on NUMA nodes of their own (memoryManagerPolicy Static). ReservedMemory is
	// what is kept on each node; it adds up to what is taken off what pods can have.
	ExclusiveMemory bool
	ReservedMemory  []kubelet.MemoryReservation
	// Topology is how what containers have for their own has to lie together.
	Topology TopologyPolicy
	// CPUReconcile is how often the CPUs of containers that share are looked at.
	CPUReconcile time.Duration
	// NoLogs keeps the machine's own logs back, LogQueries lets clients ask for those of its services.
	NoLogs, LogQueries bool
	// Plain are the servers that ask nobody who he is.
	Plain PlainServers
	// StopSignals has the status of containers say by which signal they will be told to end (feature gate ContainerStopSignals).
	StopSignals bool
	// LimitedSwap lets containers of burstable pods swap out a share of the machine's swap.
	LimitedSwap bool
	// StaticPods is the file or directory of manifests of pods that run here without an API.
	StaticPods string
	// UnsafeSysctls are names, or prefixes that end with *, that pods may set besides the safe ones.
	UnsafeSysctls []string
	// Shutdown is the order in which pods end when the machine goes down, by rising priority.
	Shutdown []ShutdownStep
	// RestartMax bounds the delay between restarts of a container.
	RestartMax time.Duration
	// SeccompUnconfined lets pods that say nothing run without a filter, which is kubelet's default and not ours.
	SeccompUnconfined bool
	// IDsPerPod is the size of a pod's range of user and group ids, for pods with hostUsers false.
	IDsPerPod int64
	// Taints are set when the node registers.
	Taints []corev1.Taint
	// ResolvConf is the file that pods with dnsPolicy Default get.
	ResolvConf string
	// Tracing says where spans of pods' starts go; nil leaves it to others.
	Tracing *tracing.TracingConfiguration
}

// ImageGC says when images go that no pod needs: at High percent of a full disk, the least recently used first, until it is at
// Low; none before MinAge, all after MaxAge without use (zero is never).
type ImageGC struct {
	High, Low      int
	MinAge, MaxAge time.Duration
}

// ShutdownStep is a group of pods: those of at least this priority, and of less than the next step's.
type ShutdownStep struct {
	Priority int32
	Grace    time.Duration
}

// Parse reads a KubeletConfiguration in YAML or JSON.
func Parse(text []byte) (Node, error) {
	var c kubelet.KubeletConfiguration
	if err := yaml.UnmarshalStrict(text, &c); err != nil {
		return Node{}, fmt.Errorf("not a KubeletConfiguration: %w", err)
	}
	if c.Kind != "KubeletConfiguration" || c.APIVersion != kubelet.SchemeGroupVersion.String() {
		return Node{}, fmt.Errorf("want apiVersion %s and kind KubeletConfiguration, got %q and %q", kubelet.SchemeGroupVersion, c.APIVersion, c.Kind)
	}
	if err := unfit(&c); err != nil {
		return Node{}, err
	}
	var n Node
	for _, read := range []func(*kubelet.KubeletConfiguration) error{n.bounds, n.logs, n.images, n.pulls, n.verification, n.reserve, n.enforce, n.cpus, n.memory, n.topology, n.swap, n.gates, n.machineLogs, n.plain, n.shutdown, n.tracing, n.rest} {
		if err := read(&c); err != nil {
			return Node{}, err
		}
	}
	return n, nil
}

func (n *Node) bounds(c *kubelet.KubeletConfiguration) error {
	if c.MaxPods < 0 {
		return fmt.Errorf("maxPods: %d is not a number of pods", c.MaxPods)
	}
	n.MaxPods, n.PodsPerCPU = int64(c.MaxPods), int64(c.PodsPerCore)
	if n.PodsPerCPU < 0 {
		return fmt.Errorf("podsPerCore: %d is not a number of pods", n.PodsPerCPU)
	}
	if p := c.PodPidsLimit; p != nil {
		if *p == 0 || *p < -1 {
			return fmt.Errorf("podPidsLimit: want a positive number, or -1 for no bound, got %d", *p)
		}
		n.PodPIDs = *p
	}
	n.EvictionHard, n.EvictionSoft = thresholds(c.EvictionHard), thresholds(c.EvictionSoft)
	for signal, text := range c.EvictionSoftGracePeriod {
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return fmt.Errorf("evictionSoftGracePeriod[%s]: want a duration like 1m30s, got %q", signal, text)
		}
		if _, ok := c.EvictionSoft[signal]; !ok {
			return fmt.Errorf("evictionSoftGracePeriod[%s]: evictionSoft has no such signal", signal)
		}
		if n.EvictionSoftGrace == nil {
			n.EvictionSoftGrace = map[string]time.Duration{}
		}
		n.EvictionSoftGrace[signal] = d
	}
	for signal := range c.EvictionSoft {
		if _, ok := n.EvictionSoftGrace[signal]; !ok {
			return fmt.Errorf("evictionSoft[%s]: grace period must be specified for the soft eviction threshold: say evictionSoftGracePeriod", signal)
		}
	}
	if c.EvictionMaxPodGracePeriod < 0 {
		return fmt.Errorf("evictionMaxPodGracePeriod: %d is negative", c.EvictionMaxPodGracePeriod)
	}
	n.EvictionMaxGrace, n.EvictionReclaim = time.Duration(c.EvictionMaxPodGracePeriod)*time.Second, c.EvictionMinimumReclaim
	return n.duration("evictionPressureTransitionPeriod", c.EvictionPressureTransitionPeriod.Duration, &n.PressureTransition)
}

// thresholds are those of a map in the form of kubelet's flag.
func thresholds(of map[string]string) string {
	var parts []string
	for signal, value := range of {
		parts = append(parts, signal+"<"+value)
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

func (n *Node) duration(field string, d time.Duration, to *time.Duration) error {
	if d < 0 {
		return fmt.Errorf("%s: %s is negative", field, d)
	}
	*to = d
	return nil
}

func (n *Node) logs(c *kubelet.KubeletConfiguration) error {
	if d := c.PodLogsDir; d != "" && (!filepath.IsAbs(d) || filepath.Clean(d) != d || d == "/") {
		return fmt.Errorf("podLogsDir: want the absolute path of a directory, without . and .., got %q", d)
	}
	n.LogDir = c.PodLogsDir
	if c.ContainerLogMaxSize != "" {
		q, err := resource.ParseQuantity(c.ContainerLogMaxSize)
		if err != nil || q.Value() <= 0 {
			return fmt.Errorf("containerLogMaxSize: want an amount like 10Mi, got %q", c.ContainerLogMaxSize)
		}
		n.LogMaxBytes = q.Value()
	}
	if f := c.ContainerLogMaxFiles; f != nil {
		if *f <= 1 {
			return fmt.Errorf("containerLogMaxFiles: want more than 1, got %d", *f)
		}
		n.LogMaxFiles = int(*f)
	}
	return nil
}

func (n *Node) images(c *kubelet.KubeletConfiguration) error {
	for field, p := range map[string]struct {
		from *int32
		to   *int
	}{"imageGCHighThresholdPercent": {c.ImageGCHighThresholdPercent, &n.ImageGC.High}, "imageGCLowThresholdPercent": {c.ImageGCLowThresholdPercent, &n.ImageGC.Low}} {
		if p.from == nil {
			continue
		}
		if *p.from < 1 || *p.from > 100 {
			return fmt.Errorf("%s: want a share from 1 to 100, got %d", field, *p.from)
		}
		*p.to = int(*p.from)
	}
	if high, low := cmp.Or(n.ImageGC.High, 85), cmp.Or(n.ImageGC.Low, 80); low >= high {
		return fmt.Errorf("imageGCLowThresholdPercent: %d is not less than imageGCHighThresholdPercent, which is %d", low, high)
	}
	if err := n.duration("imageMinimumGCAge", c.ImageMinimumGCAge.Duration, &n.ImageGC.MinAge); err != nil {
		return err
	}
	return n.duration("imageMaximumGCAge", c.ImageMaximumGCAge.Duration, &n.ImageGC.MaxAge)
}

// unboundedPulls stands for no bound: serializeImagePulls is false, and nothing else is said.
const unboundedPulls = math.MaxInt32

// pulls reads how many images are pulled at a time. Kubelet pulls one after the other unless it is told otherwise; here that has to be said.
func (n *Node) pulls(c *kubelet.KubeletConfiguration) error {
	most := c.MaxParallelImagePulls
	switch serial := c.SerializeImagePulls; {
	case most != nil && *most < 1:
		return fmt.Errorf("maxParallelImagePulls: %d must be a positive number", *most)
	case most != nil && *most > 1 && serial != nil && *serial:
		return fmt.Errorf("maxParallelImagePulls: cannot be larger than 1 unless serializeImagePulls is false, got %d", *most)
	case most != nil:
		n.ParallelPulls = int64(*most)
	case serial != nil && *serial:
		n.ParallelPulls = 1
	case serial != nil:
		n.ParallelPulls = unboundedPulls
	}
	return nil
}

// reserve adds up what is kept for the system and for the node itself.
func (n *Node) reserve(c *kubelet.KubeletConfiguration) error {
	for field, m := range map[string]map[string]string{"systemReserved": c.SystemReserved, "kubeReserved": c.KubeReserved} {
		for name, value := range m {
			q, err := resource.ParseQuantity(value)
			if err != nil || q.Sign() < 0 {
				return fmt.Errorf("%s[%s]: want an amount, got %q", field, name, value)
			}
			r := corev1.ResourceName(name)
			switch r {
			case corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage:
			default:
				return fmt.Errorf("%s[%s]: want cpu, memory or ephemeral-storage", field, name)
			}
			if n.Reserved == nil {
				n.Reserved = corev1.ResourceList{}
			}
			q.Add(n.Reserved[r])
			n.Reserved[r] = q
		}
	}
	return nil
}

// What enforceNodeAllocatable may say.
const (
	EnforceNone = "none"
	EnforcePods = "pods"
)

// enforce reads what has to keep within what is reserved and what is not.
func (n *Node) enforce(c *kubelet.KubeletConfiguration) error {
	for _, key := range c.EnforceNodeAllocatable {
		switch key {
		case EnforceNone:
			if len(c.EnforceNodeAllocatable) > 1 {
				return fmt.Errorf("enforceNodeAllocatable: %q cannot stand with others", key)
			}
		case EnforcePods:
			n.BoundPods = true
		default:
			return fmt.Errorf("enforceNodeAllocatable: want pods or none, got %q: the cgroups of other processes are not this node's", key)
		}
	}
	return nil
}

// criticalPriority is upstream's SystemCriticalPriority.
const criticalPriority = 2_000_000_000

func (n *Node) shutdown(c *kubelet.KubeletConfiguration) error {
	all, critical := c.ShutdownGracePeriod.Duration, c.ShutdownGracePeriodCriticalPods.Duration
	if (all != 0 || critical != 0) && len(c.ShutdownGracePeriodByPodPriority) > 0 {
		return fmt.Errorf("shutdownGracePeriodByPodPriority: cannot be set together with shutdownGracePeriod")
	}
	if critical > all || all < 0 || critical < 0 {
		return fmt.Errorf("shutdownGracePeriodCriticalPods: %s is not within shutdownGracePeriod, which is %s", critical, all)
	}
	if all > 0 {
		n.Shutdown = []ShutdownStep{{0, all - critical}, {criticalPriority, critical}}
	}
	for i, s := range c.ShutdownGracePeriodByPodPriority {
		if s.ShutdownGracePeriodSeconds < 0 {
			return fmt.Errorf("shutdownGracePeriodByPodPriority[%d].shutdownGracePeriodSeconds: %d is negative", i, s.ShutdownGracePeriodSeconds)
		}
		n.Shutdown = append(n.Shutdown, ShutdownStep{s.Priority, time.Duration(s.ShutdownGracePeriodSeconds) * time.Second})
	}
	slices.SortStableFunc(n.Shutdown, func(a, b ShutdownStep) int { return cmp.Compare(a.Priority, b.Priority) })
	return nil
}

func (n *Node) rest(c *kubelet.KubeletConfiguration) error {
	n.StaticPods = c.StaticPodPath
	if n.StaticPods != "" && !strings.HasPrefix(n.StaticPods, "/") {
		return fmt.Errorf("staticPodPath: want an absolute path, got %q", n.StaticPods)
	}
	for i, name := range c.AllowedUnsafeSysctls {
		if !Namespaced(name) {
			return fmt.Errorf("allowedUnsafeSysctls[%d]: the sysctls %q are not known to be namespaced", i, name)
		}
		n.UnsafeSysctls = append(n.UnsafeSysctls, name)
	}
	if m := c.CrashLoopBackOff.MaxContainerRestartPeriod; m != nil {
		if m.Duration < time.Second || m.Duration > 5*time.Minute {
			return fmt.Errorf("crashLoopBackOff.maxContainerRestartPeriod: want between 1s and 5m, got %s", m.Duration)
		}
		n.RestartMax = m.Duration
	}
	n.SeccompUnconfined = c.SeccompDefault != nil && !*c.SeccompDefault
	if u := c.UserNamespaces; u != nil && u.IDsPerPod != nil {
		if n.IDsPerPod = *u.IDsPerPod; n.IDsPerPod < idsUnit || n.IDsPerPod%idsUnit != 0 || n.IDsPerPod > maxIDsPerPod {
			return fmt.Errorf("userNamespaces.idsPerPod: want a multiple of %d up to %d, got %d", idsUnit, maxIDsPerPod, n.IDsPerPod)
		}
	}
	n.Taints = c.RegisterWithTaints
	if c.ResolverConfig != nil {
		n.ResolvConf = *c.ResolverConfig
	}
	return nil
}

// idsUnit is what the ids of a pod are counted in, the 16 bits that programs expect; maxIDsPerPod leaves room for 255 pods.
const (
	idsUnit      = 1 << 16
	maxIDsPerPod = 1 << 24
)

// Namespaced says whether a sysctl, or a prefix of names that ends with *, is one that pods have for themselves.
func Namespaced(name string) bool {
	name = strings.TrimSuffix(strings.ReplaceAll(name, "/", "."), "*")
	return name == "kernel.sem" || slices.ContainsFunc([]string{"kernel.shm", "kernel.msg", "fs.mqueue.", "net."}, func(p string) bool { return strings.HasPrefix(name, p) })
}
