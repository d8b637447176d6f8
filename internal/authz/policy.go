package authz

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apiserver/pkg/authentication/serviceaccount"
	"k8s.io/apiserver/pkg/authentication/user"
)

// Objects are the RBAC objects of one cluster, in any order.
type Objects struct {
	Roles               []*rbacv1.Role
	RoleBindings        []*rbacv1.RoleBinding
	ClusterRoles        []*rbacv1.ClusterRole
	ClusterRoleBindings []*rbacv1.ClusterRoleBinding
}

// Policy is RBAC compiled for lookup by subject: who is bound to which role where. It is immutable. A policy may lie
// over a base: what it defines hides the object of the same name in the base, so that ten thousand clusters share one
// copy of the bootstrap policy.
type Policy struct {
	base         *Policy
	clusterRoles map[string]*role
	roles        map[string]*role         // key: namespace/name
	global       map[subject][]*binding   // of ClusterRoleBindings
	local        map[nsSubject][]*binding // of RoleBindings
	named        map[bindingKey]struct{}  // every binding defined here, for hiding those of the base
	aggregated   map[string]*role         // ClusterRoles with an aggregation rule, their rules gathered
	selectors    map[string]anyOf         // aggregation rule of each ClusterRole defined here that has one
}

// role is the rules of one Role or ClusterRole.
type role struct {
	rules  []rbacv1.PolicyRule
	labels labels.Set
}

// subject is a user or a group; service accounts are the users that they authenticate as.
type subject struct {
	group bool
	name  string
}

type nsSubject struct {
	namespace string
	subject   subject
}

type bindingKey struct{ namespace, name string }

// binding ties one subject to a role. shown is the subject as written, for reasons.
type binding struct {
	namespace, name string
	ref             rbacv1.RoleRef
	shown           rbacv1.Subject
}

// NewPolicy compiles objects. base may be nil; it is shared, not copied.
func NewPolicy(base *Policy, o Objects) *Policy {
	p := &Policy{
		base:         base,
		clusterRoles: make(map[string]*role, len(o.ClusterRoles)),
		roles:        make(map[string]*role, len(o.Roles)),
		global:       map[subject][]*binding{},
		local:        map[nsSubject][]*binding{},
		named:        map[bindingKey]struct{}{},
		selectors:    map[string]anyOf{},
	}
	for _, r := range o.ClusterRoles {
		p.clusterRoles[r.Name] = &role{rules: r.Rules, labels: r.Labels}
		if sel := selectorsOf(r.AggregationRule); len(sel) > 0 {
			p.selectors[r.Name] = sel
		}
	}
	for _, r := range o.Roles {
		p.roles[r.Namespace+"/"+r.Name] = &role{rules: r.Rules}
	}
	for _, b := range o.ClusterRoleBindings {
		p.named[bindingKey{name: b.Name}] = struct{}{}
		for _, s := range uniqueSubjects(b.Subjects, "") {
			p.global[s.key] = append(p.global[s.key], &binding{name: b.Name, ref: b.RoleRef, shown: s.shown})
		}
	}
	for _, b := range o.RoleBindings {
		p.named[bindingKey{b.Namespace, b.Name}] = struct{}{}
		for _, s := range uniqueSubjects(b.Subjects, b.Namespace) {
			k := nsSubject{b.Namespace, s.key}
			p.local[k] = append(p.local[k], &binding{b.Namespace, b.Name, b.RoleRef, s.shown})
		}
	}
	p.aggregate()
	return p
}

type writtenSubject struct {
	key   subject
	shown rbacv1.Subject
}

func uniqueSubjects(in []rbacv1.Subject, namespace string) []writtenSubject {
	out := make([]writtenSubject, 0, len(in))
	for _, s := range in {
		var key subject
		switch s.Kind {
		case rbacv1.UserKind:
			key = subject{name: s.Name}
		case rbacv1.GroupKind:
			key = subject{group: true, name: s.Name}
		case rbacv1.ServiceAccountKind:
			if s.Namespace == "" {
				s.Namespace = namespace
			}
			if s.Namespace == "" {
				continue
			}
			key = subject{name: serviceaccount.MakeUsername(s.Namespace, s.Name)}
		default:
			continue
		}
		if !slices.ContainsFunc(out, func(w writtenSubject) bool { return w.key == key }) {
			out = append(out, writtenSubject{key, s})
		}
	}
	return out
}

// clusterRole returns a ClusterRole with its effective rules, or nil.
func (p *Policy) clusterRole(name string) *role {
	for q := p; q != nil; q = q.base {
		if r := q.aggregated[name]; r != nil {
			return r
		}
		if r := q.clusterRoles[name]; r != nil {
			return r
		}
	}
	return nil
}

func (p *Policy) role(namespace, name string) *role {
	for q := p; q != nil; q = q.base {
		if r := q.roles[namespace+"/"+name]; r != nil {
			return r
		}
	}
	return nil
}

// rulesOf resolves a role reference of a binding in namespace ("" for a ClusterRoleBinding).
func (p *Policy) rulesOf(ref rbacv1.RoleRef, namespace string) ([]rbacv1.PolicyRule, error) {
	switch ref.Kind {
	case "Role":
		if r := p.role(namespace, ref.Name); r != nil {
			return r.rules, nil
		}
		return nil, fmt.Errorf("role.rbac.authorization.k8s.io %q not found", ref.Name)
	case "ClusterRole":
		if r := p.clusterRole(ref.Name); r != nil {
			return r.rules, nil
		}
		return nil, fmt.Errorf("clusterrole.rbac.authorization.k8s.io %q not found", ref.Name)
	}
	return nil, fmt.Errorf("unsupported role reference kind: %q", ref.Kind)
}

// bindings visits the bindings that apply to a user in a namespace until visit returns false.
func (p *Policy) bindings(u user.Info, namespace string, visit func(*binding) bool) {
	subjects := make([]subject, 0, 8)
	subjects = append(subjects, subject{name: u.GetName()})
	for _, g := range u.GetGroups() {
		subjects = append(subjects, subject{group: true, name: g})
	}
	for q := p; q != nil; q = q.base {
		for _, s := range subjects {
			for _, b := range q.global[s] {
				if !p.hidden(q, bindingKey{name: b.name}) && !visit(b) {
					return
				}
			}
			if namespace == "" {
				continue
			}
			for _, b := range q.local[nsSubject{namespace, s}] {
				if !p.hidden(q, bindingKey{namespace, b.name}) && !visit(b) {
					return
				}
			}
		}
	}
}

// hidden reports whether a layer above owner defines a binding of the same name.
func (p *Policy) hidden(owner *Policy, k bindingKey) bool {
	for q := p; q != owner; q = q.base {
		if _, ok := q.named[k]; ok {
			return true
		}
	}
	return false
}

func (b *binding) String() string {
	kind, name := "ClusterRoleBinding", b.name
	if b.namespace != "" {
		kind, name = "RoleBinding", b.name+"/"+b.namespace // upstream's order
	}
	who := b.shown.Name
	if b.shown.Kind == rbacv1.ServiceAccountKind {
		who += "/" + b.shown.Namespace
	}
	return fmt.Sprintf("%s %q of %s %q to %s %q", kind, name, b.ref.Kind, b.ref.Name, b.shown.Kind, who)
}
