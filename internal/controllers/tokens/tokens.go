// Package tokens fills in Secrets of type kubernetes.io/service-account-token, by which programs outside of the cluster get
// a token that does not end: with the account's token, the cluster's CA and the namespace. A Secret for an account that is
// not there, or is not the one that it was made for, is deleted.
//
// It reads Secrets and ServiceAccounts and writes Secrets of that type, and takes the names of those that are gone from the
// lists of their accounts. A token is good for as long as its Secret is there. Tokens for pods are another thing.
package tokens

import (
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Ports are what a plan cannot do itself.
type Ports struct {
	// Issue signs a token for an account that is good while the secret exists.
	Issue func(c api.Cluster, account *corev1.ServiceAccount, secret *corev1.Secret, now time.Time) (string, error)
	// RootCA is the bundle by which clients know the API server of a cluster.
	RootCA func(api.Cluster) string
}

// New is the row of this controller. Its keys are those of Secrets and, for the lists, of ServiceAccounts.
func New(ports Ports) reconcile.Controller {
	return reconcile.Controller{
		Name: "tokens-controller",
		Plan: func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
			if key.Resource == plan.ServiceAccounts {
				return forget(s, key), nil
			}
			return ports.fill(s, key, now)
		},
		Watches: map[api.Resource]reconcile.Trigger{plan.Secrets: secretChanged, plan.ServiceAccounts: accountChanged},
		Writes:  []string{"secrets{of service accounts}:data", "serviceaccounts:secrets"},
	}
}

// ofAccounts reports whether a record is a Secret of our type, by its selectable field: the data need not be read.
func ofAccounts(s *view.Snapshot, rec *store.Record) bool {
	return s.Meta(rec).Fields.Get("type") == string(corev1.SecretTypeServiceAccountToken)
}

func secretChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if !ofAccounts(s, ev.Record) {
		return nil
	}
	if ev.Type == store.Delete {
		name := view.Of[corev1.Secret](s, ev.Record).Annotations[corev1.ServiceAccountNameKey]
		return []api.Key{plan.Beside(ev.Record.Key, plan.ServiceAccounts, name)}
	}
	return []api.Key{ev.Record.Key}
}

// accountChanged wakes the Secrets of an account that has come or gone.
func accountChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if ev.Type == store.Put && ev.Prev != nil && s.Meta(ev.Prev).UID == s.Meta(ev.Record).UID {
		return nil
	}
	for rec := range s.Records(plan.Around(ev.Record.Key, plan.Secrets)) {
		if ofAccounts(s, rec) && view.Of[corev1.Secret](s, rec).Annotations[corev1.ServiceAccountNameKey] == ev.Record.Key.Name {
			keys = append(keys, rec.Key)
		}
	}
	return keys
}

func (ports Ports) fill(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan, err error) {
	secret, ok := view.Get[corev1.Secret](s, key)
	if !ok || secret.Type != corev1.SecretTypeServiceAccountToken || secret.DeletionTimestamp != nil {
		return p, nil
	}
	name, uid := secret.Annotations[corev1.ServiceAccountNameKey], secret.Annotations[corev1.ServiceAccountUIDKey]
	account, ok := view.Get[corev1.ServiceAccount](s, plan.Beside(key, plan.ServiceAccounts, name))
	if !ok || uid != "" && uid != string(account.UID) {
		p.Writes = append(p.Writes, plan.DeleteUnchanged(key, secret, "its service account is not there"))
		return p, nil
	}
	if account.DeletionTimestamp != nil {
		return p, nil // its end wakes us
	}
	fresh := secret.DeepCopy()
	if fresh.Data == nil {
		fresh.Data = map[string][]byte{}
	}
	if fresh.Annotations == nil {
		fresh.Annotations = map[string]string{}
	}
	fresh.Annotations[corev1.ServiceAccountUIDKey] = string(account.UID)
	if ca := ports.RootCA(key.Cluster); ca != "" {
		fresh.Data[corev1.ServiceAccountRootCAKey] = []byte(ca)
	}
	if len(fresh.Data[corev1.ServiceAccountNamespaceKey]) == 0 {
		fresh.Data[corev1.ServiceAccountNamespaceKey] = []byte(key.Namespace)
	}
	if len(fresh.Data[corev1.ServiceAccountTokenKey]) == 0 {
		token, err := ports.Issue(key.Cluster, account, secret, now)
		if err != nil {
			return p, err
		}
		fresh.Data[corev1.ServiceAccountTokenKey] = []byte(token)
	}
	if !maps.Equal(fresh.Annotations, secret.Annotations) || !maps.EqualFunc(fresh.Data, secret.Data, slices.Equal[[]byte]) {
		p.Writes = append(p.Writes, plan.Update(key, fresh, "fill in"))
	}
	return p, nil
}

// forget takes token Secrets that are gone from an account's list.
func forget(s *view.Snapshot, key api.Key) (p reconcile.Plan) {
	account, ok := view.Get[corev1.ServiceAccount](s, key)
	if !ok || account.DeletionTimestamp != nil {
		return p
	}
	fresh := account.DeepCopy()
	fresh.Secrets = slices.DeleteFunc(fresh.Secrets, func(r corev1.ObjectReference) bool { return s.Record(plan.Beside(key, plan.Secrets, r.Name)) == nil })
	if len(fresh.Secrets) < len(account.Secrets) {
		p.Writes = append(p.Writes, plan.Update(key, fresh, "a secret is gone"))
	}
	return p
}
