package settings

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	kubelet "k8s.io/kubelet/config/v1beta1"
)

// row says what becomes of a field of a KubeletConfiguration that is set. Every field has a row, see Fields.
type row struct {
	// read says that the field does what it says.
	read bool
	// fits, of a field that is not read, says that its value is what this node does anyway, or means nothing here; nil fits nothing.
	fits func(*kubelet.KubeletConfiguration) bool
	// why tells why another value is refused, and what to say instead.
	why string
}

func is[T comparable](get func(*kubelet.KubeletConfiguration) *T, want T) func(*kubelet.KubeletConfiguration) bool {
	return func(c *kubelet.KubeletConfiguration) bool { p := get(c); return p == nil || *p == want }
}

func anything(*kubelet.KubeletConfiguration) bool { return true }

var (
	read    = row{read: true}
	nothing = func(why string) row { return row{fits: anything, why: why} }
	refused = func(why string) row { return row{why: why} }
)

// fields are all of upstream's, by their names in Go.
func fields() map[string]row {
	type conf = kubelet.KubeletConfiguration
	yes := func(get func(*conf) *bool, why string) row { return row{fits: is(get, true), why: why} }
	no := func(get func(*conf) *bool, why string) row { return row{fits: is(get, false), why: why} }
	out := map[string]row{}
	for _, name := range []string{"TypeMeta", "MaxPods", "PodsPerCore", "PodPidsLimit", "EvictionHard", "EvictionSoft", "EvictionSoftGracePeriod", "EvictionMaxPodGracePeriod",
		"EvictionMinimumReclaim", "EvictionPressureTransitionPeriod", "PodLogsDir", "ContainerLogMaxSize", "ContainerLogMaxFiles",
		"ImageMinimumGCAge", "ImageMaximumGCAge", "ImageGCHighThresholdPercent", "ImageGCLowThresholdPercent", "SystemReserved", "KubeReserved",
		"SerializeImagePulls", "MaxParallelImagePulls", "ReservedSystemCPUs", "CPUManagerPolicy", "CPUManagerPolicyOptions", "CPUManagerReconcilePeriod",
		"MemoryManagerPolicy", "ReservedMemory", "TopologyManagerPolicy", "TopologyManagerScope", "TopologyManagerPolicyOptions",
		"StaticPodPath", "AllowedUnsafeSysctls", "MemorySwap", "FailSwapOn",
		"ShutdownGracePeriod", "ShutdownGracePeriodCriticalPods", "ShutdownGracePeriodByPodPriority", "CrashLoopBackOff",
		"ImagePullCredentialsVerificationPolicy", "PreloadedImagesVerificationAllowlist", "SeccompDefault", "UserNamespaces", "RegisterWithTaints",
		"ResolverConfig", "Tracing", "FeatureGates", "EnableSystemLogHandler", "EnableSystemLogQuery",
		"HealthzPort", "HealthzBindAddress", "ReadOnlyPort", "EnforceNodeAllocatable"} {
		out[name] = read
	}
	const (
		served = "the node's server always listens, at the node's own address, with a certificate of the cluster's authority"
		asks   = "who may ask the node is asked of the API server, with tokens and certificates of the cluster"
		cgroup = "pods' cgroups carry the instance's id and lie side by side below one of it, which this node makes"
	)
	for name, f := range map[string]row{
		"EnableServer":        yes(func(c *conf) *bool { return c.EnableServer }, served),
		"SyncFrequency":       nothing("nothing is looked at by the clock: what changes is seen at once"),
		"FileCheckFrequency":  nothing("the directory of static pods is watched"),
		"HTTPCheckFrequency":  refused("static pods come from staticPodPath"),
		"StaticPodURL":        refused("static pods come from staticPodPath"),
		"StaticPodURLHeader":  refused("static pods come from staticPodPath"),
		"Address":             refused(served),
		"Port":                {fits: func(c *conf) bool { return c.Port == 10250 }, why: served + ", on port 10250"},
		"TLSCertFile":         refused(served),
		"TLSPrivateKeyFile":   refused(served),
		"TLSCipherSuites":     refused("TLS 1.2 and 1.3 with Go's suites are spoken"),
		"TLSCurvePreferences": refused("TLS 1.2 and 1.3 with Go's curves are spoken"),
		"TLSMinVersion":       {fits: func(c *conf) bool { return c.TLSMinVersion == "VersionTLS12" }, why: "TLS 1.2 and 1.3 are spoken: say VersionTLS12"},
		"RotateCertificates":  nothing("the node has no certificates of files: the server makes them at each start"),
		"ServerTLSBootstrap":  refused(served),
		"Authentication":      {fits: fitsAuthentication, why: asks},
		"Authorization": {fits: func(c *conf) bool {
			return c.Authorization == kubelet.KubeletAuthorization{Mode: kubelet.KubeletAuthorizationModeWebhook}
		}, why: asks + ": say mode Webhook"},
		"RegistryPullQPS":                {fits: is(func(c *conf) *int32 { return c.RegistryPullQPS }, 0), why: "pulls are bounded by maxParallelImagePulls, not by their rate: say 0"},
		"RegistryBurst":                  refused("pulls are bounded by maxParallelImagePulls, not by their rate"),
		"EventRecordQPS":                 refused("events are kept from flooding by source and object, not by their rate"),
		"EventBurst":                     refused("events are kept from flooding by source and object, not by their rate"),
		"EnableDebuggingHandlers":        yes(func(c *conf) *bool { return c.EnableDebuggingHandlers }, "logs, exec and attach are what the server is for"),
		"EnableContentionProfiling":      refused("there is no profile of lock contention"),
		"OOMScoreAdj":                    refused("the node's processes set their own"),
		"ClusterDomain":                  refused("the server tells its nodes"),
		"ClusterDNS":                     refused("the node answers names itself, at its own address"),
		"StreamingConnectionIdleTimeout": refused("streams end with their processes and clients, however idle"),
		"NodeStatusUpdateFrequency":      nothing("changes of the node's status are told when they happen"),
		"NodeStatusReportFrequency":      {fits: func(c *conf) bool { return c.NodeStatusReportFrequency.Duration == 5*time.Minute }, why: "a status without changes is told every 5m"},
		"NodeLeaseDurationSeconds":       {fits: func(c *conf) bool { return c.NodeLeaseDurationSeconds == 40 }, why: "a lease is for 40 seconds"},
		"VolumeStatsAggPeriod":           refused("volumes are measured when somebody asks"),
		"KubeletCgroups":                 refused(cgroup),
		"SystemCgroups":                  refused(cgroup),
		"CgroupRoot":                     refused(cgroup),
		"CgroupsPerQOS":                  refused(cgroup),
		"CgroupDriver":                   {fits: func(c *conf) bool { return c.CgroupDriver == "cgroupfs" }, why: cgroup + ": say cgroupfs"},
		"SingleProcessOOMKill":           yes(func(c *conf) *bool { return c.SingleProcessOOMKill }, "the kernel ends the process that asked for too much, not all of the container"),
		"QOSReserved":                    refused("memory is not kept for better classes of pods"),
		"RuntimeRequestTimeout":          refused("calls of the runtime have bounds of their own"),
		"HairpinMode":                    refused("there is no bridge: a pod reaches itself by its Service through the node's rules"),
		"PodCIDR":                        refused("the server gives the node its range: say --pod-cidr"),
		"RunOnce":                        refused("Runonce mode has been deprecated and should not be set"),
		"CPUCFSQuota":                    yes(func(c *conf) *bool { return c.CPUCFSQuota }, "limits of CPU are always kept"),
		"CPUCFSQuotaPeriod":              {fits: func(c *conf) bool { return c.CPUCFSQuotaPeriod.Duration == 100*time.Millisecond }, why: "quotas are for 100ms"},
		"NodeStatusMaxImages":            refused("the number of images in a node's status is fixed"),
		"MaxOpenFiles":                   refused("the limit of open files is taken as it is, and no setting raises it"),
		"ContentType":                    nothing("the node asks the API in process or in protobuf"),
		"KubeAPIQPS":                     nothing("the API server queues the requests of all clients fairly, the node does not hold its own back"),
		"KubeAPIBurst":                   nothing("the API server queues the requests of all clients fairly, the node does not hold its own back"),
		"MergeDefaultEvictionSettings":   no(func(c *conf) *bool { return c.MergeDefaultEvictionSettings }, "evictionHard replaces the defaults: say all thresholds"),
		"EnableControllerAttachDetach":   yes(func(c *conf) *bool { return c.EnableControllerAttachDetach }, "volumes are attached by the controller"),
		"ProtectKernelDefaults":          refused("the node sets no parameters of the kernel for all, and checks none"),
		"MakeIPTablesUtilChains":         nothing("there are no chains of iptables"),
		"IPTablesMasqueradeBit":          nothing("there are no chains of iptables"),
		"IPTablesDropBit":                nothing("there are no chains of iptables"),
		"ContainerLogMaxWorkers":         nothing("a log is turned over by who writes it, when it is full"),
		"ContainerLogMonitorInterval":    nothing("a log is turned over by who writes it, when it is full"),
		"ConfigMapAndSecretChangeDetectionStrategy": {fits: func(c *conf) bool {
			return c.ConfigMapAndSecretChangeDetectionStrategy == kubelet.WatchChangeDetectionStrategy
		}, why: "they are watched: say Watch"},
		"ShowHiddenMetricsForVersion":   refused("there are no hidden metrics"),
		"SystemReservedCgroup":          refused(cgroup),
		"KubeReservedCgroup":            refused(cgroup),
		"VolumePluginDir":               refused("flexvolume has been deprecated for CSI"),
		"ProviderID":                    refused("it is set at the Node, by who knows it"),
		"KernelMemcgNotification":       refused("memory is looked at every two seconds"),
		"Logging":                       refused("gantry's own flags say how it logs"),
		"EnableProfilingHandler":        yes(func(c *conf) *bool { return c.EnableProfilingHandler }, "profiles are for who may get nodes/proxy"),
		"EnableDebugFlagsHandler":       no(func(c *conf) *bool { return c.EnableDebugFlagsHandler }, "there is no /debug/flags"),
		"MemoryThrottlingFactor":        refused("MemoryQoS is alpha upstream and not here"),
		"MemoryReservationPolicy":       {fits: func(c *conf) bool { return c.MemoryReservationPolicy == kubelet.NoneMemoryReservationPolicy }, why: "MemoryQoS is alpha upstream and not here: say None"},
		"RegisterNode":                  yes(func(c *conf) *bool { return c.RegisterNode }, "the node is made by the one who runs it"),
		"LocalStorageCapacityIsolation": yes(func(c *conf) *bool { return c.LocalStorageCapacityIsolation }, "limits of ephemeral storage are always kept"),
		"ContainerRuntimeEndpoint":      refused("the runtime is this program's own: others are said with --runtimes"),
		"ImageServiceEndpoint":          refused("images are this program's own"),
		"FailCgroupV1":                  no(func(c *conf) *bool { return c.FailCgroupV1 }, "this node runs on version 1 too: say false"),
	} {
		out[name] = f
	}
	return out
}

// fitsAuthentication lets in kubelet's own defaults.
func fitsAuthentication(c *kubelet.KubeletConfiguration) bool {
	a := c.Authentication
	anonymous, webhook := a.Anonymous.Enabled, a.Webhook.Enabled
	return a.X509.ClientCAFile == "" && a.Webhook.CacheTTL.Duration == 0 && (anonymous == nil || !*anonymous) && (webhook == nil || *webhook)
}

// unfit names the first field that is set to what this node does not do.
func unfit(c *kubelet.KubeletConfiguration) error {
	v, table := reflect.ValueOf(c).Elem(), fields()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		r := table[f.Name]
		if v.Field(i).IsZero() || r.read || r.fits != nil && r.fits(c) {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return fmt.Errorf("%s: this node has no such setting: %s", name, r.why)
	}
	return nil
}
