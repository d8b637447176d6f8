package registry

import (
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
)

func groupResource(r api.Resource) kschema.GroupResource {
	return kschema.GroupResource{Group: r.Group, Resource: r.Name}
}

// statusFull is HTTP's own word for a full disk; upstream has none, its etcd answers a raw 500.
func statusFull(err error) metav1.Status {
	return metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusInsufficientStorage, Reason: "InsufficientStorage",
		Message: err.Error() + ": free space on the data directory's file system; nothing that was acknowledged is lost",
	}
}
