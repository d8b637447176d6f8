package admit

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
)

func asNode(name string) user.Info {
	return &user.DefaultInfo{Name: "system:node:" + name, Groups: []string{user.NodesGroup}}
}

const nodeWorld = here + `
---
{apiVersion: v1, kind: Pod, metadata: {name: mine, uid: pu}, spec: {nodeName: n1, serviceAccountName: default, containers: [{name: c, image: i}],
  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token, audience: vault}}, {serviceAccountToken: {path: token}}]}},
    {name: inline, csi: {driver: csi.one}}, {name: d, persistentVolumeClaim: {claimName: data}}, {name: e, ephemeral: {volumeClaimTemplate: {spec: {}}}}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: other, uid: ou}, spec: {nodeName: n2, serviceAccountName: default, containers: [{name: c, image: i}]}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {volumeName: pv}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: mine-e}, spec: {volumeName: pv2}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {csi: {driver: csi.two, volumeHandle: h}}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv2}, spec: {csi: {driver: csi.three, volumeHandle: h}}}
---
{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: csi.one}, spec: {tokenRequests: [{audience: one}]}}
---
{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: csi.two}, spec: {tokenRequests: [{audience: two}]}}
---
{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: csi.three}, spec: {tokenRequests: [{audience: three}]}}
`

// mirrorPod is a static pod's mirror; edit replaces parts of it.
func mirrorDoc(edit ...string) string {
	doc := `{apiVersion: v1, kind: Pod, metadata: {name: m, annotations: {kubernetes.io/config.mirror: x}, ownerReferences: [{apiVersion: v1, kind: Node, name: n1, uid: u1, controller: true}]}, spec: {nodeName: n1, containers: [{name: c, image: i}]}}`
	return strings.NewReplacer(edit...).Replace(doc)
}

func volumeDoc(source string) string {
	return mirrorDoc("spec: {", "spec: {volumes: [{name: v, "+source+"}], ")
}

func TestNodesWriteTheirPods(t *testing.T) {
	pod := func(name, node, more string) string {
		return "{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", labels: {a: b}}, spec: {nodeName: " + node + ", containers: [{name: c, image: i}]}" + more + "}"
	}
	eviction := "{apiVersion: policy/v1, kind: Eviction, metadata: {name: %s}}"
	for name, x := range map[string]struct {
		trial
		want string
	}{
		"mirror":                 {trial{op: admission.Create, obj: mirrorDoc()}, ""},
		"no mirror":              {trial{op: admission.Create, obj: mirrorDoc("kubernetes.io/config.mirror", "other")}, `pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods`},
		"mirror elsewhere":       {trial{op: admission.Create, obj: mirrorDoc("nodeName: n1", "nodeName: n2")}, `node "n1" can only create pods with spec.nodeName set to itself`},
		"mirror, no owner":       {trial{op: admission.Create, obj: mirrorDoc("{apiVersion: v1, kind: Node, name: n1, uid: u1, controller: true}", "")}, `node "n1" can only create pods with an owner reference set to itself`},
		"mirror, two owners":     {trial{op: admission.Create, obj: mirrorDoc("controller: true}", "controller: true}, {apiVersion: v1, kind: Node, name: n1, uid: u1}")}, `node "n1" can only create pods with a single owner reference set to itself`},
		"mirror, other owner":    {trial{op: admission.Create, obj: mirrorDoc("kind: Node, name: n1", "kind: Node, name: n2")}, `node "n1" can only create pods with an owner reference set to itself`},
		"mirror, other kind":     {trial{op: admission.Create, obj: mirrorDoc("kind: Node,", "kind: Pod,")}, `node "n1" can only create pods with an owner reference set to itself`},
		"mirror, no controller":  {trial{op: admission.Create, obj: mirrorDoc(", controller: true", "")}, `node "n1" can only create pods with a controller owner reference set to itself`},
		"mirror, blocks":         {trial{op: admission.Create, obj: mirrorDoc("controller: true", "controller: true, blockOwnerDeletion: true")}, `node "n1" must not set blockOwnerDeletion on an owner reference`},
		"mirror, other uid":      {trial{op: admission.Create, obj: mirrorDoc("uid: u1", "uid: u2")}, `node n1 UID mismatch: expected u2 got u1`},
		"mirror, account":        {trial{op: admission.Create, obj: mirrorDoc("spec: {", "spec: {serviceAccountName: x, ")}, `a mirror pod may not reference service accounts`},
		"mirror, claims":         {trial{op: admission.Create, obj: mirrorDoc("spec: {", "spec: {resourceClaims: [{name: x}], ")}, `node "n1" can not create pods that reference resourceclaims`},
		"mirror, env secret":     {trial{op: admission.Create, obj: mirrorDoc("image: i", "image: i, envFrom: [{secretRef: {name: s}}]")}, `a mirror pod may not reference secrets`},
		"mirror, env map":        {trial{op: admission.Create, obj: mirrorDoc("image: i", "image: i, env: [{name: E, valueFrom: {configMapKeyRef: {name: s, key: k}}}]")}, `node "n1" can not create pods that reference configmaps`},
		"mirror, host path":      {trial{op: admission.Create, obj: volumeDoc("hostPath: {path: /x}")}, ""},
		"mirror, secret":         {trial{op: admission.Create, obj: volumeDoc("secret: {secretName: s}")}, `a mirror pod may not reference secrets`},
		"mirror, map":            {trial{op: admission.Create, obj: volumeDoc("configMap: {name: s}")}, `can not create pods that reference configmaps`},
		"mirror, claim":          {trial{op: admission.Create, obj: volumeDoc("persistentVolumeClaim: {claimName: s}")}, `can not create pods that reference persistentvolumeclaims`},
		"mirror, ephemeral":      {trial{op: admission.Create, obj: volumeDoc("ephemeral: {volumeClaimTemplate: {spec: {}}}")}, `can not create pods that reference persistentvolumeclaims (via ephemeral volumes)`},
		"mirror, csi":            {trial{op: admission.Create, obj: volumeDoc("csi: {driver: d}")}, `can not create pods that reference csidrivers (via CSI volumes)`},
		"mirror, gluster":        {trial{op: admission.Create, obj: volumeDoc("glusterfs: {endpoints: e, path: p}")}, `can not create pods that reference endpoints (via glusterFS volumes)`},
		"mirror, token":          {trial{op: admission.Create, obj: volumeDoc("projected: {sources: [{serviceAccountToken: {path: p}}]}")}, `a mirror pod may not use ServiceAccountToken volume projections`},
		"mirror, trust":          {trial{op: admission.Create, obj: volumeDoc("projected: {sources: [{clusterTrustBundle: {path: p}}]}")}, `can not create pods that reference clustertrustbundles`},
		"mirror, downward":       {trial{op: admission.Create, obj: volumeDoc("projected: {sources: [{downwardAPI: {}}]}")}, ""},
		"mirror, nothing":        {trial{op: admission.Create, obj: mirrorDoc("spec: {", "spec: {volumes: [{name: v, projected: {sources: [{}]}}], ")}, `unknown source for projected volume "v"`},
		"update":                 {trial{op: admission.Update, obj: pod("mine", "n1", ""), old: pod("mine", "n1", "")}, `unexpected operation "UPDATE", node "n1" can only create and delete mirror pods`},
		"other subresource":      {trial{op: admission.Create, sub: "binding", obj: "{apiVersion: v1, kind: Binding, metadata: {name: mine}, target: {kind: Node, name: n1}}"}, `unexpected pod subresource "binding", only 'status' and 'eviction' are allowed`},
		"delete":                 {trial{op: admission.Delete, old: pod("mine", "n1", "")}, ""},
		"delete another's":       {trial{op: admission.Delete, old: pod("other", "n2", "")}, `node "n1" can only delete pods with spec.nodeName set to itself`},
		"delete what is not":     {trial{op: admission.Delete, old: pod("ghost", "n1", "")}, `pod "ghost" not found`},
		"status":                 {trial{op: admission.Update, sub: "status", obj: pod("mine", "n1", ", status: {phase: Running}"), old: pod("mine", "n1", "")}, ""},
		"status of another's":    {trial{op: admission.Update, sub: "status", obj: pod("other", "n2", ""), old: pod("other", "n2", "")}, `node "n1" can only update pod status for pods with spec.nodeName set to itself`},
		"status, relabels":       {trial{op: admission.Update, sub: "status", obj: strings.Replace(pod("mine", "n1", ""), "a: b", "a: c", 1), old: pod("mine", "n1", "")}, `node "n1" cannot update labels through pod status`},
		"status, claims":         {trial{op: admission.Update, sub: "status", obj: pod("mine", "n1", ", status: {resourceClaimStatuses: [{name: a, resourceClaimName: x}]}"), old: pod("mine", "n1", ", status: {resourceClaimStatuses: [{name: a}]}")}, `node "n1" cannot update resource claim statues`},
		"status, extended claim": {trial{op: admission.Update, sub: "status", obj: pod("mine", "n1", ", status: {extendedResourceClaimStatus: {resourceClaimName: x, requestMappings: []}}"), old: pod("mine", "n1", "")}, `node "n1" cannot update extended resource claim status`},
		"evict":                  {trial{op: admission.Create, sub: "eviction", obj: fmt.Sprintf(eviction, "mine")}, ""},
		"evict another's":        {trial{op: admission.Create, sub: "eviction", obj: fmt.Sprintf(eviction, "other")}, `node n1 can only evict pods with spec.nodeName set to itself`},
		"evict what is not":      {trial{op: admission.Create, sub: "eviction", obj: fmt.Sprintf(eviction, "ghost")}, `pod "ghost" not found`},
	} {
		t.Run(name, func(t *testing.T) {
			x.who = asNode("n1")
			_, _, err := x.run(t, newCluster(t, nodeWorld))
			verdict(t, err, x.want)
		})
	}
}

func TestNodesWriteThemselves(t *testing.T) {
	node := func(name, labels, more string) string {
		return "{apiVersion: v1, kind: Node, metadata: {name: " + name + ", labels: {" + labels + "}}" + more + "}"
	}
	disk := func(node, size, notes string) string {
		return "{apiVersion: v1, kind: PersistentVolume, metadata: {name: d, labels: {gantry.dev/local-volumes-node: " + node + "}, annotations: {" + notes + "}}, spec: {capacity: {storage: " + size + "}}}"
	}
	claim := func(labels, status string) string {
		return "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, labels: {" + labels + "}}, spec: {volumeName: pv}, status: {" + status + "}}"
	}
	lease := func(ns, name string) string {
		return "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: " + name + ", namespace: " + ns + "}}"
	}
	csi := func(name string) string {
		return "{apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: {name: " + name + "}}"
	}
	slice := func(of string) string {
		return "{apiVersion: resource.k8s.io/v1, kind: ResourceSlice, metadata: {name: s}, spec: {driver: d" + of + "}}"
	}
	for name, x := range map[string]struct {
		trial
		want string
	}{
		"create":           {trial{op: admission.Create, obj: node("n1", "kubernetes.io/hostname: n1, a: b, example.com/c: d, foo.node.kubernetes.io/x: y, kubelet.kubernetes.io/z: w", "")}, ""},
		"create another":   {trial{op: admission.Create, obj: node("n2", "", "")}, `node "n1" is not allowed to modify node "n2"`},
		"update another":   {trial{op: admission.Update, sub: "status", obj: node("n2", "", ""), old: node("n2", "", "")}, `node "n1" is not allowed to modify node "n2"`},
		"delete":           {trial{op: admission.Delete, old: node("n1", "", "")}, ""},
		"delete another":   {trial{op: admission.Delete, old: node("n2", "", "")}, `node "n1" is not allowed to modify node "n2"`},
		"configured":       {trial{op: admission.Create, obj: node("n1", "", ", spec: {configSource: {}}")}, `node "n1" is not allowed to create pods with a non-nil configSource`},
		"foreign labels":   {trial{op: admission.Create, obj: node("n1", "node-restriction.kubernetes.io/a: b, x.node-restriction.kubernetes.io/c: d, k8s.io/e: f, my.kubernetes.io/g: h, other: z", "")}, `node "n1" is not allowed to set the following labels: k8s.io/e, my.kubernetes.io/g, node-restriction.kubernetes.io/a, x.node-restriction.kubernetes.io/c`},
		"update":           {trial{op: admission.Update, obj: node("n1", "a: c", ""), old: node("n1", "a: b", "")}, ""},
		"role":             {trial{op: admission.Update, obj: node("n1", "node-role.kubernetes.io/x: y", ""), old: node("n1", "", "")}, `is not allowed to modify labels: node-role.kubernetes.io/x`},
		"drops a role":     {trial{op: admission.Update, obj: node("n1", "", ""), old: node("n1", "node-role.kubernetes.io/x: y", "")}, `is not allowed to modify labels: node-role.kubernetes.io/x`},
		"keeps a role":     {trial{op: admission.Update, sub: "status", obj: node("n1", "node-role.kubernetes.io/x: y", ""), old: node("n1", "node-role.kubernetes.io/x: y", "")}, ""},
		"taints":           {trial{op: admission.Update, obj: node("n1", "", ""), old: node("n1", "", ", spec: {taints: [{key: a, effect: NoSchedule}]}")}, `node "n1" is not allowed to modify taints`},
		"owners":           {trial{op: admission.Update, obj: strings.Replace(node("n1", "", ""), "labels", "ownerReferences: [{kind: Pod, apiVersion: v1, name: x, uid: y}], labels", 1), old: node("n1", "", "")}, `node "n1" is not allowed to modify ownerReferences`},
		"new config":       {trial{op: admission.Update, obj: node("n1", "", ", spec: {configSource: {}}"), old: node("n1", "", "")}, `node "n1" is not allowed to update configSource to a new non-nil configSource`},
		"drops config":     {trial{op: admission.Update, obj: node("n1", "", ""), old: node("n1", "", ", spec: {configSource: {}}")}, ""},
		"own disk":         {trial{op: admission.Update, obj: disk("n1", "1Gi", "a: b"), old: disk("n1", "1Gi", "")}, ""},
		"own disk's size":  {trial{op: admission.Update, obj: disk("n1", "2Gi", ""), old: disk("n1", "1Gi", "")}, `node "n1" is not allowed to update fields other than metadata.annotations and metadata.finalizers of volumes on its disk`},
		"other's disk":     {trial{op: admission.Update, obj: disk("n2", "1Gi", "a: b"), old: disk("n2", "1Gi", "")}, `node "n1" is not allowed to update fields other than metadata.annotations and metadata.finalizers of volumes on its disk`},
		"taken disk":       {trial{op: admission.Update, obj: disk("n1", "1Gi", "a: b"), old: disk("n2", "1Gi", "")}, `node "n1" is not allowed to update fields other than metadata.annotations and metadata.finalizers of volumes on its disk`},
		"deletes a disk":   {trial{op: admission.Delete, obj: disk("n1", "1Gi", ""), old: disk("n1", "1Gi", "")}, `node "n1" may only update volumes on its disk`},
		"claim status":     {trial{op: admission.Update, sub: "status", obj: claim("", "capacity: {storage: 2Gi}, conditions: [{type: Resizing, status: \"True\"}], allocatedResources: {storage: 2Gi}"), old: claim("", "")}, ""},
		"claim's phase":    {trial{op: admission.Update, sub: "status", obj: claim("", "phase: Bound"), old: claim("", "phase: Lost")}, `node "n1" is not allowed to update fields other than status.quantity and status.conditions`},
		"claim's labels":   {trial{op: admission.Update, sub: "status", obj: claim("a: b", ""), old: claim("", "")}, `node "n1" is not allowed to update fields other than status.quantity and status.conditions`},
		"claim":            {trial{op: admission.Update, obj: claim("", ""), old: claim("", "")}, "may only update PVC status"},
		"lease":            {trial{op: admission.Create, obj: lease("kube-node-lease", "n1")}, ""},
		"lease of another": {trial{op: admission.Create, obj: lease("kube-node-lease", "n2")}, "can only access node lease with the same name as the requesting node"},
		"lease elsewhere":  {trial{op: admission.Update, obj: lease("kube-system", "n1"), old: lease("kube-system", "n1")}, `can only access leases in the "kube-node-lease" system namespace`},
		"CSI":              {trial{op: admission.Create, obj: csi("n1")}, ""},
		"CSI of another":   {trial{op: admission.Delete, old: csi("n2")}, "can only access CSINode with the same name as the requesting node"},
		"slice":            {trial{op: admission.Create, obj: slice(", nodeName: n1")}, ""},
		"slice of another": {trial{op: admission.Create, obj: slice(", nodeName: n2")}, "can only create ResourceSlice with the same NodeName as the requesting node"},
		"slice of all":     {trial{op: admission.Delete, old: slice("")}, "can only delete ResourceSlice with the same NodeName as the requesting node"},
		"slice update":     {trial{op: admission.Update, obj: slice(", nodeName: n1"), old: slice(", nodeName: n1")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			x.who = asNode("n1")
			_, _, err := x.run(t, newCluster(t, nodeWorld))
			verdict(t, err, x.want)
		})
	}
	t.Run("nobody in particular", func(t *testing.T) {
		_, _, err := trial{op: admission.Create, obj: node("", "", ""), who: asNode("")}.run(t, newCluster(t, nodeWorld))
		verdict(t, err, `could not determine node from user "system:node:"`)
	})
	t.Run("a name alone is no node", func(t *testing.T) {
		_, _, err := trial{op: admission.Create, obj: node("n2", "k8s.io/a: b", ""), who: &user.DefaultInfo{Name: "system:node:n1"}}.run(t, newCluster(t, nodeWorld))
		verdict(t, err, "")
	})
}

func TestNodesAskForTokens(t *testing.T) {
	token := func(spec string) string {
		return "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, metadata: {name: default}, spec: {" + spec + "}}"
	}
	bound := func(name, uid, audiences string) string {
		return token("boundObjectRef: {apiVersion: v1, kind: Pod, name: " + name + ", uid: " + uid + "}, audiences: [" + audiences + "]")
	}
	for name, x := range map[string]struct {
		obj  string
		want string
	}{
		"unbound":              {token(""), "node requested token not bound to a pod"},
		"bound to a secret":    {token("boundObjectRef: {apiVersion: v1, kind: Secret, name: s, uid: u}"), "node requested token not bound to a pod"},
		"no uid":               {bound("mine", `""`, ""), "node requested token with a pod binding without a uid"},
		"no pod":               {bound("ghost", "x", ""), `pod "ghost" not found`},
		"an earlier pod":       {bound("mine", "old", ""), "the UID in the bound object reference (old) does not match the UID in record"},
		"another's pod":        {bound("other", "ou", ""), "node requested token bound to a pod scheduled on a different node"},
		"the API's":            {bound("mine", "pu", ""), ""},
		"projected":            {bound("mine", "pu", "vault"), ""},
		"inline driver":        {bound("mine", "pu", "one"), ""},
		"claim's driver":       {bound("mine", "pu", "two"), ""},
		"ephemeral's driver":   {bound("mine", "pu", "three"), ""},
		"by permission":        {bound("mine", "pu", "allowed"), ""},
		"nobody asks for that": {bound("mine", "pu", "four"), `audience "four" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience`},
		"two":                  {bound("mine", "pu", "one, two"), "node may only request 0 or 1 audiences"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, nodeWorld)
			c.may["system:node:n1 request-serviceaccounts-token-audience allowed ns/default"] = true
			_, _, err := trial{op: admission.Create, sub: "token", obj: x.obj, who: asNode("n1")}.run(t, c)
			verdict(t, err, x.want)
		})
	}
}
