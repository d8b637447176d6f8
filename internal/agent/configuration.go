package agent

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/settings"
)

// Configuration is what the node works by, in the form of kubelet's settings: those that were said, and the defaults of the rest.
func (a *Agent) Configuration() *kubelet.KubeletConfiguration {
	say := &a.cfg.Settings
	ptr := func(n int) *int32 { v := int32(n); return &v }
	pids := a.podPIDs()
	if pids == 0 {
		pids = -1
	}
	c := &kubelet.KubeletConfiguration{
		TypeMeta: metav1.TypeMeta{APIVersion: kubelet.SchemeGroupVersion.String(), Kind: "KubeletConfiguration"},
		Port:     a.cfg.KubeletPort, ClusterDomain: a.cfg.ClusterDomain, StaticPodPath: say.StaticPods, MaxPods: int32(a.node.maxPods()), PodPidsLimit: &pids,
		PodCIDR: a.cfg.PodCIDR.String(), ResolverConfig: &a.cfg.ResolvConf, PodLogsDir: cmp.Or(say.LogDir, a.cfg.LogDir),
		NodeLeaseDurationSeconds:         int32(leaseDuration / time.Second),
		NodeStatusReportFrequency:        metav1.Duration{Duration: nodeStatusPeriod},
		ContainerLogMaxSize:              strconv.FormatInt(cmp.Or(say.LogMaxBytes, container.DefaultLogMaxBytes), 10),
		ContainerLogMaxFiles:             ptr(cmp.Or(say.LogMaxFiles, container.DefaultLogMaxFiles)),
		ImageGCHighThresholdPercent:      ptr(cmp.Or(say.ImageGC.High, imageGCHigh)),
		ImageGCLowThresholdPercent:       ptr(cmp.Or(say.ImageGC.Low, imageGCLow)),
		ImageMinimumGCAge:                metav1.Duration{Duration: cmp.Or(say.ImageGC.MinAge, imageGCMinAge)},
		ImageMaximumGCAge:                metav1.Duration{Duration: say.ImageGC.MaxAge},
		EvictionPressureTransitionPeriod: metav1.Duration{Duration: a.cfg.PressureTransition},
		EvictionHard:                     map[string]string{},
		EvictionSoft:                     map[string]string{},
		EvictionSoftGracePeriod:          map[string]string{},
		EvictionMaxPodGracePeriod:        int32(say.EvictionMaxGrace / time.Second),
		EvictionMinimumReclaim:           say.EvictionReclaim,
		AllowedUnsafeSysctls:             say.UnsafeSysctls,
		CPUManagerPolicy:                 "none", TopologyManagerPolicy: string(cmp.Or(say.Topology.Policy, settings.TopologyNone)), ReservedSystemCPUs: say.ReservedCPUs,
		MemorySwap:   kubelet.MemorySwapConfiguration{SwapBehavior: "NoSwap"},
		KubeReserved: map[string]string{}, RegisterWithTaints: slices.Clone(a.cfg.NodeTaints),
	}
	c.HealthzPort, c.ReadOnlyPort = ptr(int(say.Plain.Healthz.Port())), int32(say.Plain.ReadOnly)
	if at := say.Plain.Healthz.Addr(); at.IsValid() {
		c.HealthzBindAddress = at.String()
	}
	yes := !say.SeccompUnconfined
	c.SeccompDefault = &yes
	if say.ExclusiveCPUs {
		c.CPUManagerPolicy = "static"
		c.CPUManagerReconcilePeriod = metav1.Duration{Duration: cmp.Or(say.CPUReconcile, cpuPeriod)}
	}
	for _, name := range say.CPUOptions {
		if c.CPUManagerPolicyOptions == nil {
			c.CPUManagerPolicyOptions = map[string]string{}
		}
		c.CPUManagerPolicyOptions[name] = "true"
	}
	c.EnforceNodeAllocatable = []string{settings.EnforceNone}
	if say.BoundPods {
		c.EnforceNodeAllocatable = []string{settings.EnforcePods}
	}
	c.MemoryManagerPolicy, c.ReservedMemory = kubelet.NoneMemoryManagerPolicy, say.ReservedMemory
	if say.ExclusiveMemory {
		c.MemoryManagerPolicy = kubelet.StaticMemoryManagerPolicy
	}
	c.TopologyManagerScope = kubelet.ContainerTopologyManagerScope
	if say.Topology.WholePods {
		c.TopologyManagerScope = kubelet.PodTopologyManagerScope
	}
	handler := !say.NoLogs
	c.EnableSystemLogHandler, c.EnableSystemLogQuery, c.PodsPerCore = &handler, &say.LogQueries, int32(say.PodsPerCPU)
	if say.LimitedSwap {
		c.MemorySwap.SwapBehavior = "LimitedSwap"
	}
	if say.RestartMax > 0 {
		c.CrashLoopBackOff.MaxContainerRestartPeriod = &metav1.Duration{Duration: say.RestartMax}
	}
	for _, t := range a.pressure.thresholds {
		text := strconv.FormatInt(t.Amount, 10)
		if t.Percent > 0 && t.Amount == 0 { // of both the amount is less, on all but small disks
			text = strconv.FormatFloat(t.Percent, 'g', -1, 64) + "%"
		}
		if t.Soft {
			c.EvictionSoft[string(t.Signal)] = text
			c.EvictionSoftGracePeriod[string(t.Signal)] = t.Grace.String()
		} else {
			c.EvictionHard[string(t.Signal)] = text
		}
	}
	capacity, left := a.node.capacity(), a.node.allocatable()
	for _, name := range slices.Sorted(maps.Keys(capacity)) {
		if name != corev1.ResourceCPU && name != corev1.ResourceMemory && name != corev1.ResourceEphemeralStorage {
			continue
		}
		q := capacity[name]
		q.Sub(left[name])
		c.KubeReserved[string(name)] = q.String()
	}
	steps := say.Shutdown
	if len(steps) == 0 {
		steps = defaultSteps[:]
	}
	for _, s := range steps {
		c.ShutdownGracePeriodByPodPriority = append(c.ShutdownGracePeriodByPodPriority, kubelet.ShutdownGracePeriodByPodPriority{
			Priority: s.Priority, ShutdownGracePeriodSeconds: int64(s.Grace / time.Second)})
	}
	for _, ip := range a.cfg.ClusterDNS {
		c.ClusterDNS = append(c.ClusterDNS, ip.String())
	}
	return c
}
