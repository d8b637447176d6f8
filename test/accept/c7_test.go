package accept

import (
	"fmt"
	"strings"
	"testing"
)

// C7: a program that uses client-go, with its own ServiceAccount, through kubernetes.default.svc.
func TestC7(t *testing.T) {
	w := newWorld(t)
	w.apply(`
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader}]
---
` + pod("reader", busybox, idle, "", "serviceAccountName: reader") +
		pod("stranger", busybox, idle, "", "") +
		pod("anonymous", busybox, idle, "", "automountServiceAccountToken: false"))
	w.ready("condition=Ready", "pod/reader", "pod/stranger", "pod/anonymous")

	out, err := w.inPod("reader", "/bin/tool pods "+w.ns)
	if err != nil || strings.Join(strings.Fields(out), " ") != "anonymous reader stranger" {
		t.Errorf("the reader sees %q %v", out, err)
	}
	account := "system:serviceaccount:" + w.ns + ":"
	for _, c := range []struct {
		what, pod, command string
		words              []string
	}{
		{"of its rights, no more than exactly that", "reader", "/bin/tool secrets " + w.ns, []string{account + "reader", "cannot list resource \"secrets\""}},
		{"nor elsewhere", "reader", "/bin/tool pods kube-system", []string{account + "reader", "cannot list resource \"pods\"", "kube-system"}},
		{"another account may not", "stranger", "/bin/tool pods " + w.ns, []string{account + "default", "cannot list resource \"pods\""}},
		{"without a token there is no client", "anonymous", "/bin/tool pods " + w.ns, []string{"no such file or directory"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			w.sub(t).refused(c.words, "exec", c.pod, "--", "/bin/busybox", "sh", "-c", c.command)
		})
	}
	t.Run("the token is bound to its pod", func(t *testing.T) {
		w := w.sub(t)
		token := w.k("exec", "reader", "--", "/bin/cat", "/var/run/secrets/kubernetes.io/serviceaccount/token")
		if got, err := w.whoami(token); err != nil || got != account+"reader" {
			t.Errorf("the token is that of %q %v", got, err)
		}
		w.k("delete", "pod", "reader", "--timeout=60s")
		w.eventually("it ends with the pod", func() error {
			got, err := w.whoami(token)
			if err == nil {
				return fmt.Errorf("the token is still that of %q", got)
			}
			return want(err.Error(), "Unauthorized")
		})
	})
}
