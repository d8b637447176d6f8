package schema

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"

	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	apidiscoveryv2beta1 "k8s.io/api/apidiscovery/v2beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
)

// groupVersion gathers the rows of one served group and version, in resource order.
type groupVersion struct {
	gv    schema.GroupVersion
	kinds []*Kind
}

// groups lists the served groups in the table's order, with their versions in order of preference.
func (s *Schema) groups() (names []string, versions map[string][]string) {
	versions = map[string][]string{}
	for _, k := range s.kinds {
		g := k.Resource.Group
		if _, ok := versions[g]; !ok {
			names = append(names, g)
		}
		for _, v := range k.Versions {
			if !slices.Contains(versions[g], v) {
				versions[g] = append(versions[g], v)
			}
		}
	}
	for _, vs := range versions {
		slices.SortFunc(vs, func(a, b string) int { return version.CompareKubeAwareVersionStrings(b, a) })
	}
	return names, versions
}

func (s *Schema) groupVersion(group, v string) groupVersion {
	out := groupVersion{gv: schema.GroupVersion{Group: group, Version: v}}
	for _, k := range s.kinds {
		if k.Resource.Group == group && k.Serves(v) {
			out.kinds = append(out.kinds, k)
		}
	}
	slices.SortFunc(out.kinds, func(a, b *Kind) int { return a.Resource.Compare(b.Resource) })
	return out
}

// GroupVersions lists what is served, in discovery order.
func (s *Schema) GroupVersions() []schema.GroupVersion {
	var out []schema.GroupVersion
	names, versions := s.groups()
	for _, g := range names {
		for _, v := range versions[g] {
			out = append(out, schema.GroupVersion{Group: g, Version: v})
		}
	}
	return out
}

// DiscoveryAggregated is the answer to /api (core) or /apis (all other groups) in apidiscovery.k8s.io/v2.
func (s *Schema) DiscoveryAggregated(core bool) *apidiscoveryv2.APIGroupDiscoveryList {
	list := &apidiscoveryv2.APIGroupDiscoveryList{Items: []apidiscoveryv2.APIGroupDiscovery{}}
	list.SetGroupVersionKind(apidiscoveryv2.SchemeGroupVersion.WithKind("APIGroupDiscoveryList"))
	names, versions := s.groups()
	for _, g := range names {
		if (g == "") != core {
			continue
		}
		group := apidiscoveryv2.APIGroupDiscovery{ObjectMeta: metav1.ObjectMeta{Name: g}}
		for _, v := range versions[g] {
			group.Versions = append(group.Versions, s.groupVersion(g, v).aggregated())
		}
		list.Items = append(list.Items, group)
	}
	return list
}

// DiscoveryAggregatedV2beta1 is DiscoveryAggregated for clients of 1.26 to 1.29; the two versions have one wire form.
func (s *Schema) DiscoveryAggregatedV2beta1(core bool) (*apidiscoveryv2beta1.APIGroupDiscoveryList, error) {
	raw, err := s.DiscoveryAggregated(core).Marshal()
	if err != nil {
		return nil, err
	}
	out := &apidiscoveryv2beta1.APIGroupDiscoveryList{}
	if err := out.Unmarshal(raw); err != nil {
		return nil, err
	}
	out.SetGroupVersionKind(apidiscoveryv2beta1.SchemeGroupVersion.WithKind("APIGroupDiscoveryList"))
	return out, nil
}

func (g groupVersion) aggregated() apidiscoveryv2.APIVersionDiscovery {
	out := apidiscoveryv2.APIVersionDiscovery{Version: g.gv.Version, Freshness: apidiscoveryv2.DiscoveryFreshnessCurrent}
	for _, k := range g.kinds {
		r := apidiscoveryv2.APIResourceDiscovery{
			Resource: k.Resource.Name, ResponseKind: &metav1.GroupVersionKind{Kind: k.Kind}, Scope: apidiscoveryv2.ScopeCluster,
			SingularResource: k.Singular, Verbs: k.Verbs, ShortNames: k.ShortNames, Categories: k.Categories,
		}
		if k.Namespaced {
			r.Scope = apidiscoveryv2.ScopeNamespace
		}
		for _, name := range slices.Sorted(maps.Keys(k.Subresources)) {
			sub := k.Subresources[name]
			r.Subresources = append(r.Subresources, apidiscoveryv2.APISubresourceDiscovery{
				Subresource: name, ResponseKind: sub.responseKind(k), Verbs: sub.Verbs})
		}
		out.Resources = append(out.Resources, r)
	}
	return out
}

// responseKind is the kind that discovery shows for a subresource. As upstream's, it has a group and a version only
// where they are not the parent's.
func (sub *Subresource) responseKind(k *Kind) *metav1.GroupVersionKind {
	if sub.own {
		return &metav1.GroupVersionKind{Kind: k.Kind}
	}
	out := &metav1.GroupVersionKind{Kind: sub.GVK.Kind}
	if sub.GVK.Group != k.Resource.Group {
		out.Group, out.Version = sub.GVK.Group, sub.GVK.Version
	}
	return out
}

// storageVersionHash is upstream's: the migrator watches it to learn when objects want to be written anew.
func (k *Kind) storageVersionHash() string {
	if k.Virtual {
		return ""
	}
	version := k.Storage.Version
	if k.hashVersion != "" {
		version = k.hashVersion
	}
	sum := sha256.Sum256([]byte(k.Storage.Group + "/" + version + "/" + k.Kind))
	return base64.StdEncoding.EncodeToString(sum[:8])
}

// DiscoveryVersions is the answer to /api for clients without aggregated discovery.
func (s *Schema) DiscoveryVersions() *metav1.APIVersions {
	out := &metav1.APIVersions{Versions: []string{"v1"}, ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{}}
	out.Kind = "APIVersions"
	return out
}

// DiscoveryGroups is the answer to /apis for clients without aggregated discovery.
func (s *Schema) DiscoveryGroups() *metav1.APIGroupList {
	out := &metav1.APIGroupList{Groups: []metav1.APIGroup{}}
	out.Kind, out.APIVersion = "APIGroupList", "v1"
	names, _ := s.groups()
	for _, g := range names {
		if g != "" {
			group := s.DiscoveryGroup(g)
			group.Kind, group.APIVersion = "", ""
			out.Groups = append(out.Groups, *group)
		}
	}
	return out
}

// DiscoveryGroup is the answer to /apis/<group>, or nil.
func (s *Schema) DiscoveryGroup(group string) *metav1.APIGroup {
	_, versions := s.groups()
	vs := versions[group]
	if len(vs) == 0 {
		return nil
	}
	out := &metav1.APIGroup{Name: group}
	out.Kind, out.APIVersion = "APIGroup", "v1"
	for _, v := range vs {
		gv := schema.GroupVersion{Group: group, Version: v}
		out.Versions = append(out.Versions, metav1.GroupVersionForDiscovery{GroupVersion: gv.String(), Version: v})
	}
	out.PreferredVersion = out.Versions[0]
	return out
}

// DiscoveryLegacy is the answer to /api/v1 or /apis/<group>/<version>, or nil.
func (s *Schema) DiscoveryLegacy(group, v string) *metav1.APIResourceList {
	g := s.groupVersion(group, v)
	if len(g.kinds) == 0 {
		return nil
	}
	out := &metav1.APIResourceList{GroupVersion: g.gv.String()}
	out.Kind = "APIResourceList"
	if group != "" {
		out.APIVersion = "v1" // upstream leaves it out for the core group
	}
	for _, k := range g.kinds {
		out.APIResources = append(out.APIResources, metav1.APIResource{Name: k.Resource.Name, SingularName: k.Singular,
			Namespaced: k.Namespaced, Kind: k.Kind, Verbs: k.Verbs, ShortNames: k.ShortNames, Categories: k.Categories,
			StorageVersionHash: k.storageVersionHash()})
		for _, name := range slices.Sorted(maps.Keys(k.Subresources)) {
			sub := k.Subresources[name]
			rk := sub.responseKind(k)
			out.APIResources = append(out.APIResources, metav1.APIResource{Name: k.Resource.Name + "/" + name,
				Namespaced: k.Namespaced, Group: rk.Group, Version: rk.Version, Kind: rk.Kind, Verbs: sub.Verbs})
		}
	}
	return out
}
