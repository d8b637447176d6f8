package authz

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/component-helpers/auth/rbac/validation"

	"gantry.dev/gantry/internal/api"
)

// Check refuses a write of an RBAC object by which a user would grant what the user does not hold. Without it, whoever
// may create a binding is an administrator. obj is the external v1 object to be written, old the one that it replaces
// or nil. Objects of other kinds pass. The error is a Forbidden as upstream words it.
//
// A user passes who is in system:masters, holds the verb escalate on the role (or bind on the referenced role), or
// holds every rule that is being granted.
func (a *Authorizer) Check(_ context.Context, c api.Cluster, u user.Info, obj, old runtime.Object) error {
	if isMaster(u) || onlyCollecting(obj, old) {
		return nil
	}
	switch o := obj.(type) {
	case *rbacv1.Role:
		return a.grantRole(c, u, o.Namespace, "roles", o.Name, o.Rules, false)
	case *rbacv1.ClusterRole:
		was, _ := old.(*rbacv1.ClusterRole)
		gathers := aggregates(o) || was != nil && aggregates(was)
		return a.grantRole(c, u, "", "clusterroles", o.Name, o.Rules, gathers)
	case *rbacv1.RoleBinding:
		return a.grantBinding(c, u, o.Namespace, "rolebindings", o.Name, o.RoleRef)
	case *rbacv1.ClusterRoleBinding:
		return a.grantBinding(c, u, "", "clusterrolebindings", o.Name, o.RoleRef)
	}
	return nil
}

func aggregates(r *rbacv1.ClusterRole) bool {
	return r.AggregationRule != nil && len(r.AggregationRule.ClusterRoleSelectors) > 0
}

func (a *Authorizer) grantRole(c api.Cluster, u user.Info, namespace, resource, name string, rules []rbacv1.PolicyRule, gathers bool) error {
	escalate := Attributes{User: u, Verb: "escalate", Group: rbacv1.GroupName, Resource: resource, Namespace: namespace, Name: name}
	if a.Authorize(c, escalate).Allowed {
		return nil
	}
	gr := schema.GroupResource{Group: rbacv1.GroupName, Resource: resource}
	p := a.Policy(c)
	if err := p.holds(u, namespace, rules); err != nil {
		return apierrors.NewForbidden(gr, name, err)
	}
	if !gathers {
		return nil
	}
	// An aggregation rule can gather anything, now or later, so setting one needs everything.
	everything := []rbacv1.PolicyRule{
		{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}},
		{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}},
	}
	if p.holds(u, namespace, everything) != nil {
		return apierrors.NewForbidden(gr, name, errors.New("must have cluster-admin privileges to use the aggregationRule"))
	}
	return nil
}

func (a *Authorizer) grantBinding(c api.Cluster, u user.Info, namespace, resource, name string, ref rbacv1.RoleRef) error {
	referenced := map[string]string{"Role": "roles", "ClusterRole": "clusterroles"}[ref.Kind]
	bind := Attributes{User: u, Verb: "bind", Group: ref.APIGroup, Resource: referenced, Namespace: namespace, Name: ref.Name}
	if referenced != "" && a.Authorize(c, bind).Allowed {
		return nil
	}
	p := a.Policy(c)
	rules, err := p.rulesOf(ref, namespace)
	if err != nil {
		if referenced == "" {
			return apierrors.NewBadRequest(err.Error())
		}
		return apierrors.NewNotFound(schema.GroupResource{Group: rbacv1.GroupName, Resource: referenced}, ref.Name)
	}
	if err := p.holds(u, namespace, rules); err != nil {
		return apierrors.NewForbidden(schema.GroupResource{Group: rbacv1.GroupName, Resource: resource}, name, err)
	}
	return nil
}

// holds returns an error that lists what is missing unless the user holds all rules in the namespace.
func (p *Policy) holds(u user.Info, namespace string, rules []rbacv1.PolicyRule) error {
	held, unresolved := p.RulesFor(u, namespace)
	covered, missing := validation.Covers(held, rules)
	if covered {
		return nil
	}
	lines := make([]string, 0, len(missing))
	for _, r := range compact(missing) {
		lines = append(lines, ruleText(r))
	}
	slices.Sort(lines)
	msg := fmt.Sprintf("user %q (groups=%q) is attempting to grant RBAC permissions not currently held:\n%s",
		u.GetName(), u.GetGroups(), strings.Join(slices.Compact(lines), "\n"))
	if len(unresolved) > 0 {
		msg += fmt.Sprintf("; resolution errors: %v", unresolved)
	}
	return errors.New(msg)
}

// onlyCollecting reports whether a write changes nothing but what the garbage collector needs to change (owner
// references, finalizers) on its way to deleting the object.
func onlyCollecting(obj, old runtime.Object) bool {
	if obj == nil || old == nil {
		return false
	}
	same := obj.DeepCopyObject()
	now, err := meta.Accessor(same)
	if err != nil {
		return false
	}
	was, err := meta.Accessor(old)
	if err != nil {
		return false
	}
	now.SetOwnerReferences(was.GetOwnerReferences())
	now.SetFinalizers(was.GetFinalizers())
	now.SetManagedFields(was.GetManagedFields())
	now.SetResourceVersion(was.GetResourceVersion())
	return equality.Semantic.DeepEqual(same, old)
}
