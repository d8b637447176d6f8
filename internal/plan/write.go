package plan

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// KeyOf is the key of an object.
func KeyOf(c api.Cluster, r api.Resource, obj metav1.Object) api.Key {
	return api.Key{Resource: r, Cluster: c, Namespace: obj.GetNamespace(), Name: obj.GetName()}
}

// Create writes a new object.
func Create(key api.Key, obj runtime.Object, why string) client.Write {
	return client.Write{Verb: client.Create, Key: key, Object: obj, Why: why}
}

// Update replaces an object; its resourceVersion, as read, is the precondition.
func Update(key api.Key, obj runtime.Object, why string) client.Write {
	return client.Write{Verb: client.Update, Key: key, Object: obj, Why: why}
}

// UpdateStatus replaces an object's status.
func UpdateStatus(key api.Key, obj runtime.Object, why string) client.Write {
	return client.Write{Verb: client.Update, Key: key, Subresource: "status", Object: obj, Why: why}
}

// Delete deletes the object that was seen, not a later one of the same name.
func Delete(key api.Key, seen metav1.Object, why string) client.Write {
	uid := seen.GetUID()
	return client.Write{Verb: client.Delete, Key: key, Delete: metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}, Why: why}
}

// DeleteUnchanged deletes the object only if it has not changed since it was seen.
func DeleteUnchanged(key api.Key, seen metav1.Object, why string) client.Write {
	w := Delete(key, seen, why)
	rv := seen.GetResourceVersion()
	w.Delete.Preconditions.ResourceVersion = &rv
	return w
}
