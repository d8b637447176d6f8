package schedulerdiff

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/klog/v2"
	configv1 "k8s.io/kube-scheduler/config/v1"
	schedconfig "k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/validation"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/dynamicresources"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodevolumelimits"
	"k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
	"k8s.io/kubernetes/pkg/scheduler/util/assumecache"

	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/scheduler/profiles"
)

// switchings is how many random sets of plugins are compared.
const switchings = 600

// deliberate are the words of what Gantry refuses and upstream only fails by when a pod comes, or has other switches for.
var deliberate = []string{"cannot be on without", "is on or off at all of", "refuses nodes there as well", "is switched by the feature gate", "placementScore"}

// TestSwitchesDiff has both sides read which plugins are on: they must agree on what is on, on the weights, and on what is wrong.
func TestSwitchesDiff(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 7))
	both, wrong := 0, 0
	for i := range switchings {
		p := randomPlugins(rng)
		if i == 0 {
			p = nil
		}
		raw, err := json.Marshal(configv1.KubeSchedulerConfiguration{Profiles: []configv1.KubeSchedulerProfile{{Plugins: p}}})
		must(t, err)
		doc := strings.Replace(string(raw), "{", `{"apiVersion":"kubescheduler.config.k8s.io/v1","kind":"KubeSchedulerConfiguration",`, 1)
		theirs, theirErr := upstreamSwitches(t, doc)
		ours, ourErr := profiles.Read([]byte(doc))
		switch {
		case ourErr != nil && theirErr != nil:
			wrong++
		case ourErr != nil:
			if !slices.ContainsFunc(deliberate, func(words string) bool { return strings.Contains(ourErr.Error(), words) }) {
				t.Fatalf("only we refuse %s\n%v", raw, ourErr)
			}
		case theirErr != nil:
			t.Fatalf("only upstream refuses %s\n%v", raw, theirErr)
		default:
			both++
			if got, want := switched(ours.Profiles[0]), theirs; got != want {
				t.Fatalf("%s\nwe have     %s\nupstream has %s", raw, got, want)
			}
		}
	}
	if both < switchings/10 || wrong < switchings/10 {
		t.Errorf("only %d of %d were read by both, and %d refused by both", both, switchings, wrong)
	}
}

// switched writes a profile down as upstreamSwitches does.
func switched(p *schedule.Profile) string {
	var filters, scores []string
	for _, name := range comparable {
		if schedule.IsFilter(name) && p.Asks(name) {
			filters = append(filters, name)
		}
		if w, ok := p.Weights[name]; ok {
			scores = append(scores, fmt.Sprint(name, "=", w))
		}
	}
	return fmt.Sprint(filters, scores, !p.NoPreemption)
}

// comparable are the plugins that profiles switch.
var comparable = []string{"DynamicResources", "ImageLocality", "InterPodAffinity", "NodeAffinity", "NodeDeclaredFeatures", "NodeName", "NodePorts", "NodeResourcesBalancedAllocation", "NodeResourcesFit",
	"NodeUnschedulable", "NodeVolumeLimits", "PodTopologySpread", "TaintToleration", "VolumeBinding", "VolumeRestrictions", "VolumeZone"}

// upstreamSwitches is which filters and scores kube-scheduler runs, and whether it preempts.
func upstreamSwitches(t *testing.T, doc string) (string, error) {
	t.Helper()
	obj, _, err := scheme.Codecs.UniversalDecoder().Decode([]byte(doc), nil, nil)
	if err != nil {
		return "", err
	}
	cfg := obj.(*schedconfig.KubeSchedulerConfiguration)
	if err := validation.ValidateKubeSchedulerConfiguration(cfg); err != nil {
		return "", err
	}
	metrics.Register()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := fake.NewClientset()
	inf := informers.NewSharedInformerFactory(client, 0)
	claims := assumecache.NewAssumeCache(klog.Background(), inf.Resource().V1().ResourceClaims().Informer(), "ResourceClaim", "", nil)
	f, err := runtime.NewFramework(ctx, plugins.NewInTreeRegistry(), &cfg.Profiles[0], runtime.WithInformerFactory(inf), runtime.WithClientSet(client), runtime.WithPodNominator(nobody{}),
		runtime.WithSnapshotSharedLister(cache.NewEmptySnapshot()), runtime.WithSharedDRAManager(dynamicresources.NewDRAManager(ctx, claims, nil, inf)),
		runtime.WithSharedCSIManager(nodevolumelimits.NewCSIManager(inf.Storage().V1().CSINodes().Lister())))
	if err != nil {
		return "", err
	}
	on := f.ListPlugins()
	var filters, scores []string
	for _, p := range on.Filter.Enabled {
		filters = append(filters, p.Name)
	}
	for _, p := range on.Score.Enabled {
		if p.Name != "VolumeBinding" { // its score is behind a gate
			scores = append(scores, fmt.Sprint(p.Name, "=", p.Weight))
		}
	}
	slices.Sort(filters)
	slices.Sort(scores)
	preempts := slices.ContainsFunc(on.PostFilter.Enabled, func(p schedconfig.Plugin) bool { return p.Name == "DefaultPreemption" })
	return fmt.Sprint(filters, scores, preempts), nil
}

// randomPlugins switches a few plugins at a few extension points, rarely such that are not there.
func randomPlugins(rng *rand.Rand) *configv1.Plugins {
	p := &configv1.Plugins{}
	points := []*configv1.PluginSet{&p.MultiPoint, &p.MultiPoint, &p.MultiPoint, &p.Filter, &p.Filter, &p.Score, &p.Score, &p.Score, &p.PreFilter, &p.PreScore, &p.PostFilter, &p.PreEnqueue,
		&p.QueueSort, &p.Reserve, &p.Permit, &p.PreBind, &p.Bind, &p.PostBind}
	name := func() string {
		if rng.IntN(40) == 0 {
			return corev1.DefaultSchedulerName // no plugin
		}
		others := []string{"SchedulingGates", "PrioritySort", "DefaultBinder", "DefaultPreemption"}
		if n := rng.IntN(len(comparable) + len(others)); n < len(others) {
			return others[n]
		} else {
			return comparable[n-len(others)]
		}
	}
	for range 1 + rng.IntN(3) {
		set := points[rng.IntN(len(points))]
		if rng.IntN(6) == 0 {
			set.Disabled = append(set.Disabled, configv1.Plugin{Name: "*"})
			if set == &p.MultiPoint {
				set.Enabled = append(set.Enabled, configv1.Plugin{Name: "PrioritySort"}, configv1.Plugin{Name: "DefaultBinder"})
			}
		}
		for range rng.IntN(3) {
			set.Disabled = append(set.Disabled, configv1.Plugin{Name: name()})
		}
		for range rng.IntN(3) {
			e := configv1.Plugin{Name: name()}
			if rng.IntN(2) == 0 {
				e.Weight = new(int32(rng.IntN(9)))
			}
			set.Enabled = append(set.Enabled, e)
		}
	}
	return p
}
