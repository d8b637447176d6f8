package schedulerdiff

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/schedule"
)

// mutantSeeds bounds the clusters in which a wrong scheduler has to be found out.
const mutantSeeds = 100

// TestFindsMutants falsifies our side plugin by plugin: the comparison must notice each time.
func TestFindsMutants(t *testing.T) {
	mutants := map[string]func(*schedule.Profile){
		"most allocated": func(p *schedule.Profile) { p.Fit.Strategy = schedule.MostAllocated },
		"memory counts double": func(p *schedule.Profile) {
			p.Fit.Resources = []schedule.ResourceWeight{{Name: "cpu", Weight: 1}, {Name: "memory", Weight: 2}}
		},
		"balance of CPU only":  func(p *schedule.Profile) { p.Balance = p.Balance[:1] },
		"hard affinity counts": func(p *schedule.Profile) { p.HardPodAffinityWeight = 50 },
		"no preemption":        func(p *schedule.Profile) { p.NoPreemption = true },
		"no default spreading": func(p *schedule.Profile) { p.DefaultConstraints = nil },
		"GPUs are not checked": func(p *schedule.Profile) { p.Fit.IgnoredResources = []string{"example.com/gpu"} },
		"added affinity": func(p *schedule.Profile) {
			p.Added = &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "disk", Operator: corev1.NodeSelectorOpIn, Values: []string{"ssd"}}}}}}}
		},
	}
	for _, name := range comparedPlugins {
		if name == "NodeName" { // no pod that waits for a scheduler names its node
			continue
		}
		mutants["without "+name] = func(p *schedule.Profile) {
			if _, scores := p.Weights[name]; scores {
				delete(p.Weights, name)
			} else {
				p.Off = append(p.Off, name)
			}
		}
	}
	for name, mutate := range mutants {
		t.Run(name, func(t *testing.T) {
			p := schedule.DefaultProfile()
			mutate(p)
			p, err := p.Compile()
			must(t, err)
			for seed := range uint64(mutantSeeds) {
				if len(compare(t, seed, defaults, p, nil)) > 0 {
					return
				}
			}
			t.Errorf("nothing was noticed in %d clusters", mutantSeeds)
		})
	}
}
