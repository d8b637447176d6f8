package apiserver

import (
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/schema"
)

// isCustomResources recognises requests for CustomResourceDefinitions, which are not served yet.
func isCustomResources(c *call) bool {
	return c.group == "apiextensions.k8s.io" && c.version == "v1" && c.resource == "customresourcedefinitions"
}

// customResources tells the truth to clients that ask before they do something else: kubectl lists the definitions to
// learn whether a kind without a patch verb (a review) is a custom one. There are none, and none can be made.
func (s *Server) customResources(c *call) error {
	if c.verb == "list" && c.name == "" {
		rev := schema.RevisionString(s.Registry.Store.Revision())
		return s.jsonAnswer(c, []byte(`{"kind":"CustomResourceDefinitionList","apiVersion":"apiextensions.k8s.io/v1","metadata":{"resourceVersion":"`+rev+`"},"items":[]}`))
	}
	return apierrors.NewGenericServerResponse(http.StatusNotFound, c.verb, groupResource(c.group, c.resource), c.name, "CustomResourceDefinitions are not supported by this version of Gantry", 0, true)
}
