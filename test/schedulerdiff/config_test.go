package schedulerdiff

import (
	"strings"
	"testing"

	"gantry.dev/gantry/internal/scheduler/profiles"
)

// configSeeds is how many clusters each configuration is compared in.
const configSeeds = 25

// TestConfigDiff has both sides decide by the same file: what its fields mean is compared as well.
func TestConfigDiff(t *testing.T) {
	fit := func(args string) string { return "pluginConfig: [{name: NodeResourcesFit, args: {" + args + "}}]" }
	for name, profile := range map[string]string{
		"most allocated":    fit("scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 3}, {name: memory, weight: 1}]}"),
		"further resources": fit("scoringStrategy: {type: LeastAllocated, resources: [{name: cpu, weight: 1}, {name: ephemeral-storage, weight: 5}]}"),
		"a ratio":           fit("scoringStrategy: {type: RequestedToCapacityRatio, resources: [{name: cpu, weight: 2}, {name: memory, weight: 1}], requestedToCapacityRatio: {shape: [{utilization: 0, score: 0}, {utilization: 70, score: 10}, {utilization: 100, score: 3}]}}"),
		"ignored resources": fit("ignoredResources: [example.com/gpu], scoringStrategy: {type: LeastAllocated, resources: [{name: cpu, weight: 1}]}"),
		"ignored groups":    fit("ignoredResourceGroups: [example.com], scoringStrategy: {type: LeastAllocated, resources: [{name: memory, weight: 1}]}"),
		"balance":           "pluginConfig: [{name: NodeResourcesBalancedAllocation, args: {resources: [{name: cpu, weight: 1}, {name: memory, weight: 1}, {name: ephemeral-storage, weight: 1}]}}]",
		"added affinity": `pluginConfig: [{name: NodeAffinity, args: {addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]},
			preferredDuringSchedulingIgnoredDuringExecution: [{weight: 7, preference: {matchExpressions: [{key: rack, operator: Exists}]}}]}}}]`,
		"hard affinity counts":       "pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 40}}]",
		"preferences of others":      "pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 0, ignorePreferredTermsOfExistingPods: true}}]",
		"constraints by default":     "pluginConfig: [{name: PodTopologySpread, args: {defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]}}]",
		"no constraints by default":  "pluginConfig: [{name: PodTopologySpread, args: {defaultingType: List}}]",
		"weights":                    "plugins: {score: {disabled: [{name: NodeAffinity}, {name: ImageLocality}], enabled: [{name: NodeAffinity, weight: 9}, {name: ImageLocality, weight: 4}]}}",
		"without filters":            "plugins: {filter: {disabled: [{name: TaintToleration}, {name: NodePorts}]}}",
		"without plugins":            "plugins: {multiPoint: {disabled: [{name: InterPodAffinity}, {name: NodeUnschedulable}]}}",
		"without scores but for one": `plugins: {score: {disabled: [{name: "*"}], enabled: [{name: NodeResourcesFit, weight: 2}]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			doc := defaults + "profiles:\n- {schedulerName: default-scheduler, " + strings.ReplaceAll(strings.ReplaceAll(profile, "\n", " "), "\t", "") + "}\n"
			read, err := profiles.Read([]byte(doc))
			must(t, err)
			for seed := uint64(5000); seed < 5000+configSeeds; seed++ {
				if problems := compare(t, seed, doc, read.Profiles[0], nil); len(problems) > 0 {
					t.Fatalf("seed %d:\n%s", seed, strings.Join(problems[:min(len(problems), 6)], "\n"))
				}
			}
		})
	}
}
