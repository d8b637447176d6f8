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

// Directory is what discovery tells of the kinds that a cluster serves: the built-in ones, then the custom ones. It is
// immutable.
type Directory struct {
	names    []string            // of groups, in order
	versions map[string][]string // by group, in order of preference
	kinds    map[schema.GroupVersion][]*Kind
}

// Directory describes the built-in kinds and those of c, which may be nil.
func (s *Schema) Directory(c *Custom) *Directory {
	if c == nil {
		return s.builtin()
	}
	c.dirOnce.Do(func() { c.dir = newDirectory(s.kinds, c.rows) })
	return c.dir
}

func newDirectory(tables ...[]*Kind) *Directory {
	d := &Directory{versions: map[string][]string{}, kinds: map[schema.GroupVersion][]*Kind{}}
	for _, k := range slices.Concat(tables...) {
		g := k.Resource.Group
		if _, ok := d.versions[g]; !ok {
			d.names = append(d.names, g)
		}
		for _, v := range k.Versions {
			gv := schema.GroupVersion{Group: g, Version: v}
			if d.kinds[gv] == nil {
				d.versions[g] = append(d.versions[g], v)
			}
			d.kinds[gv] = append(d.kinds[gv], k)
		}
	}
	for _, vs := range d.versions {
		slices.SortFunc(vs, func(a, b string) int { return version.CompareKubeAwareVersionStrings(b, a) })
	}
	for _, ks := range d.kinds {
		slices.SortFunc(ks, func(a, b *Kind) int { return a.Resource.Compare(b.Resource) })
	}
	return d
}

func (d *Directory) groupVersion(group, v string) groupVersion {
	gv := schema.GroupVersion{Group: group, Version: v}
	return groupVersion{gv, d.kinds[gv]}
}

// GroupVersions lists the built-in groups and versions.
func (s *Schema) GroupVersions() []schema.GroupVersion { return s.builtin().GroupVersions() }

// GroupVersions lists what is served, in discovery order.
func (d *Directory) GroupVersions() []schema.GroupVersion {
	var out []schema.GroupVersion
	for _, g := range d.names {
		for _, v := range d.versions[g] {
			out = append(out, schema.GroupVersion{Group: g, Version: v})
		}
	}
	return out
}

// Aggregated is the answer to /api (core) or /apis (all other groups) in apidiscovery.k8s.io/v2.
func (d *Directory) Aggregated(core bool) *apidiscoveryv2.APIGroupDiscoveryList {
	list := &apidiscoveryv2.APIGroupDiscoveryList{Items: []apidiscoveryv2.APIGroupDiscovery{}}
	list.SetGroupVersionKind(apidiscoveryv2.SchemeGroupVersion.WithKind("APIGroupDiscoveryList"))
	for _, g := range d.names {
		if (g == "") != core {
			continue
		}
		group := apidiscoveryv2.APIGroupDiscovery{ObjectMeta: metav1.ObjectMeta{Name: g}}
		for _, v := range d.versions[g] {
			group.Versions = append(group.Versions, d.groupVersion(g, v).aggregated())
		}
		list.Items = append(list.Items, group)
	}
	return list
}

// AggregatedV2beta1 is what Aggregated answers, for clients of 1.26 to 1.29; the two versions have one wire form.
func AggregatedV2beta1(list *apidiscoveryv2.APIGroupDiscoveryList) (*apidiscoveryv2beta1.APIGroupDiscoveryList, error) {
	raw, err := list.Marshal()
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
			Resource: k.Resource.Name, ResponseKind: k.responseKind(), Scope: apidiscoveryv2.ScopeCluster,
			SingularResource: k.Singular, Verbs: k.shownVerbs(), ShortNames: k.ShortNames, Categories: k.Categories,
		}
		if k.Namespaced {
			r.Scope = apidiscoveryv2.ScopeNamespace
		}
		for _, name := range k.subresourceNames() {
			sub := k.Subresources[name]
			r.Subresources = append(r.Subresources, apidiscoveryv2.APISubresourceDiscovery{
				Subresource: name, ResponseKind: sub.aggregatedKind(k), Verbs: sub.Verbs})
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

// responseKind is the kind that aggregated discovery shows: upstream names group and version of custom kinds only.
func (k *Kind) responseKind() *metav1.GroupVersionKind {
	if k.custom == nil {
		return &metav1.GroupVersionKind{Kind: k.Kind}
	}
	return &metav1.GroupVersionKind{Group: k.Resource.Group, Version: k.custom.version, Kind: k.Kind}
}

// aggregatedKind is responseKind of a subresource in aggregated discovery.
func (sub *Subresource) aggregatedKind(k *Kind) *metav1.GroupVersionKind {
	if sub.own && k.custom != nil {
		return k.responseKind()
	}
	return sub.responseKind(k)
}

// subresourceNames lists the subresources in upstream's order: by name, but for custom kinds.
func (k *Kind) subresourceNames() []string {
	names := slices.Sorted(maps.Keys(k.Subresources))
	if k.custom != nil {
		slices.Reverse(names) // status, scale
	}
	return names
}

// shownVerbs are the verbs that discovery shows: of a custom kind whose definition is being deleted, those that help.
func (k *Kind) shownVerbs() []string {
	switch {
	case k.custom == nil:
		return k.Verbs
	case k.custom.def.terminating:
		return []string{"delete", "deletecollection", "get", "list", "watch"}
	default: // upstream's order
		return []string{"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"}
	}
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

// CoreVersions is the answer to /api for clients without aggregated discovery.
func (d *Directory) CoreVersions() *metav1.APIVersions {
	out := &metav1.APIVersions{Versions: []string{"v1"}, ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{}}
	out.Kind = "APIVersions"
	return out
}

// Groups is the answer to /apis for clients without aggregated discovery.
func (d *Directory) Groups() *metav1.APIGroupList {
	out := &metav1.APIGroupList{Groups: []metav1.APIGroup{}}
	out.Kind, out.APIVersion = "APIGroupList", "v1"
	for _, g := range d.names {
		if g != "" {
			group := d.Group(g)
			group.Kind, group.APIVersion = "", ""
			out.Groups = append(out.Groups, *group)
		}
	}
	return out
}

// Group is the answer to /apis/<group>, or nil.
func (d *Directory) Group(group string) *metav1.APIGroup {
	vs := d.versions[group]
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

// Resources is the answer to /api/v1 or /apis/<group>/<version>, or nil.
func (d *Directory) Resources(group, v string) *metav1.APIResourceList {
	g := d.groupVersion(group, v)
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
			Namespaced: k.Namespaced, Kind: k.Kind, Verbs: k.shownVerbs(), ShortNames: k.ShortNames, Categories: k.Categories,
			StorageVersionHash: k.storageVersionHash()})
		for _, name := range k.subresourceNames() {
			sub := k.Subresources[name]
			rk := sub.responseKind(k)
			out.APIResources = append(out.APIResources, metav1.APIResource{Name: k.Resource.Name + "/" + name,
				Namespaced: k.Namespaced, Group: rk.Group, Version: rk.Version, Kind: rk.Kind, Verbs: sub.Verbs})
		}
	}
	return out
}
