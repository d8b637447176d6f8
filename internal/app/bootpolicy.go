package app

import (
	"context"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/auth/rbac/reconciliation"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/schema"
)

// reconcilePolicy makes the built-in roles and bindings what they should be at each start, as upstream: what is missing is
// added, what somebody added stays, and what carries rbac.authorization.kubernetes.io/autoupdate: "false" is left alone. It
// needs the objects to be there.
func reconcilePolicy(ctx context.Context, c client.Interface, law *schema.Schema, cluster api.Cluster) error {
	k := policyKeeper{ctx: ctx, client: c, law: law, cluster: cluster}
	for _, o := range policyObjects(law) {
		var err error
		switch o := o.(type) {
		case *rbacv1.ClusterRole:
			_, err = (&reconciliation.ReconcileRoleOptions{Role: reconciliation.ClusterRoleRuleOwner{ClusterRole: o}, Confirm: true, Client: roleKeeper{k}}).Run()
		case *rbacv1.Role:
			_, err = (&reconciliation.ReconcileRoleOptions{Role: reconciliation.RoleRuleOwner{Role: o}, Confirm: true, Client: roleKeeper{k}}).Run()
		case *rbacv1.ClusterRoleBinding:
			_, err = (&reconciliation.ReconcileRoleBindingOptions{RoleBinding: reconciliation.ClusterRoleBindingAdapter{ClusterRoleBinding: o}, Confirm: true, Client: bindingKeeper{k}}).Run()
		case *rbacv1.RoleBinding:
			_, err = (&reconciliation.ReconcileRoleBindingOptions{RoleBinding: reconciliation.RoleBindingAdapter{RoleBinding: o}, Confirm: true, Client: bindingKeeper{k}}).Run()
		}
		if err != nil {
			return fmt.Errorf("bootstrap: reconciling %s: %w", k.key(o), err)
		}
	}
	return nil
}

// policyKeeper reads and writes for upstream's reconciliation.
type policyKeeper struct {
	ctx     context.Context
	client  client.Interface
	law     *schema.Schema
	cluster api.Cluster
}

func (k policyKeeper) key(o runtime.Object) api.Key {
	m := o.(metav1.Object)
	return api.Key{Resource: k.law.KindOf(o).Resource, Cluster: k.cluster, Namespace: m.GetNamespace(), Name: m.GetName()}
}

// read gets a copy of an object: what reconciliation is given it may change.
func (k policyKeeper) read(namespaced, all api.Resource, namespace, name string) (runtime.Object, error) {
	r := all
	if namespace != "" {
		r = namespaced
	}
	o, err := k.client.Get(k.ctx, api.Key{Resource: r, Cluster: k.cluster, Namespace: namespace, Name: name})
	if err != nil {
		return nil, err
	}
	return o.DeepCopyObject(), nil
}

func (k policyKeeper) write(verb client.Verb, o runtime.Object) error {
	return k.client.Apply(k.ctx, []client.Write{{Verb: verb, Key: k.key(o), Object: o}})[0].Err
}

type roleKeeper struct{ policyKeeper }

// Get implements reconciliation.RuleOwnerModifier.
func (k roleKeeper) Get(namespace, name string) (reconciliation.RuleOwner, error) {
	o, err := k.read(roles, clusterRoles, namespace, name)
	if err != nil {
		return nil, err
	}
	if r, ok := o.(*rbacv1.Role); ok {
		return reconciliation.RoleRuleOwner{Role: r}, nil
	}
	return reconciliation.ClusterRoleRuleOwner{ClusterRole: o.(*rbacv1.ClusterRole)}, nil
}

// Create implements reconciliation.RuleOwnerModifier.
func (k roleKeeper) Create(o reconciliation.RuleOwner) (reconciliation.RuleOwner, error) {
	return o, k.write(client.Create, o.GetObject())
}

// Update implements reconciliation.RuleOwnerModifier.
func (k roleKeeper) Update(o reconciliation.RuleOwner) (reconciliation.RuleOwner, error) {
	return o, k.write(client.Update, o.GetObject())
}

type bindingKeeper struct{ policyKeeper }

// Get implements reconciliation.RoleBindingModifier.
func (k bindingKeeper) Get(namespace, name string) (reconciliation.RoleBinding, error) {
	o, err := k.read(roleBindings, clusterRoleBindings, namespace, name)
	if err != nil {
		return nil, err
	}
	if b, ok := o.(*rbacv1.RoleBinding); ok {
		return reconciliation.RoleBindingAdapter{RoleBinding: b}, nil
	}
	return reconciliation.ClusterRoleBindingAdapter{ClusterRoleBinding: o.(*rbacv1.ClusterRoleBinding)}, nil
}

// Delete implements reconciliation.RoleBindingModifier: a binding to another role cannot be changed, only made anew.
func (k bindingKeeper) Delete(namespace, name string, uid types.UID) error {
	key := api.Key{Resource: clusterRoleBindings, Cluster: k.cluster, Name: name}
	if namespace != "" {
		key.Resource, key.Namespace = roleBindings, namespace
	}
	return k.client.Apply(k.ctx, []client.Write{{Verb: client.Delete, Key: key, Delete: metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}}})[0].Err
}

// Create implements reconciliation.RoleBindingModifier.
func (k bindingKeeper) Create(o reconciliation.RoleBinding) (reconciliation.RoleBinding, error) {
	return o, k.write(client.Create, o.GetObject())
}

// Update implements reconciliation.RoleBindingModifier.
func (k bindingKeeper) Update(o reconciliation.RoleBinding) (reconciliation.RoleBinding, error) {
	return o, k.write(client.Update, o.GetObject())
}
