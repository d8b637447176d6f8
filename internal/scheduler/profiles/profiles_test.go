package profiles

import (
	"os"
	"slices"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/plan/schedule"
)

const head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"

func TestRead(t *testing.T) {
	cfg, err := Read([]byte(head + `
extenders: [{urlPrefix: "https://x.example.com/api", filterVerb: filter, prioritizeVerb: score, weight: 2, httpTimeout: 3s, managedResources: [{name: example.com/fpga, ignoredByScheduler: true}], tlsConfig: {insecure: true}}]
leaderElection: {leaderElect: false}
profiles:
- schedulerName: default-scheduler
- schedulerName: packer
  percentageOfNodesToScore: 100
  plugins:
    multiPoint: {disabled: [{name: ImageLocality}, {name: DefaultPreemption}]}
    filter: {disabled: [{name: TaintToleration}]}
    score: {disabled: [{name: "*"}], enabled: [{name: NodeResourcesFit, weight: 5}, {name: TaintToleration}]}
  pluginConfig:
  - name: NodeResourcesFit
    args: {apiVersion: kubescheduler.config.k8s.io/v1, kind: NodeResourcesFitArgs, ignoredResourceGroups: [example.com], scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 3}, {name: example.com/gpu}]}}
  - name: PodTopologySpread
    args: {defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]}
  - name: NodeAffinity
    args: {addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [batch]}]}]}}}
  - name: InterPodAffinity
    args: {hardPodAffinityWeight: 7, ignorePreferredTermsOfExistingPods: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	got := cfg.Profiles
	if e := cfg.Extenders; len(e) != 1 || e[0].Weight != 2 || e[0].HTTPTimeout.Seconds() != 3 || !slices.Contains(got[0].Fit.IgnoredResources, "example.com/fpga") {
		t.Errorf("extenders %+v", e)
	}
	if len(got) != 2 || got[0].Name != "default-scheduler" || got[0].NoPreemption {
		t.Fatalf("got %+v", got)
	}
	p := got[1]
	if p.Name != "packer" || !p.NoPreemption || len(p.Off) != 1 || p.Off[0] != schedule.TaintToleration || len(p.Weights) != 2 ||
		p.Weights[schedule.NodeResourcesFit] != 5 || p.Weights[schedule.TaintToleration] != 1 || p.Fit.Strategy != schedule.MostAllocated ||
		p.Fit.Resources[0].Weight != 3 || p.Fit.Resources[1].Weight != 1 || p.Fit.IgnoredGroups[0] != "example.com" ||
		p.DefaultConstraints[0].TopologyKey != "rack" || p.SystemDefaults || p.Added == nil || p.HardPodAffinityWeight != 7 || !p.IgnorePreferredTermsOfExistingPods {
		t.Errorf("got %+v", p)
	}
}

// What is wrong or not there is named.
func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct{ doc, want string }{
		"unknown field":     {head + "profilez: []", `unknown field "profilez"`},
		"version":           {"apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration", "v1beta3"},
		"not YAML":          {"{", "reading a KubeSchedulerConfiguration"},
		"sampling":          {head + "percentageOfNodesToScore: 101", "percentageOfNodesToScore"},
		"profile's sample":  {head + "profiles: [{percentageOfNodesToScore: -1}]", "profiles[0].percentageOfNodesToScore"},
		"threads":           {head + "parallelism: 0", "parallelism"},
		"lease":             {head + "leaderElection: {leaderElect: true, leaseDuration: 5s}", "leaderElection.leaseDuration"},
		"renewing":          {head + "leaderElection: {renewDeadline: 1s}", "leaderElection.renewDeadline"},
		"lock":              {head + "leaderElection: {resourceLock: endpoints}", "leaderElection.resourceLock"},
		"burst":             {head + "clientConnection: {burst: -1}", "clientConnection.burst"},
		"back-off":          {head + "podInitialBackoffSeconds: 0", "podInitialBackoffSeconds"},
		"most back-off":     {head + "podInitialBackoffSeconds: 20", "podMaxBackoffSeconds"},
		"endless back-off":  {head + "podMaxBackoffSeconds: 9223372036854775807", "podMaxBackoffSeconds"},
		"extender URL":      {head + "extenders: [{urlPrefix: x}]", "extenders[0].urlPrefix"},
		"extender weight":   {head + "extenders: [{urlPrefix: http://x, prioritizeVerb: p}]", "extenders[0].weight"},
		"two binders":       {head + "extenders: [{urlPrefix: http://x, bindVerb: b}, {urlPrefix: http://y, bindVerb: b}]", "extenders[1].bindVerb"},
		"managed":           {head + "extenders: [{urlPrefix: http://x, managedResources: [{name: cpu}]}]", "extenders[0].managedResources[0].name"},
		"plugin":            {head + "profiles: [{plugins: {score: {enabled: [{name: Mine}]}}}]", "profiles[0].plugins.score.enabled[0].name"},
		"not a score":       {head + "profiles: [{plugins: {score: {enabled: [{name: NodePorts}]}}}]", "profiles[0].plugins.score.enabled[0].name"},
		"extension point":   {head + "profiles: [{plugins: {permit: {enabled: [{name: Mine}]}}}]", "profiles[0].plugins.permit.enabled[0].name"},
		"no queue":          {head + "profiles: [{plugins: {queueSort: {disabled: [{name: '*'}]}}}]", "profiles[0].plugins.queueSort"},
		"no binder":         {head + "profiles: [{plugins: {multiPoint: {disabled: [{name: DefaultBinder}]}}}]", "profiles[0].plugins.bind"},
		"twice":             {head + "profiles: [{plugins: {score: {enabled: [{name: NodeResourcesFit}, {name: NodeResourcesFit}]}}}]", "profiles[0].plugins.score.enabled[1].name"},
		"unprepared filter": {head + "profiles: [{plugins: {preFilter: {disabled: [{name: NodePorts}]}}}]", "profiles[0].plugins.filter"},
		"unprepared score":  {head + "profiles: [{plugins: {preScore: {disabled: [{name: '*'}]}}}]", "profiles[0].plugins.score"},
		"half of volumes":   {head + "profiles: [{plugins: {filter: {disabled: [{name: VolumeBinding}]}}}]", "profiles[0].plugins.filter"},
		"half of devices":   {head + "profiles: [{plugins: {preBind: {disabled: [{name: DynamicResources}]}}}]", "profiles[0].plugins.preBind"},
		"half of affinity":  {head + "profiles: [{plugins: {filter: {disabled: [{name: NodeAffinity}]}}}]", "profiles[0].plugins.preFilter"},
		"gangs":             {head + "profiles: [{plugins: {permit: {disabled: [{name: GangScheduling}]}}}]", "profiles[0].plugins.permit.disabled[0].name"},
		"placements":        {head + "profiles: [{plugins: {placementScore: {enabled: [{name: PodGroupPodsCount}]}}}]", "profiles[0].plugins.placementScore.enabled[0].name"},
		"weight":            {head + "profiles: [{plugins: {score: {enabled: [{name: NodeResourcesFit, weight: -1}]}}}]", "profiles[0].plugins.score.enabled[0].weight"},
		"names":             {head + "profiles: [{schedulerName: a}, {schedulerName: a}]", "profiles[1].schedulerName"},
		"no name":           {head + "profiles: [{schedulerName: a}, {}]", "profiles[1].schedulerName"},
		"args field":        {head + "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {nonsense: 1}}]}]", "profiles[0].pluginConfig[0].args"},
		"args of another":   {head + "profiles: [{pluginConfig: [{name: VolumeBinding, args: {filterTimeout: 1s}}]}]", "profiles[0].pluginConfig[0].args"},
		"kind of args":      {head + "profiles: [{pluginConfig: [{name: VolumeBinding, args: {kind: NodeAffinityArgs}}]}]", "profiles[0].pluginConfig[0].args.kind"},
		"version of args":   {head + "profiles: [{pluginConfig: [{name: VolumeBinding, args: {apiVersion: v1}}]}]", "profiles[0].pluginConfig[0].args.apiVersion"},
		"args of nobody":    {head + "profiles: [{pluginConfig: [{name: ImageLocality, args: {a: 1}}]}]", "profiles[0].pluginConfig[0].args"},
		"volume timeout":    {head + "profiles: [{pluginConfig: [{name: VolumeBinding, args: {bindTimeoutSeconds: -1}}]}]", "bindTimeoutSeconds"},
		"volume shape":      {head + "profiles: [{pluginConfig: [{name: VolumeBinding, args: {shape: [{utilization: 0, score: 10}]}}]}]", "StorageCapacityScoring"},
		"device timeout":    {head + "profiles: [{pluginConfig: [{name: DynamicResources, args: {bindingTimeout: 1ms}}]}]", "bindingTimeout"},
		"device search":     {head + "profiles: [{pluginConfig: [{name: DynamicResources, args: {filterTimeout: -1s}}]}]", "filterTimeout"},
		"candidates":        {head + "profiles: [{pluginConfig: [{name: DefaultPreemption, args: {minCandidateNodesPercentage: 101}}]}]", "minCandidateNodesPercentage"},
		"no candidates":     {head + "profiles: [{pluginConfig: [{name: DefaultPreemption, args: {minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0}}]}]", "minCandidateNodesAbsolute"},
		"ignored":           {head + "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {ignoredResources: ['a b']}}]}]", "ignoredResources[0]"},
		"ignored group":     {head + "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {ignoredResourceGroups: [a/b]}}]}]", "ignoredResourceGroups[0]"},
		"no strategy":       {head + "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {resources: [{name: cpu}]}}}]}]", "scoringStrategy.type"},
		"equal constraints": {head + "profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 2, topologyKey: a, whenUnsatisfiable: DoNotSchedule}]}}]}]", "defaultConstraints[1]"},
		"strategy":          {head + "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: Best}}}]}]", "scoringStrategy.type"},
		"shape":             {head + "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [{utilization: 5, score: 11}]}}}}]}]", "shape[0].score"},
		"no shape":          {head + "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: RequestedToCapacityRatio}}}]}]", "requestedToCapacityRatio"},
		"constraint":        {head + "profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultingType: List, defaultConstraints: [{maxSkew: 0}]}}]}]", "defaultConstraints[0].maxSkew"},
		"constraints twice": {head + "profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultConstraints: [{maxSkew: 1}]}}]}]", "defaultConstraints"},
		"affinity":          {head + "profiles: [{pluginConfig: [{name: NodeAffinity, args: {addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Like}]}]}}}}]}]", "added required node affinity"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read([]byte(tc.doc)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q in it", err, tc.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "profiles: [{schedulerName: a, plugins: {score: {disabled: [{name: '*'}]}}}]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := Read(raw)
		if (err == nil) != (got != nil && len(got.Profiles) > 0) {
			t.Errorf("%+v and error %v", got, err)
		}
	})
}

// The profile for packing that the documentation shows is one.
func TestDocumentedProfile(t *testing.T) {
	text, err := os.ReadFile("../../../docs/scheduling.md")
	if err != nil {
		t.Fatal(err)
	}
	var doc strings.Builder
	in := false
	for line := range strings.Lines(string(text)) {
		in = in && strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "    apiVersion: kubescheduler.config.k8s.io/v1")
		if in {
			doc.WriteString(line[4:])
		}
	}
	c, err := Read([]byte(doc.String()))
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Profiles[0]; p.Name != "packing" || p.Fit.Strategy != schedule.MostAllocated || p.Weights[schedule.NodeCost] != 10 || p.Weights[schedule.BalancedAllocation] != 0 {
		t.Errorf("%+v", p)
	}
}
