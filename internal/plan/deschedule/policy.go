// Package deschedule finds pods that would be better off elsewhere: the strategies of sigs.k8s.io/descheduler, with its policy
// file (descheduler/v1alpha2), as pure functions from a picture of the cluster to a list of evictions with reasons. Who evicts,
// through budgets, is controllers/descheduler; where the pods' successors go is the scheduler's business.
//
// The strategies are those that most people use; a policy that names another one is refused, as is a field that is not known.
package deschedule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// The API of policies.
const (
	apiVersion = "descheduler/v1alpha2"
	kind       = "DeschedulerPolicy"
)

// Policy is a DeschedulerPolicy, read and checked.
type Policy struct {
	// MaxPerNode, MaxPerNamespace and MaxTotal bound the evictions of one run; nil is no bound.
	MaxPerNode, MaxPerNamespace, MaxTotal *uint
	// GracePeriod is that of evicted pods in seconds; nil is their own.
	GracePeriod *int64
	nodes       selector
	profiles    []profile
}

// profile is a set of strategies with what they may evict.
type profile struct {
	name    string
	evictor *evictor
	// sweeps come before balances, as upstream's Deschedule before its Balance.
	sweeps, balances []strategy
}

// strategy finds evictions of one kind.
type strategy struct {
	name string
	find func(r *run, w *World)
}

// document is the file as it is written.
type document struct {
	metav1.TypeMeta                `json:",inline"`
	NodeSelector                   *string       `json:"nodeSelector,omitempty"`
	MaxNoOfPodsToEvictPerNode      *uint         `json:"maxNoOfPodsToEvictPerNode,omitempty"`
	MaxNoOfPodsToEvictPerNamespace *uint         `json:"maxNoOfPodsToEvictPerNamespace,omitempty"`
	MaxNoOfPodsToEvictTotal        *uint         `json:"maxNoOfPodsToEvictTotal,omitempty"`
	GracePeriodSeconds             *int64        `json:"gracePeriodSeconds,omitempty"`
	Profiles                       []profileSpec `json:"profiles"`
}

type profileSpec struct {
	Name         string       `json:"name"`
	PluginConfig []pluginArgs `json:"pluginConfig,omitempty"`
	Plugins      struct {
		Deschedule        set `json:"deschedule,omitzero"`
		Balance           set `json:"balance,omitzero"`
		Filter            set `json:"filter,omitzero"`
		PreEvictionFilter set `json:"preEvictionFilter,omitzero"`
	} `json:"plugins,omitzero"`
}

type pluginArgs struct {
	Name string          `json:"name"`
	Args json.RawMessage `json:"args,omitempty"`
}

type set struct {
	Enabled  []string `json:"enabled,omitempty"`
	Disabled []string `json:"disabled,omitempty"`
}

// maker reads the arguments of a strategy.
type maker struct {
	balance bool
	make    func(args json.RawMessage) (func(r *run, w *World), error)
}

// makers are the strategies by upstream's names.
func makers() map[string]maker {
	return map[string]maker{
		"RemoveDuplicates":                            {true, duplicates},
		"LowNodeUtilization":                          {true, lowUtilization},
		"HighNodeUtilization":                         {true, highUtilization},
		"RemovePodsViolatingTopologySpreadConstraint": {true, topologySpread},
		"RemovePodsViolatingInterPodAntiAffinity":     {false, antiAffinity},
		"RemovePodsViolatingNodeAffinity":             {false, nodeAffinity},
		"RemovePodsViolatingNodeTaints":               {false, nodeTaints},
		"RemovePodsHavingTooManyRestarts":             {false, tooManyRestarts},
		"PodLifeTime":                                 {false, lifeTime},
		"RemoveFailedPods":                            {false, failedPods},
	}
}

// defaultEvictor is the name of the only filter of pods.
const defaultEvictor = "DefaultEvictor"

// Read reads a policy file.
func Read(text []byte) (*Policy, error) {
	var doc document
	raw, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, fmt.Errorf("descheduler policy: %w", err)
	}
	if err := strict(raw, &doc); err != nil {
		return nil, fmt.Errorf("descheduler policy: %w", err)
	}
	if doc.APIVersion != apiVersion || doc.Kind != kind {
		return nil, fmt.Errorf("descheduler policy: apiVersion %q, kind %q: want %s, %s", doc.APIVersion, doc.Kind, apiVersion, kind)
	}
	p := &Policy{MaxPerNode: doc.MaxNoOfPodsToEvictPerNode, MaxPerNamespace: doc.MaxNoOfPodsToEvictPerNamespace, MaxTotal: doc.MaxNoOfPodsToEvictTotal, GracePeriod: doc.GracePeriodSeconds}
	if doc.NodeSelector != nil {
		if p.nodes, err = parseSelector(*doc.NodeSelector); err != nil {
			return nil, fmt.Errorf("descheduler policy: nodeSelector: %w", err)
		}
	}
	for i := range doc.Profiles {
		pr, err := readProfile(&doc.Profiles[i])
		if err != nil {
			return nil, fmt.Errorf("descheduler policy: profiles[%d] %q: %w", i, doc.Profiles[i].Name, err)
		}
		p.profiles = append(p.profiles, *pr)
	}
	if len(p.profiles) == 0 {
		return nil, fmt.Errorf("descheduler policy: profiles: there is none")
	}
	return p, nil
}

func readProfile(spec *profileSpec) (*profile, error) {
	args := map[string]json.RawMessage{}
	known := makers()
	for i, a := range spec.PluginConfig {
		if _, ok := known[a.Name]; !ok && a.Name != defaultEvictor {
			return nil, fmt.Errorf("pluginConfig[%d]: there is no plugin %q", i, a.Name)
		}
		args[a.Name] = a.Args
	}
	pr := &profile{name: spec.Name}
	var err error
	if pr.evictor, err = readEvictor(args[defaultEvictor]); err != nil {
		return nil, fmt.Errorf("%s: %w", defaultEvictor, err)
	}
	for _, list := range []set{spec.Plugins.Filter, spec.Plugins.PreEvictionFilter} {
		for _, name := range slices.Concat(list.Enabled, list.Disabled) {
			if name != defaultEvictor {
				return nil, fmt.Errorf("there is no filter %q, only %s", name, defaultEvictor)
			}
		}
		if slices.Contains(list.Disabled, defaultEvictor) {
			return nil, fmt.Errorf("%s cannot be disabled", defaultEvictor)
		}
	}
	enable := func(where string, list set, balance bool) error {
		for _, name := range list.Enabled {
			m, ok := known[name]
			if !ok || m.balance != balance {
				return fmt.Errorf("plugins.%s: there is no strategy %q; there are %s", where, name, strings.Join(named(balance), ", "))
			}
			if slices.Contains(list.Disabled, name) {
				continue
			}
			find, err := m.make(args[name])
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if balance {
				pr.balances = append(pr.balances, strategy{name, find})
			} else {
				pr.sweeps = append(pr.sweeps, strategy{name, find})
			}
		}
		return nil
	}
	if err := enable("deschedule", spec.Plugins.Deschedule, false); err != nil {
		return nil, err
	}
	return pr, enable("balance", spec.Plugins.Balance, true)
}

// named lists the strategies of an extension point.
func named(balance bool) (out []string) {
	for name, m := range makers() {
		if m.balance == balance {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// strict decodes JSON and refuses fields that are not known. Nothing leaves dst as it is.
func strict(raw json.RawMessage, dst any) error {
	if len(raw) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(dst)
}
