package settings_test

import (
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"gantry.dev/gantry/internal/plan/settings"
)

const head = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"

func TestParse(t *testing.T) {
	n, err := settings.Parse([]byte(head + `
maxPods: 7
podPidsLimit: 100
evictionHard: {nodefs.available: 10%, memory.available: 1Gi}
containerLogMaxSize: 1Mi
containerLogMaxFiles: 3
imageGCHighThresholdPercent: 70
imageGCLowThresholdPercent: 50
imageMinimumGCAge: 1m
systemReserved: {cpu: 500m, memory: 1Gi}
kubeReserved: {cpu: 500m}
cpuManagerPolicy: static
topologyManagerPolicy: single-numa-node
staticPodPath: /etc/pods
allowedUnsafeSysctls: ["kernel.msg*", net.core.somaxconn]
shutdownGracePeriod: 30s
shutdownGracePeriodCriticalPods: 10s
memorySwap: {swapBehavior: NoSwap}
crashLoopBackOff: {maxContainerRestartPeriod: 20s}
serializeImagePulls: false
maxParallelImagePulls: 9
userNamespaces: {idsPerPod: 131072}
podLogsDir: /var/log/pods
healthzPort: 10248
readOnlyPort: 10255
enforceNodeAllocatable: [pods]
featureGates: {SidecarContainers: true, MemoryQoS: false, ContainerStopSignals: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	if cpu := n.Reserved[corev1.ResourceCPU]; cpu.Cmp(resource.MustParse("1")) != 0 {
		t.Errorf("reserved CPU %s", cpu.String())
	}
	n.Reserved = nil
	want := settings.Node{
		MaxPods: 7, PodPIDs: 100, BoundPods: true, EvictionHard: "memory.available<1Gi,nodefs.available<10%", LogMaxBytes: 1 << 20, LogMaxFiles: 3,
		ImageGC: settings.ImageGC{High: 70, Low: 50, MinAge: time.Minute}, ParallelPulls: 9, ExclusiveCPUs: true, Topology: settings.TopologyPolicy{Policy: settings.TopologySingle, MaxNodes: 8},
		StaticPods: "/etc/pods", UnsafeSysctls: []string{"kernel.msg*", "net.core.somaxconn"},
		Shutdown:   []settings.ShutdownStep{{Priority: 0, Grace: 20 * time.Second}, {Priority: 2_000_000_000, Grace: 10 * time.Second}},
		RestartMax: 20 * time.Second, IDsPerPod: 131072, LogDir: "/var/log/pods", StopSignals: true,
		Plain: settings.PlainServers{Healthz: netip.MustParseAddrPort("127.0.0.1:10248"), ReadOnly: 10255},
	}
	if !reflect.DeepEqual(n, want) {
		t.Errorf("got  %+v\nwant %+v", n, want)
	}
}

func TestParallelPulls(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "serializeImagePulls: true": 1, "serializeImagePulls: false": math.MaxInt32, "maxParallelImagePulls: 3": 3,
		"serializeImagePulls: true\nmaxParallelImagePulls: 1": 1,
	} {
		n, err := settings.Parse([]byte(head + text))
		if err != nil || n.ParallelPulls != want {
			t.Errorf("%q: %d, %v, want %d", text, n.ParallelPulls, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for text, words := range map[string]string{
		"kind: Pod":         "KubeletConfiguration",
		head + "maxPodz: 3": "maxPodz",
		head + "tracing: {samplingRatePerMillion: -2}":                       "tracing.samplingRatePerMillion",
		head + "hairpinMode: none":                                           "hairpinMode",
		head + "maxPods: -1":                                                 "maxPods",
		head + "podPidsLimit: 0":                                             "podPidsLimit",
		head + "containerLogMaxSize: much":                                   "containerLogMaxSize",
		head + "containerLogMaxFiles: 1":                                     "containerLogMaxFiles",
		head + "imageGCHighThresholdPercent: 60":                             "imageGCLowThresholdPercent",
		head + "imageGCLowThresholdPercent: 101":                             "imageGCLowThresholdPercent",
		head + "maxParallelImagePulls: 0":                                    "maxParallelImagePulls",
		head + "serializeImagePulls: true\nmaxParallelImagePulls: 2":         "serializeImagePulls",
		head + "systemReserved: {gpu: 1}":                                    "systemReserved[gpu]",
		head + "kubeReserved: {cpu: -1}":                                     "kubeReserved[cpu]",
		head + "cpuManagerPolicy: static":                                    "reservedSystemCPUs",
		head + "cpuManagerPolicy: dynamic":                                   "cpuManagerPolicy",
		head + "cpuManagerPolicyOptions: {x: true}":                          "cpuManagerPolicyOptions",
		head + "topologyManagerPolicy: strict":                               "topologyManagerPolicy",
		head + "memorySwap: {swapBehavior: All}":                             "swapBehavior",
		head + "reservedSystemCPUs: all":                                     "reservedSystemCPUs",
		head + "cpuManagerPolicyOptions: {full-pcpus-only: yes!}":            "full-pcpus-only",
		head + "cpuManagerPolicyOptions: {full-pcpus-only: true}":            "say static",
		head + "cpuManagerPolicyOptions: {align-by-socket: true}":            "CPUManagerPolicyAlphaOptions",
		head + "memoryManagerPolicy: Dynamic":                                "memoryManagerPolicy",
		head + "memoryManagerPolicy: Static":                                 "reservedMemory",
		head + "reservedMemory: [{numaNode: 0, limits: {cpu: 1}}]":           "reservedMemory[0].limits[cpu]",
		head + "topologyManagerScope: node":                                  "topologyManagerScope",
		head + "topologyManagerPolicyOptions: {nearest: true}":               "topologyManagerPolicyOptions[nearest]",
		head + "topologyManagerPolicyOptions: {max-allowable-numa-nodes: 4}": "less than 8",
		head + "failSwapOn: true":                                            "failSwapOn",
		head + "shutdownGracePeriodCriticalPods: 1s":                         "shutdownGracePeriodCriticalPods",
		head + "staticPodPath: here":                                         "staticPodPath",
		head + "allowedUnsafeSysctls: [kernel.panic]":                        "allowedUnsafeSysctls[0]",
		head + "crashLoopBackOff: {maxContainerRestartPeriod: 1h}":           "maxContainerRestartPeriod",
		head + "userNamespaces: {idsPerPod: 5}":                              "idsPerPod",
		head + "podLogsDir: logs":                                            "podLogsDir",
		head + "podLogsDir: /var/../etc":                                     "podLogsDir",
		head + "healthzPort: 65536":                                          "healthzPort",
		head + "healthzBindAddress: localhost":                               "healthzBindAddress",
		head + "healthzBindAddress: 0.0.0.0":                                 "healthzPort",
		head + "readOnlyPort: -1":                                            "readOnlyPort",
		head + "featureGates: {MemoryQoS: true}":                             "featureGates[MemoryQoS]",
		head + "enforceNodeAllocatable: [kube-reserved]":                     "enforceNodeAllocatable",
		head + "enforceNodeAllocatable: [pods, none]":                        "enforceNodeAllocatable",
		head + "featureGates: {Magic: false}":                                "no such gate",
	} {
		if _, err := settings.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v, want an error about %s", strings.TrimPrefix(text, head), err, words)
		}
	}
}
