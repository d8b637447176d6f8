package token

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/apiserver/pkg/authentication/serviceaccount"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
)

// Objects is the port through which the checks ask what still exists.
type Objects interface {
	// Lookup returns the UID of an object and when its deletion was asked for (zero if it was not); false if there is no
	// such object.
	Lookup(key api.Key) (uid string, deleted time.Time, ok bool)
}

// deletionLeeway is how long a token outlives the request to delete its object, as upstream: clocks differ.
const deletionLeeway = time.Minute

// Alive checks that the service account and the object that the token is bound to still are the ones that it was issued
// for.
func (c *Claims) Alive(cl api.Cluster, o Objects, now time.Time) error {
	account := api.Key{Resource: api.Resource{Name: "serviceaccounts"}, Cluster: cl, Namespace: c.Namespace, Name: c.Account.Name}
	uid, deleted, ok := o.Lookup(account)
	switch {
	case !ok:
		return fmt.Errorf("serviceaccounts %q not found", c.Account.Name)
	case uid != c.Account.UID:
		return fmt.Errorf("service account UID (%s) does not match claim (%s)", uid, c.Account.UID)
	case gone(deleted, now):
		return fmt.Errorf("service account %s/%s has been deleted", c.Namespace, c.Account.Name)
	}
	bound := func(kind, namespace string, ref *Ref) error {
		if ref == nil {
			return nil
		}
		uid, deleted, ok := o.Lookup(api.Key{Resource: api.Resource{Name: kind + "s"}, Cluster: cl, Namespace: namespace, Name: ref.Name})
		switch {
		case !ok || gone(deleted, now):
			return errors.New("service account token has been invalidated")
		case uid != ref.UID:
			return fmt.Errorf("%s UID (%s) does not match service account %s ref claim (%s)", kind, uid, kind, ref.UID)
		}
		return nil
	}
	node := c.Node
	if c.Pod != nil {
		node = nil // only says where the pod runs
	}
	return errors.Join(bound("secret", c.Namespace, c.Secret), bound("pod", c.Namespace, c.Pod), bound("node", "", node))
}

func gone(deleted, now time.Time) bool {
	return !deleted.IsZero() && deleted.Before(now.Add(-deletionLeeway))
}

// User is who the bearer of the token is, with upstream's groups and extra fields.
func (c *Claims) User() user.Info {
	info := serviceaccount.ServiceAccountInfo{Namespace: c.Namespace, Name: c.Account.Name, UID: c.Account.UID}
	if c.ID != "" {
		info.CredentialID = "JTI=" + c.ID
	}
	if c.Pod != nil {
		info.PodName, info.PodUID = c.Pod.Name, c.Pod.UID
	}
	if c.Node != nil {
		info.NodeName, info.NodeUID = c.Node.Name, c.Node.UID
	}
	return info.UserInfo()
}
