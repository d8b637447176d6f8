package rest

import (
	"testing"

	clientrest "k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/api"
)

// A node on another machine needs what a node in the API's own process does.
func TestGroups(t *testing.T) {
	c, err := New(&clientrest.Config{Host: "https://127.0.0.1:1"}, api.Host)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range []string{"", "coordination.k8s.io", "discovery.k8s.io", "node.k8s.io", "resource.k8s.io", "storage.k8s.io"} {
		if _, err := c.of(api.Key{Resource: api.Resource{Group: group, Name: "x"}, Cluster: api.Host}); err != nil {
			t.Errorf("group %q: %v", group, err)
		}
	}
	if _, err := c.of(api.Key{Resource: api.Resource{Group: "example.org", Name: "x"}, Cluster: api.Host}); err == nil {
		t.Error("a group that the client does not know is served")
	}
}
