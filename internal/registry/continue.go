package registry

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"gantry.dev/gantry/internal/api"
)

// continueToken is the place where a paged list goes on. Clients treat it as opaque; it says nothing that the list did
// not show, and a forged one can only name another place in the same collection.
type continueToken struct {
	Version   int          `json:"v"`
	Revision  api.Revision `json:"rv"`
	Namespace string       `json:"ns,omitempty"`
	Name      string       `json:"name"`
	Cluster   api.Cluster  `json:"c,omitempty"` // set in lists over all clusters
}

const continueVersion = 1

func encodeContinue(rev api.Revision, last api.Key) string {
	b, err := json.Marshal(continueToken{continueVersion, rev, last.Namespace, last.Name, last.Cluster})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeContinue(s string, scope api.Scope) (api.Revision, api.Key, error) {
	var t continueToken
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, api.Key{}, fmt.Errorf("not in the form that a list returned")
	}
	if err := json.Unmarshal(b, &t); err != nil || t.Version != continueVersion || t.Name == "" || t.Revision == 0 {
		return 0, api.Key{}, fmt.Errorf("not in the form that a list returned")
	}
	key := api.Key{Resource: scope.Resource, Cluster: t.Cluster, Namespace: t.Namespace, Name: t.Name}
	if !scope.Contains(key) {
		return 0, api.Key{}, fmt.Errorf("it belongs to another list")
	}
	return t.Revision, key, nil
}
