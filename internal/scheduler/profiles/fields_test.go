package profiles

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	configv1 "k8s.io/kube-scheduler/config/v1"
)

// fields decides for every field of the configuration's types: "honoured" as upstream does, "without effect" for what cannot change
// a decision here and is checked and told, "refused" for what would and is not there. A field that is not here is one of a new
// release that nobody has decided about.
var fields = map[string]string{
	"apiVersion": "honoured",
	"kind":       "honoured",

	"parallelism":                         "honoured",
	"leaderElection.leaderElect":          "without effect",
	"leaderElection.leaseDuration":        "without effect",
	"leaderElection.renewDeadline":        "without effect",
	"leaderElection.retryPeriod":          "without effect",
	"leaderElection.resourceLock":         "without effect",
	"leaderElection.resourceName":         "without effect",
	"leaderElection.resourceNamespace":    "without effect",
	"clientConnection.kubeconfig":         "without effect",
	"clientConnection.acceptContentTypes": "without effect",
	"clientConnection.contentType":        "without effect",
	"clientConnection.qps":                "without effect",
	"clientConnection.burst":              "without effect",
	"enableProfiling":                     "without effect",
	"enableContentionProfiling":           "without effect",
	"delayCacheUntilActive":               "without effect",
	"percentageOfNodesToScore":            "without effect",
	"podInitialBackoffSeconds":            "honoured",
	"podMaxBackoffSeconds":                "honoured",

	"profiles[].schedulerName":            "honoured",
	"profiles[].percentageOfNodesToScore": "without effect",
	"profiles[].pluginConfig[].name":      "honoured",
	"profiles[].pluginConfig[].args":      "honoured",

	"extenders[].urlPrefix":                             "honoured",
	"extenders[].filterVerb":                            "honoured",
	"extenders[].preemptVerb":                           "honoured",
	"extenders[].prioritizeVerb":                        "honoured",
	"extenders[].weight":                                "honoured",
	"extenders[].bindVerb":                              "honoured",
	"extenders[].enableHTTPS":                           "honoured",
	"extenders[].tlsConfig.insecure":                    "honoured",
	"extenders[].tlsConfig.serverName":                  "honoured",
	"extenders[].tlsConfig.certFile":                    "honoured",
	"extenders[].tlsConfig.keyFile":                     "honoured",
	"extenders[].tlsConfig.caFile":                      "honoured",
	"extenders[].tlsConfig.certData":                    "honoured",
	"extenders[].tlsConfig.keyData":                     "honoured",
	"extenders[].tlsConfig.caData":                      "honoured",
	"extenders[].httpTimeout":                           "honoured",
	"extenders[].nodeCacheCapable":                      "honoured",
	"extenders[].managedResources[].name":               "honoured",
	"extenders[].managedResources[].ignoredByScheduler": "honoured",
	"extenders[].ignorable":                             "honoured",

	"DefaultPreemption.minCandidateNodesPercentage":                                 "without effect",
	"DefaultPreemption.minCandidateNodesAbsolute":                                   "without effect",
	"InterPodAffinity.hardPodAffinityWeight":                                        "honoured",
	"InterPodAffinity.ignorePreferredTermsOfExistingPods":                           "honoured",
	"NodeResourcesFit.ignoredResources":                                             "honoured",
	"NodeResourcesFit.ignoredResourceGroups":                                        "honoured",
	"NodeResourcesFit.scoringStrategy.type":                                         "honoured",
	"NodeResourcesFit.scoringStrategy.resources[].name":                             "honoured",
	"NodeResourcesFit.scoringStrategy.resources[].weight":                           "honoured",
	"NodeResourcesFit.scoringStrategy.requestedToCapacityRatio.shape[].utilization": "honoured",
	"NodeResourcesFit.scoringStrategy.requestedToCapacityRatio.shape[].score":       "honoured",
	"PodTopologySpread.defaultConstraints[]":                                        "honoured",
	"PodTopologySpread.defaultingType":                                              "honoured",
	"NodeResourcesBalancedAllocation.resources[].name":                              "honoured",
	"NodeResourcesBalancedAllocation.resources[].weight":                            "honoured",
	"NodeAffinity.addedAffinity":                                                    "honoured",
	"VolumeBinding.bindTimeoutSeconds":                                              "honoured",
	"VolumeBinding.shape[].utilization":                                             "refused",
	"VolumeBinding.shape[].score":                                                   "refused",
	"DynamicResources.filterTimeout":                                                "honoured",
	"DynamicResources.bindingTimeout":                                               "honoured",
}

// plugged are the extension points; each has the same four fields.
var plugged = []string{"multiPoint", "preEnqueue", "queueSort", "preFilter", "filter", "postFilter", "preScore", "score", "reserve", "permit", "preBind", "bind", "postBind", "placementGenerate", "placementScore"}

// TestEveryField finds the fields of the types by reflection.
func TestEveryField(t *testing.T) {
	want := maps.Clone(fields)
	for _, p := range plugged {
		for _, f := range []string{"enabled[].name", "enabled[].weight", "disabled[].name", "disabled[].weight"} {
			want["profiles[].plugins."+p+"."+f] = "honoured"
		}
	}
	got := map[string]bool{}
	walk("", reflect.TypeFor[configv1.KubeSchedulerConfiguration](), got)
	for name, typ := range map[string]reflect.Type{
		"DefaultPreemption":               reflect.TypeFor[configv1.DefaultPreemptionArgs](),
		"InterPodAffinity":                reflect.TypeFor[configv1.InterPodAffinityArgs](),
		"NodeResourcesFit":                reflect.TypeFor[configv1.NodeResourcesFitArgs](),
		"PodTopologySpread":               reflect.TypeFor[configv1.PodTopologySpreadArgs](),
		"NodeResourcesBalancedAllocation": reflect.TypeFor[configv1.NodeResourcesBalancedAllocationArgs](),
		"NodeAffinity":                    reflect.TypeFor[configv1.NodeAffinityArgs](),
		"VolumeBinding":                   reflect.TypeFor[configv1.VolumeBindingArgs](),
		"DynamicResources":                reflect.TypeFor[configv1.DynamicResourcesArgs](),
	} {
		walk(name, typ, got)
	}
	for _, f := range slices.Sorted(maps.Keys(got)) {
		if base := strings.TrimSuffix(strings.TrimSuffix(f, ".kind"), ".apiVersion"); want[f] == "" && (base == f || strings.Contains(base, ".")) {
			t.Errorf("nobody has decided about %s", f)
		}
	}
	for f := range want {
		if !got[f] {
			t.Errorf("there is no field %s", f)
		}
	}
}

// walk collects the fields of a type under a path. Types of Kubernetes' own objects are one field.
func walk(path string, t reflect.Type, out map[string]bool) {
	switch {
	case t.Kind() == reflect.Pointer:
		walk(path, t.Elem(), out)
		return
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		walk(path+"[]", t.Elem(), out)
		return
	case t.Kind() != reflect.Struct || strings.HasPrefix(t.PkgPath(), "k8s.io/api/") || strings.HasPrefix(t.PkgPath(), "k8s.io/apimachinery/") && !strings.HasSuffix(t.Name(), "TypeMeta"):
		out[path] = true
		return
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		switch {
		case name == "": // inline
			walk(path, t.Field(i).Type, out)
		case path == "":
			walk(name, t.Field(i).Type, out)
		default:
			walk(path+"."+name, t.Field(i).Type, out)
		}
	}
}

// What changes nothing is told, field by field, and the documentation lists it.
func TestUnused(t *testing.T) {
	cfg, err := Read([]byte(head + `
percentageOfNodesToScore: 30
leaderElection: {leaderElect: true, leaseDuration: 20s, renewDeadline: 12s, retryPeriod: 3s, resourceLock: leases, resourceName: x, resourceNamespace: y}
clientConnection: {kubeconfig: /etc/kubernetes/scheduler.conf, acceptContentTypes: a, contentType: b, qps: 100, burst: 200}
enableProfiling: true
enableContentionProfiling: false
delayCacheUntilActive: true
profiles: [{percentageOfNodesToScore: 10, pluginConfig: [{name: DefaultPreemption, args: {minCandidateNodesPercentage: 5, minCandidateNodesAbsolute: 9}}]}]
`))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../../../docs/scheduling.md")
	if err != nil {
		t.Fatal(err)
	}
	for f, verdict := range fields {
		if verdict != "without effect" {
			continue
		}
		said := strings.ReplaceAll(strings.ReplaceAll(f, "DefaultPreemption.", "profiles[].pluginConfig[].args."), "[]", "[0]")
		if !slices.ContainsFunc(cfg.Unused, func(u string) bool { return strings.HasPrefix(u, said+": ") }) {
			t.Errorf("%s is not told: %q", f, cfg.Unused)
		}
		if !strings.Contains(string(doc), "`"+f[strings.LastIndex(f, ".")+1:]+"`") {
			t.Errorf("%s is not in docs/scheduling.md", f)
		}
	}
}

// What plugins are switched to, and what is honoured besides.
func TestSwitches(t *testing.T) {
	cfg, err := Read([]byte(head + `
podInitialBackoffSeconds: 2
parallelism: 3
profiles:
- plugins:
    multiPoint: {disabled: [{name: "*"}], enabled: [{name: PrioritySort}, {name: DefaultBinder}, {name: NodeResourcesFit, weight: 4}, {name: TaintToleration}]}
    preFilter: {disabled: [{name: NodeGone}]}
    filter: {enabled: [{name: NodeName}]}
    score: {disabled: [{name: TaintToleration}]}
  pluginConfig:
  - {name: VolumeBinding, args: {bindTimeoutSeconds: 30}}
  - {name: DynamicResources, args: {kind: DynamicResourcesArgs, apiVersion: kubescheduler.config.k8s.io/v1, filterTimeout: 0s, bindingTimeout: 1m}}
`))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Parallelism != 3 {
		t.Errorf("parallelism is %d", cfg.Parallelism)
	}
	p := cfg.Profiles[0]
	on := []string{"NodeName", "NodeResourcesFit", "TaintToleration"}
	for i := range catalogue {
		if name := catalogue[i].name; catalogue[i].at(filter) && p.Asks(name) != slices.Contains(on, name) {
			t.Errorf("filter %s asked: %v", name, p.Asks(name))
		}
	}
	if len(p.Weights) != 1 || p.Weights["NodeResourcesFit"] != 4 || !p.NoPreemption {
		t.Errorf("weights %v, no preemption %v", p.Weights, p.NoPreemption)
	}
	if p.VolumeWait.Seconds() != 30 || p.DeviceWait.Seconds() != 60 || p.DeviceSearch != 0 {
		t.Errorf("waits %v %v %v", p.VolumeWait, p.DeviceWait, p.DeviceSearch)
	}
	if b := cfg.Backoff; b.Initial.Seconds() != 2 || b.Max.Seconds() != 10 {
		t.Errorf("back-off %+v", b)
	}
	if !slices.ContainsFunc(cfg.Unused, func(u string) bool { return strings.HasPrefix(u, "profiles[0].plugins.preFilter.disabled[0].name: ") }) {
		t.Errorf("a plugin that is not there is not told: %q", cfg.Unused)
	}
}
