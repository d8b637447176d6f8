package app

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/schema"
)

// flowObjects are upstream's flow schemas and priority levels as objects of the caller's own.
func flowObjects(law *schema.Schema) (out []runtime.Object) {
	f := law.BootstrapFlow()
	for _, o := range f.PriorityLevels {
		out = append(out, o.DeepCopy())
	}
	for _, o := range f.FlowSchemas {
		out = append(out, o.DeepCopy())
	}
	return out
}

// flowManager is the field manager of flow schemas and priority levels, upstream's.
const flowManager = "api-priority-and-fairness-config-producer-v1"

// bootstrapFlow writes the flow schemas and priority levels that every cluster has, what somebody deleted among them.
func bootstrapFlow(ctx context.Context, c client.Interface, law *schema.Schema, cluster api.Cluster) error {
	var writes []client.Write
	for _, o := range flowObjects(law) {
		writes = append(writes, client.Write{Verb: client.Create, Object: o, Key: api.Key{Resource: law.KindOf(o).Resource, Cluster: cluster, Name: o.(metav1.Object).GetName()}})
	}
	return create(ctx, c, writes)
}

// defaultServiceCIDR is the name of the range that every cluster has, as upstream's.
const defaultServiceCIDR = "kubernetes"

func serviceCIDR(in Instance) runtime.Object {
	return &networkingv1.ServiceCIDR{ObjectMeta: metav1.ObjectMeta{Name: defaultServiceCIDR},
		Spec: networkingv1.ServiceCIDRSpec{CIDRs: in.services()}}
}

// localClass is the storage class that every cluster begins with, the default one: volumes on the disk of the first pod's node.
func localClass() runtime.Object {
	wait, remove, grows := storagev1.VolumeBindingWaitForFirstConsumer, corev1.PersistentVolumeReclaimDelete, true
	return &storagev1.StorageClass{
		ObjectMeta:  metav1.ObjectMeta{Name: storage.LocalClass, Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}},
		Provisioner: storage.LocalProvisioner, VolumeBindingMode: &wait, ReclaimPolicy: &remove, AllowVolumeExpansion: &grows,
	}
}

// serviceCIDRManager is the field manager of that, upstream's.
const serviceCIDRManager = "kubernetes-service-cidr-controller"

// readyServiceCIDR says of the default range that addresses are taken from it, unless somebody has spoken before. It gives
// it the second family of an instance that has become dual-stack; the way back leaves the object alone, as upstream does.
func readyServiceCIDR(ctx context.Context, c client.Interface, cluster api.Cluster, in Instance, clock client.Clock) error {
	key := api.Key{Resource: api.Resource{Group: networkingv1.GroupName, Name: "servicecidrs"}, Cluster: cluster, Name: defaultServiceCIDR}
	obj, err := c.Get(ctx, key)
	if err != nil {
		return fmt.Errorf("bootstrap: reading %s: %w", key, err)
	}
	is, ok := obj.(*networkingv1.ServiceCIDR)
	if !ok {
		return fmt.Errorf("bootstrap: %s came as %T", key, obj)
	}
	if want := in.services(); len(want) == 2 && len(is.Spec.CIDRs) == 1 && is.Spec.CIDRs[0] == want[0] {
		next := is.DeepCopy()
		next.Spec.CIDRs = want
		if err := c.Apply(ctx, []client.Write{{Verb: client.Update, Key: key, Object: next}})[0].Err; err != nil {
			return fmt.Errorf("bootstrap: giving %s a second family: %w", key, err)
		}
	}
	if meta.FindStatusCondition(is.Status.Conditions, networkingv1.ServiceCIDRConditionReady) != nil {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"apiVersion": networkingv1.SchemeGroupVersion.String(), "kind": "ServiceCIDR", "metadata": map[string]any{"name": key.Name},
		"status": map[string]any{"conditions": []map[string]any{{"type": networkingv1.ServiceCIDRConditionReady, "status": metav1.ConditionTrue,
			"message": "Kubernetes default Service CIDR is ready", "lastTransitionTime": metav1.NewTime(clock())}}}})
	if err != nil {
		return fmt.Errorf("bootstrap: status of %s: %w", key, err)
	}
	res := c.Apply(ctx, []client.Write{{Verb: client.Patch, Key: key, Subresource: "status", PatchType: types.ApplyPatchType, Patch: patch}})
	if res[0].Err != nil {
		return fmt.Errorf("bootstrap: status of %s: %w", key, res[0].Err)
	}
	return nil
}

// access answers the registry's questions about permissions from the authorizer.
func access(a *authz.Authorizer) func(api.Cluster, authorizer.Attributes) (bool, string) {
	return func(c api.Cluster, at authorizer.Attributes) (bool, string) {
		u := at.GetUser()
		if u == nil {
			u = &user.DefaultInfo{Name: user.Anonymous, Groups: []string{user.AllUnauthenticated}}
		}
		q := authz.Attributes{User: u, Verb: at.GetVerb()}
		if at.IsResourceRequest() {
			q.Group, q.Resource, q.Subresource, q.Namespace, q.Name = at.GetAPIGroup(), at.GetResource(), at.GetSubresource(), at.GetNamespace(), at.GetName()
		} else {
			q.Path = at.GetPath()
		}
		d := a.Authorize(c, q)
		return d.Allowed, d.Reason
	}
}
