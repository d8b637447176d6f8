package accept

import (
	"strings"
	"testing"
)

// B1: the kinds that are served, with upstream's defaulting, validation and printed columns.
func TestB1(t *testing.T) {
	w := newWorld(t)
	t.Run("every kind is listed", func(t *testing.T) {
		kinds := w.k("api-resources", "--no-headers", "-o", "wide")
		for _, row := range []string{
			"namespaces ns v1 false Namespace", "pods po v1 true Pod", "services svc v1 true Service", "endpoints ep v1 true Endpoints",
			"configmaps cm v1 true ConfigMap", "secrets v1 true Secret", "serviceaccounts sa v1 true ServiceAccount",
			"events ev v1 true Event", "events ev events.k8s.io/v1 true Event", "nodes no v1 false Node",
			"deployments deploy apps/v1 true Deployment", "replicasets rs apps/v1 true ReplicaSet",
			"endpointslices discovery.k8s.io/v1 true EndpointSlice", "leases coordination.k8s.io/v1 true Lease",
			"roles rbac.authorization.k8s.io/v1 true Role", "rolebindings rbac.authorization.k8s.io/v1 true RoleBinding",
			"clusterroles rbac.authorization.k8s.io/v1 false ClusterRole", "clusterrolebindings rbac.authorization.k8s.io/v1 false ClusterRoleBinding",
			"poddisruptionbudgets pdb policy/v1 true PodDisruptionBudget", "priorityclasses pc scheduling.k8s.io/v1 false PriorityClass",
			"tokenreviews authentication.k8s.io/v1 false TokenReview", "subjectaccessreviews authorization.k8s.io/v1 false SubjectAccessReview",
			"selfsubjectaccessreviews authorization.k8s.io/v1 false SelfSubjectAccessReview", "localsubjectaccessreviews authorization.k8s.io/v1 true LocalSubjectAccessReview",
			"selfsubjectrulesreviews authorization.k8s.io/v1 false SelfSubjectRulesReview",
		} {
			found := false
			for line := range strings.Lines(kinds) {
				found = found || strings.HasPrefix(strings.Join(strings.Fields(line), " "), row+" ")
			}
			if !found {
				t.Errorf("no row %q in\n%s", row, kinds)
			}
		}
	})
	t.Run("columns", func(t *testing.T) {
		w.apply(kindsManifest)
		for kind, columns := range map[string]string{
			"deployment/quiet":   "NAME READY UP-TO-DATE AVAILABLE AGE",
			"service/quiet":      "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE",
			"configmap/quiet":    "NAME DATA AGE",
			"secret/quiet":       "NAME TYPE DATA AGE",
			"serviceaccounts":    "NAME AGE",
			"nodes":              "NAME STATUS ROLES AGE VERSION",
			"pdb/quiet":          "NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE",
			"priorityclasses":    "NAME VALUE GLOBAL-DEFAULT AGE PREEMPTIONPOLICY",
			"role/quiet":         "NAME CREATED AT",
			"rolebinding/quiet":  "NAME ROLE AGE",
			"clusterrole/admin":  "NAME CREATED AT",
			"lease/quiet":        "NAME HOLDER AGE",
			"endpointslice/hand": "NAME ADDRESSTYPE PORTS ENDPOINTS AGE",
			"endpoints/hand":     "NAME ENDPOINTS AGE",
			"namespace/default":  "NAME STATUS AGE",
		} {
			head, _, _ := strings.Cut(w.k("get", kind), "\n")
			if got := strings.Join(strings.Fields(head), " "); got != columns {
				t.Errorf("get %s prints %q, want %q", kind, got, columns)
			}
		}
	})
	t.Run("defaults", func(t *testing.T) {
		if got := w.field("deployment/quiet", ".spec.strategy.rollingUpdate.maxSurge"); got != "25%" {
			t.Errorf("maxSurge %q", got)
		}
		if got := w.field("service/quiet", ".spec.sessionAffinity"); got != "None" {
			t.Errorf("sessionAffinity %q", got)
		}
	})
	t.Run("validation names the field", func(t *testing.T) {
		for manifest, words := range map[string][]string{
			`{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: i, imagePullPolicy: Sometimes}]}}`: {"spec.containers[0].imagePullPolicy", "Unsupported value", "Sometimes"},
			`{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 99999}]}}`:                                    {"spec.ports[0].port", "99999"},
			`{apiVersion: v1, kind: ConfigMap, metadata: {name: X_}}`:                                                                 {"metadata.name", "RFC 1123"},
			`{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: i, immage: j}]}}`:                  {"unknown field", "spec.containers[0].immage"},
			`{apiVersion: v1, kind: Endpoints, metadata: {name: x}, subsets: [{addresses: [{ip: 127.0.0.1}], ports: [{port: 1}]}]}`:   {"loopback"},
		} {
			_, err := w.tryKubectl(manifest, "-n", w.ns, "apply", "-f", "-")
			if err == nil {
				t.Errorf("%s was taken", manifest)
				continue
			}
			if err := want(err.Error(), words...); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("scale, tokens and reviews", func(t *testing.T) {
		if got := w.k("get", "--raw", "/apis/apps/v1/namespaces/"+w.ns+"/deployments/quiet/scale"); want(got, `"kind":"Scale"`, `"replicas":0`) != nil {
			t.Errorf("scale: %s", got)
		}
		token := w.k("create", "token", "default")
		if strings.Count(token, ".") != 2 {
			t.Errorf("token %q", token)
		}
		review, err := w.tryKubectl(`{apiVersion: authentication.k8s.io/v1, kind: TokenReview, spec: {token: "`+token+`"}}`, "create", "-o", "jsonpath={.status.user.username}", "-f", "-")
		if who := "system:serviceaccount:" + w.ns + ":default"; err != nil || review != who {
			t.Errorf("token review: %q %v", review, err)
		}
		if out, _ := w.try("auth", "can-i", "list", "pods", "--as", "system:serviceaccount:"+w.ns+":default"); strings.TrimSpace(out) != "no" {
			t.Errorf("can-i: %q", out)
		}
	})
}

const kindsManifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: quiet}
spec:
  replicas: 0
  selector: {matchLabels: {app: quiet}}
  template: {metadata: {labels: {app: quiet}}, spec: {containers: [{name: c, image: "busybox:1"}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: quiet}, spec: {selector: {app: quiet}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: quiet}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: quiet}, stringData: {a: b}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: quiet}, spec: {minAvailable: 1, selector: {matchLabels: {app: quiet}}}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: quiet}, rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: quiet}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: quiet}, subjects: [{kind: ServiceAccount, name: quiet}]}
---
{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: quiet}, spec: {holderIdentity: me}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: hand}, addressType: IPv4, endpoints: [{addresses: [192.0.2.77]}], ports: [{port: 80, name: ""}]}
---
{apiVersion: v1, kind: Endpoints, metadata: {name: hand}, subsets: [{addresses: [{ip: 192.0.2.77}], ports: [{port: 80}]}]}
`
