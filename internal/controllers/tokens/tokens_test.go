package tokens

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

const given = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, uid: uid-robot}
secrets: [{name: robot-token}, {name: old}]
---
apiVersion: v1
kind: Secret
metadata: {name: robot-token, annotations: {kubernetes.io/service-account.name: robot}}
type: kubernetes.io/service-account-token
---
apiVersion: v1
kind: Secret
metadata: {name: ordinary, annotations: {kubernetes.io/service-account.name: nobody}}
type: Opaque
`

func controller() reconcile.Controller {
	return New(Ports{RootCA: func(api.Cluster) string { return "CA" },
		Issue: func(_ api.Cluster, a *corev1.ServiceAccount, s *corev1.Secret, _ time.Time) (string, error) {
			return "token of " + string(a.UID) + " in " + s.Name, nil
		}})
}

func names(w *viewtest.World) string {
	var out []string
	for _, s := range viewtest.All[corev1.Secret](w, plan.Secrets) {
		out = append(out, s.Name)
	}
	return strings.Join(out, " ")
}

func TestFilledIn(t *testing.T) {
	w := viewtest.New(t, given)
	w.Settle(controller())
	s := viewtest.Get[corev1.Secret](w, plan.Secrets, "default", "robot-token")
	if got := string(s.Data["token"]) + "; " + string(s.Data["ca.crt"]) + "; " + string(s.Data["namespace"]) + "; " + s.Annotations[corev1.ServiceAccountUIDKey]; got != "token of uid-robot in robot-token; CA; default; uid-robot" {
		t.Errorf("got %q", got)
	}
	s.Data["ca.crt"] = []byte("old CA")
	s.Data["token"] = []byte("kept")
	w.Put(s)
	w.Settle(controller())
	s = viewtest.Get[corev1.Secret](w, plan.Secrets, "default", "robot-token")
	if string(s.Data["ca.crt"]) != "CA" || string(s.Data["token"]) != "kept" {
		t.Errorf("data %q", s.Data)
	}
}

func TestGoesWithItsAccount(t *testing.T) {
	w := viewtest.New(t, given)
	w.Settle(controller())
	sa := viewtest.Get[corev1.ServiceAccount](w, plan.ServiceAccounts, "default", "robot")
	w.Remove(w.Key(sa))
	w.Settle(controller())
	if got := names(w); got != "ordinary" {
		t.Errorf("left %q", got)
	}
}

// An account of the same name is not the account that the Secret was made for.
func TestMadeForAnother(t *testing.T) {
	w := viewtest.New(t, strings.Replace(given, "service-account.name: robot}", "service-account.name: robot, kubernetes.io/service-account.uid: other}", 1))
	w.Settle(controller())
	if got := names(w); got != "ordinary" {
		t.Errorf("left %q", got)
	}
}

func TestListForgetsWhatIsGone(t *testing.T) {
	w := viewtest.New(t, given)
	w.Settle(controller())
	w.Remove(w.Key(viewtest.Get[corev1.Secret](w, plan.Secrets, "default", "robot-token")))
	w.Settle(controller())
	if sa := viewtest.Get[corev1.ServiceAccount](w, plan.ServiceAccounts, "default", "robot"); len(sa.Secrets) != 0 {
		t.Errorf("secrets %v", sa.Secrets)
	}
}
