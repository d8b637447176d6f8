// Package admissiondiff lets kube-apiserver's admission plugins and ours decide about the same random writes in the same random
// clusters. See README.md.
package admissiondiff

import (
	"bytes"
	"context"
	"hash/fnv"
	"io"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/component-base/compatibility"
	// The kinds, and the gates with their defaults.
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/authentication/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/certificates/install"
	_ "k8s.io/kubernetes/pkg/apis/coordination/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/resource/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
	_ "k8s.io/kubernetes/pkg/features"
	"k8s.io/kubernetes/plugin/pkg/admission/alwayspullimages"
	"k8s.io/kubernetes/plugin/pkg/admission/antiaffinity"
	certapproval "k8s.io/kubernetes/plugin/pkg/admission/certificates/approval"
	certsigning "k8s.io/kubernetes/plugin/pkg/admission/certificates/signing"
	certsubject "k8s.io/kubernetes/plugin/pkg/admission/certificates/subjectrestriction"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
	"k8s.io/kubernetes/plugin/pkg/admission/extendedresourcetoleration"
	"k8s.io/kubernetes/plugin/pkg/admission/gc"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
	"k8s.io/kubernetes/plugin/pkg/admission/namespace/exists"
	"k8s.io/kubernetes/plugin/pkg/admission/network/defaultingressclass"
	"k8s.io/kubernetes/plugin/pkg/admission/network/denyserviceexternalips"
	"k8s.io/kubernetes/plugin/pkg/admission/nodedeclaredfeatures"
	"k8s.io/kubernetes/plugin/pkg/admission/noderestriction"
	"k8s.io/kubernetes/plugin/pkg/admission/nodetaint"
	"k8s.io/kubernetes/plugin/pkg/admission/podnodeselector"
	"k8s.io/kubernetes/plugin/pkg/admission/podresize"
	"k8s.io/kubernetes/plugin/pkg/admission/podtolerationrestriction"
	"k8s.io/kubernetes/plugin/pkg/admission/podtopologylabels"
	"k8s.io/kubernetes/plugin/pkg/admission/priority"
	"k8s.io/kubernetes/plugin/pkg/admission/runtimeclass"
	"k8s.io/kubernetes/plugin/pkg/admission/security/podsecurity"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
	"k8s.io/kubernetes/plugin/pkg/admission/storage/persistentvolume/resize"
	"k8s.io/kubernetes/plugin/pkg/admission/storage/storageclass/setdefault"
	"k8s.io/kubernetes/plugin/pkg/admission/storage/storageobjectinuseprotection"
)

// compared are the plugins that decide by the object and the cluster alone.
func compared() []func(*admission.Plugins) {
	return []func(*admission.Plugins){
		antiaffinity.Register, limitranger.Register, serviceaccount.Register, noderestriction.Register, nodetaint.Register, alwayspullimages.Register,
		podsecurity.Register, podnodeselector.Register, priority.Register, defaulttolerationseconds.Register, podtolerationrestriction.Register,
		extendedresourcetoleration.Register, setdefault.Register, storageobjectinuseprotection.Register, gc.Register, resize.Register,
		runtimeclass.Register, certapproval.Register, certsigning.Register, certsubject.Register, defaultingressclass.Register,
		denyserviceexternalips.Register, podtopologylabels.Register, nodedeclaredfeatures.Register, podresize.Register, exists.Register,
	}
}

// told is what plugins are configured with, on both sides.
var told = map[string]string{
	"PodNodeSelector": "podNodeSelectorPluginConfig:\n  clusterDefaultNodeSelector: disk=ssd\n  ns1: disk=ssd,zone=a\n",
	"PodTolerationRestriction": `{"apiVersion": "podtolerationrestriction.admission.k8s.io/v1alpha1", "kind": "Configuration",
		"default": [{"key": "a", "operator": "Exists"}],
		"whitelist": [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Equal", "value": "x"}, {"operator": "Exists", "effect": "NoSchedule"}, {"operator": "Exists", "effect": "NoExecute"}]}`,
	"PodSecurity": `{"apiVersion": "pod-security.admission.config.k8s.io/v1", "kind": "PodSecurityConfiguration",
		"defaults": {"enforce": "baseline", "enforce-version": "v1.25", "warn": "restricted", "audit": "restricted"},
		"exemptions": {"usernames": ["boss"], "namespaces": ["ns2"], "runtimeClasses": ["r0"]}}`,
}

type configs bool

// ConfigFor implements admission.ConfigProvider.
func (c configs) ConfigFor(name string) (io.Reader, error) {
	if text, ok := told[name]; ok && bool(c) {
		return bytes.NewReader([]byte(text)), nil
	}
	return nil, nil
}

// peer is upstream over a world: one chain for each plugin.
type peer map[string]admission.Interface

func newPeer(t testing.TB, w *world, configured bool) peer {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	var objs []runtime.Object
	for _, list := range w.objects {
		objs = append(objs, list...)
	}
	client := fake.NewClientset(objs...)
	inf := informers.NewSharedInformerFactory(client, 0)
	init := admission.PluginInitializers{initializer.New(client, nil, inf, chance{}, utilfeature.DefaultFeatureGate,
		compatibility.NewEffectiveVersionFromString("1.36.0", "1.36.0", "1.36.0"), ctx.Done(), mapper())}
	p := peer{}
	for _, register := range compared() {
		plugins := admission.NewPlugins()
		register(plugins)
		name := plugins.Registered()[0]
		chain, err := plugins.NewFromPlugins([]string{name}, configs(configured), init, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p[name] = chain
	}
	inf.Start(ctx.Done())
	inf.WaitForCacheSync(ctx.Done())
	return p
}

// judge sends a write through one plugin as kube-apiserver does.
func (p peer) judge(ctx context.Context, plugin string, a admission.Attributes) error {
	chain := p[plugin]
	if !chain.Handles(a.GetOperation()) {
		return nil
	}
	if err := chain.(admission.MutationInterface).Admit(ctx, a, nil); err != nil {
		return err
	}
	return chain.(admission.ValidationInterface).Validate(ctx, a, nil)
}

// chance is an authorizer that allows by the sum of what it is asked: the same for both sides.
type chance struct{}

// Authorize implements authorizer.Authorizer.
func (chance) Authorize(_ context.Context, at authorizer.Attributes) (authorizer.Decision, string, error) {
	h := fnv.New32()
	for _, s := range []string{at.GetUser().GetName(), at.GetVerb(), at.GetAPIGroup(), at.GetResource(), at.GetSubresource(), at.GetNamespace(), at.GetName()} {
		_, _ = io.WriteString(h, s+"\x00") // a hash takes everything
	}
	if h.Sum32()%3 == 0 {
		return authorizer.DecisionAllow, "", nil
	}
	return authorizer.DecisionNoOpinion, "by chance", nil
}

func mapper() meta.RESTMapper {
	m := meta.NewDefaultRESTMapper(nil)
	m.Add(kschema.GroupVersionKind{Version: "v1", Kind: "Pod"}, meta.RESTScopeNamespace)
	m.Add(kschema.GroupVersionKind{Version: "v1", Kind: "Node"}, meta.RESTScopeRoot)
	m.Add(kschema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}, meta.RESTScopeNamespace)
	return m
}
