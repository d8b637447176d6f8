package fair

import (
	"slices"
	"strings"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	"k8s.io/apiserver/pkg/authentication/serviceaccount"
)

// Request is what a request is classified by, and what dumps say of it.
type Request struct {
	User   string
	Groups []string

	Verb string
	// Resource is empty for a request that is for no resource; then Path counts.
	Resource    string
	Subresource string
	Group       string
	Version     string
	Namespace   string
	Name        string
	Path        string
}

// names is a list of names in a rule.
type names struct {
	all bool
	of  []string
}

// namesOf compiles a list: a wildcard counts if it stands alone, as validation wants it.
func namesOf(list []string, wildcard string) names {
	return names{all: len(list) == 1 && list[0] == wildcard, of: list}
}

func (n *names) has(name string) bool { return n.all || slices.Contains(n.of, name) }

// resourceRule is a rule about requests for resources.
type resourceRule struct {
	verbs, groups, resources, namespaces names
	clusterScope                         bool
}

func (r *resourceRule) matches(q *Request) bool {
	if !r.verbs.has(q.Verb) || !r.groups.has(q.Group) || !r.matchesResource(q) {
		return false
	}
	if q.Namespace == "" {
		return r.clusterScope
	}
	return r.namespaces.has(q.Namespace)
}

func (r *resourceRule) matchesResource(q *Request) bool {
	if r.resources.all || q.Subresource == "" {
		return r.resources.has(q.Resource)
	}
	for _, want := range r.resources.of { // without joining the two
		res, sub, ok := strings.Cut(want, "/")
		if ok && res == q.Resource && sub == q.Subresource {
			return true
		}
	}
	return false
}

// pathRule is a rule about requests that are for no resource.
type pathRule struct {
	verbs names
	paths []string
}

func (r *pathRule) matches(q *Request) bool {
	return r.verbs.has(q.Verb) && slices.ContainsFunc(r.paths, func(p string) bool { return matchesPath(p, q.Path) })
}

// matchesPath takes a rule's path for itself and all below it, as upstream does.
func matchesPath(rule, path string) bool {
	if rule == flowcontrolv1.NonResourceAll || rule == path {
		return true
	}
	prefix := strings.TrimSuffix(rule, "*")
	if !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	return strings.HasPrefix(path, prefix)
}

// policy is one of the rules of a schema: whose requests, and which of them.
type policy struct {
	subjects  []flowcontrolv1.Subject
	resources []resourceRule
	paths     []pathRule
}

func policyOf(p *flowcontrolv1.PolicyRulesWithSubjects) policy {
	out := policy{subjects: p.Subjects}
	for i := range p.ResourceRules {
		r := &p.ResourceRules[i]
		out.resources = append(out.resources, resourceRule{verbs: namesOf(r.Verbs, flowcontrolv1.VerbAll), groups: namesOf(r.APIGroups, flowcontrolv1.APIGroupAll),
			resources: namesOf(r.Resources, flowcontrolv1.ResourceAll), namespaces: namesOf(r.Namespaces, flowcontrolv1.NamespaceEvery), clusterScope: r.ClusterScope})
	}
	for i := range p.NonResourceRules {
		r := &p.NonResourceRules[i]
		out.paths = append(out.paths, pathRule{verbs: namesOf(r.Verbs, flowcontrolv1.VerbAll), paths: r.NonResourceURLs})
	}
	return out
}

// concerns says whether a user is among the subjects.
func (p *policy) concerns(user string, groups []string) bool {
	return slices.ContainsFunc(p.subjects, func(s flowcontrolv1.Subject) bool { return isSubject(&s, user, groups) })
}

func isSubject(s *flowcontrolv1.Subject, user string, groups []string) bool {
	switch {
	case s.Kind == flowcontrolv1.SubjectKindUser && s.User != nil:
		return s.User.Name == flowcontrolv1.NameAll || s.User.Name == user
	case s.Kind == flowcontrolv1.SubjectKindGroup && s.Group != nil:
		return s.Group.Name == flowcontrolv1.NameAll || slices.Contains(groups, s.Group.Name)
	case s.Kind == flowcontrolv1.SubjectKindServiceAccount && s.ServiceAccount != nil:
		if s.ServiceAccount.Name == flowcontrolv1.NameAll {
			return inNamespace(user, s.ServiceAccount.Namespace)
		}
		return serviceaccount.MatchesUsername(s.ServiceAccount.Namespace, s.ServiceAccount.Name, user)
	}
	return false
}

// inNamespace says whether a user is a service account of a namespace.
func inNamespace(user, namespace string) bool {
	rest, ok := strings.CutPrefix(user, serviceaccount.ServiceAccountUsernamePrefix)
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(rest, namespace)
	return ok && strings.HasPrefix(rest, serviceaccount.ServiceAccountUsernameSeparator)
}
