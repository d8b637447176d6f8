package accept

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// E9: the admission rules that are built in, as kubectl and a node meet them.
func TestE9(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16909")
	in.start(t, "server", "--listen", in.listen)
	for _, v := range []verb{
		{"LimitRanger", limitRanger}, {"ResourceQuota", quotaRefusals}, {"ResourceQuota under load", quotaUnderLoad},
		{"PodSecurity", podSecurity}, {"NodeRestriction", nodeRestriction}, {"storage", storageRules},
		{"RuntimeClass", runtimeClasses}, {"Priority", priorities}, {"IngressClass", ingressClasses}, {"certificates", certificateRules},
		{"NamespaceLifecycle", namespaceLifecycle}, {"ServiceAccount", mountableSecrets},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(worldIn(t, in)) })
	}
}

// small is a pod that nobody runs; spec is the rest of it in YAML's flow style.
func small(name, container, spec string) string {
	if container != "" {
		container = ", " + container
	}
	if spec != "" {
		spec += ", "
	}
	return fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {%scontainers: [{name: c, image: busybox:1%s}]}}\n---\n", name, spec, container)
}

// creates applies a manifest, which must be refused with the words if there are any.
func (w *world) creates(manifest string, refusal ...string) {
	w.Helper()
	_, err := w.tryKubectl(manifest, "-n", w.ns, "create", "-f", "-")
	switch {
	case len(refusal) == 0 && err != nil:
		w.Fatal(err)
	case len(refusal) > 0 && err == nil:
		w.Fatalf("it was not refused: %s", manifest)
	case len(refusal) > 0:
		if err := want(err.Error(), refusal...); err != nil {
			w.Fatal(err)
		}
	}
}

func limitRanger(w *world) {
	w.creates(`
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec:
  limits:
  - {type: Container, default: {cpu: 500m, memory: 64Mi}, defaultRequest: {cpu: 200m}, max: {cpu: "1"}, min: {cpu: 100m}, maxLimitRequestRatio: {cpu: "4"}}
  - {type: PersistentVolumeClaim, max: {storage: 2Gi}}
`)
	w.creates(small("plain", "", ""))
	if got := w.field("pod/plain", ".spec.containers[0].resources"); got != `{"limits":{"cpu":"500m","memory":"64Mi"},"requests":{"cpu":"200m","memory":"64Mi"}}` {
		w.Errorf("the defaults are %s", got)
	}
	if got := w.field("pod/plain", `.metadata.annotations.kubernetes\.io/limit-ranger`); got != "LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c" {
		w.Errorf("the note is %q", got)
	}
	w.creates(small("big", `resources: {requests: {cpu: 200m}, limits: {cpu: "2"}}`, ""), `pods "big" is forbidden: [`, "maximum cpu usage per Container is 1, but limit is 2", "cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000")
	w.creates(small("little", `resources: {requests: {cpu: 50m}, limits: {cpu: 100m}}`, ""), `pods "little" is forbidden: minimum cpu usage per Container is 100m, but request is 50m`)
	w.creates(claimOf("huge", "3Gi", ""), `persistentvolumeclaims "huge" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi`)
}

func claimOf(name, size, spec string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: %s}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}%s}}\n---\n", name, size, spec)
}

func quotaRefusals(w *world) {
	w.k("create", "quota", "q", "--hard=pods=2,requests.cpu=500m,count/configmaps=2,services.loadbalancers=0")
	w.creates(small("none", "", ""), `pods "none" is forbidden: failed quota: q: must specify requests.cpu for: c`)
	w.creates(small("a", "resources: {requests: {cpu: 300m}}", ""))
	w.creates(small("b", "resources: {requests: {cpu: 300m}}", ""), `pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=300m, used: requests.cpu=300m, limited: requests.cpu=500m`)
	w.refused([]string{`services "lb" is forbidden: exceeded quota: q, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0`},
		"create", "service", "loadbalancer", "lb", "--tcp=80")
	w.expect([]string{"count/configmaps: 1/2", "pods: 1/2", "requests.cpu: 300m/500m"}, "get", "quota", "q")
	w.k("delete", "pod", "a", "--force")
	w.expect([]string{"pods: 0/2", "requests.cpu: 0/500m"}, "get", "quota", "q")

	// Whatever is served can be counted, and what users define as well.
	w.k("create", "quota", "kinds", "--hard=count/tallies.e9.example.com=1,count/deployments.apps=9")
	w.Cleanup(func() { w.k("delete", "crd", "tallies.e9.example.com", "--ignore-not-found") })
	w.creates(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: tallies.e9.example.com}
spec:
  group: e9.example.com
  names: {kind: Tally, plural: tallies}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`)
	w.ready("condition=Established", "crd/tallies.e9.example.com")
	w.creates("{apiVersion: e9.example.com/v1, kind: Tally, metadata: {name: a}}")
	w.creates("{apiVersion: e9.example.com/v1, kind: Tally, metadata: {name: b}}", `tallies.e9.example.com "b" is forbidden: exceeded quota: kinds, requested: count/tallies.e9.example.com=1, used: count/tallies.e9.example.com=1, limited: count/tallies.e9.example.com=1`)
	w.k("delete", "tally", "a")
	w.expect([]string{"count/tallies.e9.example.com: 0/1"}, "get", "quota", "kinds")

	// A deployment's refused pods show on it.
	w.k("create", "deployment", "web", "--image=busybox:1", "--replicas=1")
	w.eventually("the refusal on the replica set", func() error {
		return want(w.k("describe", "replicaset", "-l", "app=web"), "failed quota: q: must specify requests.cpu for: busybox")
	})
}

func quotaUnderLoad(w *world) {
	const limit, writers = 15, 64
	w.k("create", "quota", "q", fmt.Sprintf("--hard=count/secrets=%d", limit))
	c := w.client()
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for i := range writers {
		wg.Go(func() {
			s := &corev1.Secret{}
			s.Name = fmt.Sprintf("s%d", i)
			_, errs[i] = c.CoreV1().Secrets(w.ns).Create(w.Context(), s, metav1.CreateOptions{})
		})
	}
	wg.Wait()
	let := 0
	for _, err := range errs {
		if err == nil {
			let++
		} else if err := want(err.Error(), fmt.Sprintf("exceeded quota: q, requested: count/secrets=1, used: count/secrets=%d, limited: count/secrets=%d", limit, limit)); err != nil {
			w.Error(err)
		}
	}
	if have := len(strings.Fields(w.k("get", "secrets", "-o", "name"))); let != limit || have != limit {
		w.Errorf("%d writes were let in and %d secrets are there, want %d", let, have, limit)
	}
	w.expect([]string{"count/secrets: 15/15"}, "get", "quota", "q")
	w.k("delete", "secrets", "--all")
	w.expect([]string{"count/secrets: 0/15"}, "get", "quota", "q")
}

func podSecurity(w *world) {
	w.k("label", "namespace", w.ns, "pod-security.kubernetes.io/enforce=restricted", "pod-security.kubernetes.io/warn=restricted")
	w.creates(small("bad", "", ""), `pods "bad" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)`, "seccompProfile")
	// A controller's template is not refused, but the client is warned.
	template := `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"busybox:1"}]}}}}`
	a := w.call("POST", "/apis/apps/v1/namespaces/"+w.ns+"/deployments", template).is(w, 201)
	if err := want(strings.Join(a.header.Values("Warning"), "\n"), `299 - "would violate PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false`); err != nil {
		w.Error(err)
	}
	w.creates(small("good", "securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 1000, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}", ""))
	w.refused([]string{"must be one of privileged, baseline, restricted"}, "label", "namespace", w.ns, "--overwrite", "pod-security.kubernetes.io/enforce=strict")
	// Tightening says what it would have refused.
	w.k("label", "namespace", w.ns, "--overwrite", "pod-security.kubernetes.io/enforce=privileged")
	w.creates(small("privileged", "securityContext: {privileged: true}", ""))
	a = w.call("PATCH", "/api/v1/namespaces/"+w.ns+"?dryRun=All", `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"baseline"}}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	if err := want(strings.Join(a.header.Values("Warning"), "\n"), `existing pods in namespace \"`+w.ns+`\" violate the new PodSecurity enforce level \"baseline:latest\"`, "privileged: privileged"); err != nil {
		w.Error(err)
	}
}

// asNode is the configuration of a client that has a node's certificate.
func (w *world) asNode(name string) *rest.Config {
	w.Helper()
	ca, key := readPEM(w, "ca.crt"), readPEM(w, "ca.key")
	issuer, err := x509.ParseCertificate(ca)
	if err != nil {
		w.Fatal(err)
	}
	signer, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		w.Fatal(err)
	}
	mine, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "system:node:" + name, Organization: []string{"system:nodes"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, t, issuer, &mine.PublicKey, signer)
	if err != nil {
		w.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(mine)
	if err != nil {
		w.Fatal(err)
	}
	c := rest.AnonymousClientConfig(w.config())
	c.CertData, c.KeyData = pemOf("CERTIFICATE", der), pemOf("PRIVATE KEY", pkcs8)
	return c
}

func readPEM(w *world, name string) []byte {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, "pki", name))
	if err != nil {
		w.Fatal(err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		w.Fatalf("%s holds no PEM", name)
	}
	return block.Bytes
}

func nodeRestriction(w *world) {
	n1 := w.asNode("n1")
	ask := func(method, path, body string, status int, words ...string) {
		w.Helper()
		kind := "Content-Type: application/json"
		if method == http.MethodPatch {
			kind = "Content-Type: application/merge-patch+json"
		}
		a, err := call(w.Context(), n1, method, w.url(path), body, kind)
		if err != nil {
			w.Fatal(err)
		}
		a.is(w, status, words...)
	}
	node := func(name, labels string) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"Node","metadata":{"name":%q,"labels":{%s}}}`, name, labels)
	}
	ask("POST", "/api/v1/nodes", node("n2", ""), 403, `node \"n1\" is not allowed to modify node \"n2\"`)
	ask("POST", "/api/v1/nodes", node("n1", `"node-restriction.kubernetes.io/zone":"a"`), 403, `is not allowed to set the following labels: node-restriction.kubernetes.io/zone`)
	ask("POST", "/api/v1/nodes", node("n1", `"kubernetes.io/hostname":"n1","topology.kubernetes.io/zone":"z1"`), 201, `"node.kubernetes.io/not-ready"`)
	w.Cleanup(func() { w.k("delete", "node", "n1", "--ignore-not-found") })
	ask("PATCH", "/api/v1/nodes/n1", `{"metadata":{"labels":{"node-role.kubernetes.io/control-plane":""}}}`, 403, "is not allowed to modify labels: node-role.kubernetes.io/control-plane")
	ask("PATCH", "/api/v1/nodes/n1", `{"spec":{"taints":[{"key":"mine","effect":"NoSchedule"}]}}`, 403, `node \"n1\" is not allowed to modify taints`)
	ask("PATCH", "/api/v1/nodes/n1/status", `{"status":{"nodeInfo":{"kubeletVersion":"v1"}}}`, 200)

	w.creates(small("mine", "", "nodeName: n1") + small("other", "", "nodeName: n2"))
	if zone := w.field("pod/mine", `.metadata.labels.topology\.kubernetes\.io/zone`); zone != "z1" {
		w.Errorf("the pod's zone is %q", zone)
	}
	ask("PATCH", "pods/mine/status", `{"status":{"phase":"Running"}}`, 200)
	ask("PATCH", "pods/other/status", `{"status":{"phase":"Running"}}`, 403, `node \"n1\" can only update pod status for pods with spec.nodeName set to itself`)
	ask("PATCH", "pods/mine/status", `{"metadata":{"labels":{"app":"stolen"}}}`, 403, "cannot update labels through pod status")
	ask("POST", "pods", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]}}`, 403, `node \"n1\" can only create mirror pods`)
	ask("DELETE", "pods/other", "", 403, `node \"n1\" can only delete pods with spec.nodeName set to itself`)
	ask("POST", "pods/other/eviction", `{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"other"}}`, 403, "node n1 can only evict pods with spec.nodeName set to itself")

	token := func(pod, uid, audience string) string {
		return fmt.Sprintf(`{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":[%s],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":%q,"uid":%q}}}`, audience, pod, uid)
	}
	uid := w.field("pod/mine", ".metadata.uid")
	ask("POST", "serviceaccounts/default/token", `{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}`, 403, "node requested token not bound to a pod")
	ask("POST", "serviceaccounts/default/token", token("mine", uid, `"vault"`), 403, `audience \"vault\" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience`)
	ask("POST", "serviceaccounts/default/token", token("mine", uid, ""), 201, `"token":`)
	ask("POST", "serviceaccounts/default/token", token("other", w.field("pod/other", ".metadata.uid"), ""), 403, "node requested token bound to a pod scheduled on a different node")

	lease := `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":%q}}`
	ask("POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", fmt.Sprintf(lease, "n2"), 403, "can only access node lease with the same name as the requesting node")
	ask("POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", fmt.Sprintf(lease, "n1"), 201)
	csi := `{"apiVersion":"storage.k8s.io/v1","kind":"CSINode","metadata":{"name":%q},"spec":{"drivers":[]}}`
	ask("POST", "/apis/storage.k8s.io/v1/csinodes", fmt.Sprintf(csi, "n2"), 403, "can only access CSINode with the same name as the requesting node")
	ask("POST", "/apis/storage.k8s.io/v1/csinodes", fmt.Sprintf(csi, "n1"), 201)
	slice := `{"apiVersion":"resource.k8s.io/v1","kind":"ResourceSlice","metadata":{"name":"s"},"spec":{"driver":"d.example.com","nodeName":%q,"pool":{"name":"p","generation":1,"resourceSliceCount":1},"devices":[]}}`
	ask("POST", "/apis/resource.k8s.io/v1/resourceslices", fmt.Sprintf(slice, "n2"), 403, "can only create ResourceSlice with the same NodeName as the requesting node")
	ask("POST", "/apis/resource.k8s.io/v1/resourceslices", fmt.Sprintf(slice, "n1"), 201)
	w.eventually("the slice in the node's reach", func() error {
		a, err := call(w.Context(), n1, "GET", w.url("/apis/resource.k8s.io/v1/resourceslices/s"), "")
		if err == nil && a.status != 200 {
			err = fmt.Errorf("%d: %s", a.status, a.body)
		}
		return err
	})
	ask("DELETE", "/apis/resource.k8s.io/v1/resourceslices/s", "", 200)
}

func storageRules(w *world) {
	class := func(name, fields string) string {
		return fmt.Sprintf("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: %s%s}, provisioner: example.com/x}\n---\n", name, fields)
	}
	w.Cleanup(func() { w.k("delete", "storageclass", "slow", "fast", "--ignore-not-found") })
	w.creates(class("slow", "") + claimOf("early", "1Gi", ""))
	w.creates(class("fast", `, annotations: {storageclass.kubernetes.io/is-default-class: "true"}`))
	w.creates(claimOf("plain", "1Gi", "") + claimOf("none", "1Gi", `, storageClassName: ""`) + claimOf("named", "1Gi", ", storageClassName: slow"))
	if got := w.k("get", "pvc", "-o", `jsonpath={range .items[*]}{.metadata.name}={.spec.storageClassName} {end}`); got != "early=local named=slow none= plain=fast" {
		w.Errorf("the classes are %q", got)
	}
	if got := w.field("pvc/plain", ".metadata.finalizers"); got != `["kubernetes.io/pvc-protection"]` {
		w.Errorf("the claim's finalizers are %s", got)
	}
	// A claim grows only when it is bound and its class allows it.
	grow := []string{"patch", "pvc", "plain", "-p", `{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}`}
	w.creates(fmt.Sprintf("{apiVersion: v1, kind: PersistentVolume, metadata: {name: %s}, spec: {storageClassName: fast, capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: %s}}}", w.ns, w.TempDir()))
	w.Cleanup(func() { w.k("delete", "pv", w.ns) })
	w.phase("pvc/plain", "Bound")
	w.refused([]string{`persistentvolumeclaims "plain" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize`}, grow...)
	w.k("patch", "storageclass", "fast", "-p", `{"allowVolumeExpansion":true}`)
	w.k(grow...)

	// A claim in use stays until the pod is gone; one that nobody uses goes at once.
	w.creates(small("user", "", "nodeName: nowhere, volumes: [{name: v, persistentVolumeClaim: {claimName: plain}}]"))
	w.k("delete", "pvc", "plain", "none", "--wait=false")
	w.eventually("the end of the unused claim", func() error {
		if _, err := w.try("get", "pvc", "none"); err == nil {
			return errStill
		}
		return nil
	})
	if got := w.field("pvc/plain", ".metadata.deletionTimestamp"); got == "" {
		w.Error("the claim in use is not terminating")
	}
	w.k("delete", "pod", "user", "--force")
	w.eventually("the end of the claim", func() error {
		if _, err := w.try("get", "pvc", "plain"); err == nil {
			return errStill
		}
		return nil
	})
}

func runtimeClasses(w *world) {
	w.Cleanup(func() { w.k("delete", "runtimeclass", "sandboxed", "--ignore-not-found") })
	w.creates(`
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandboxed}
handler: runsc
overhead: {podFixed: {cpu: 250m, memory: 64Mi}}
scheduling: {nodeSelector: {sandbox: "yes"}, tolerations: [{key: sandbox, operator: Exists}]}
`)
	w.creates(small("in", "", "runtimeClassName: sandboxed"))
	if got := w.field("pod/in", ".spec.overhead"); got != `{"cpu":"250m","memory":"64Mi"}` {
		w.Errorf("the overhead is %s", got)
	}
	if got := w.field("pod/in", ".spec.nodeSelector") + w.field("pod/in", ".spec.tolerations[*].key"); got != `{"sandbox":"yes"}node.kubernetes.io/not-ready node.kubernetes.io/unreachable sandbox` {
		w.Errorf("the pod may go to %s", got)
	}
	w.creates(small("ghost", "", "runtimeClassName: missing"), `pods "ghost" is forbidden: pod rejected: RuntimeClass "missing" not found`)
	w.creates(small("liar", "", "overhead: {cpu: 1m}"), "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
	w.creates(small("torn", "", "runtimeClassName: sandboxed, nodeSelector: {sandbox: never}"), "conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = never")
}

func priorities(w *world) {
	w.Cleanup(func() { w.k("delete", "priorityclass", "usual", "urgent", "--ignore-not-found") })
	w.k("create", "priorityclass", "usual", "--value=10", "--global-default")
	w.refused([]string{"PriorityClass usual is already marked as default. Only one default can exist"}, "create", "priorityclass", "urgent", "--value=1000", "--global-default")
	w.k("create", "priorityclass", "urgent", "--value=1000", "--preemption-policy=Never")
	w.creates(small("a", "", "") + small("b", "", "priorityClassName: urgent"))
	if got := w.k("get", "pods", "-o", `jsonpath={range .items[*]}{.spec.priorityClassName} {.spec.priority} {.spec.preemptionPolicy};{end}`); got != "usual 10 PreemptLowerPriority;urgent 1000 Never;" {
		w.Errorf("the priorities are %q", got)
	}
	w.creates(small("c", "", "priority: 7"), "the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 10")
	w.creates(small("d", "", "priorityClassName: nobody"), "no PriorityClass with name nobody was found")
}

func ingressClasses(w *world) {
	w.Cleanup(func() { w.k("delete", "ingressclass", "front", "--ignore-not-found") })
	w.creates(`{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: front, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}, spec: {controller: example.com/front}}`)
	w.k("create", "ingress", "plain", "--rule=a.example.com/=svc:80")
	w.creates(`{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: old, annotations: {kubernetes.io/ingress.class: other}}, spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}}`)
	if got := w.field("ingress/plain", ".spec.ingressClassName") + "," + w.field("ingress/old", ".spec.ingressClassName"); got != "front," {
		w.Errorf("the classes are %q", got)
	}
}

func certificateRules(w *world) {
	request := func(name, group string) string {
		w.Helper()
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			w.Fatal(err)
		}
		der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name, Organization: []string{group}}}, key)
		if err != nil {
			w.Fatal(err)
		}
		b, err := json.Marshal(map[string]any{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": map[string]any{"name": name},
			"spec": map[string]any{"request": pemOf("CERTIFICATE REQUEST", der), "signerName": "kubernetes.io/kube-apiserver-client", "usages": []string{"client auth"}}})
		if err != nil {
			w.Fatal(err)
		}
		return string(b)
	}
	w.Cleanup(func() { w.k("delete", "csr", "jane", "--ignore-not-found") })
	w.creates(request("root", "system:masters"), "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed")
	w.creates(request("jane", "dev"))
	// Who may approve in general may not for every signer.
	w.k("create", "clusterrole", "approver", "--verb=get,list,update,patch", "--resource=certificatesigningrequests,certificatesigningrequests/approval")
	w.k("create", "clusterrolebinding", "approver", "--clusterrole=approver", "--user=ann")
	w.Cleanup(func() { w.k("delete", "clusterrole,clusterrolebinding", "approver", "--ignore-not-found") })
	w.eventually("the refusal of another's signer", func() error {
		_, err := w.try("certificate", "approve", "jane", "--as=ann")
		if err == nil {
			return fmt.Errorf("it was approved")
		}
		return want(err.Error(), `user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"`)
	})
	w.k("certificate", "approve", "jane")
}

func namespaceLifecycle(w *world) {
	for _, ns := range []string{"default", "kube-system", "kube-public"} {
		w.refused([]string{fmt.Sprintf("namespaces %q is forbidden: this namespace may not be deleted", ns)}, "delete", "namespace", ns)
	}
	w.refused([]string{`namespaces "nowhere" not found`}, "create", "configmap", "c", "-n", "nowhere")
	ns := w.ns + "-going"
	w.k("create", "namespace", ns)
	w.eventually("the service account", func() error {
		_, err := w.try("get", "serviceaccount", "default", "-n", ns)
		return err
	})
	if _, err := w.tryKubectl(strings.Replace(small("held", "", ""), "metadata: {", "metadata: {finalizers: [example.com/hold], ", 1), "-n", ns, "create", "-f", "-"); err != nil {
		w.Fatal(err)
	}
	w.k("delete", "namespace", ns, "--wait=false")
	w.Cleanup(func() {
		w.k("patch", "pod", "held", "-n", ns, "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
	})
	w.refused([]string{fmt.Sprintf("unable to create new content in namespace %s because it is being terminated", ns)}, "create", "configmap", "c", "-n", ns)
	a := w.call("POST", "/api/v1/namespaces/"+ns+"/pods/held/eviction", `{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"held"}}`)
	a.is(w, 403, `"reason":"NamespaceTerminating"`)
	w.k("label", "pod", "held", "-n", ns, "still=mine") // updates go on
}

func mountableSecrets(w *world) {
	w.creates(`{apiVersion: v1, kind: ServiceAccount, metadata: {name: strict, annotations: {kubernetes.io/enforce-mountable-secrets: "true"}}, secrets: [{name: ok}]}`)
	use := func(name, secret string) string {
		return small(name, "", "serviceAccountName: strict, volumes: [{name: s, secret: {secretName: "+secret+"}}]")
	}
	w.creates(use("a", "ok"))
	w.creates(use("b", "other"), `volume with secret.secretName="other" is not allowed because service account strict does not reference that secret`)
	w.creates(small("c", "", "serviceAccountName: missing"), "error looking up service account "+w.ns+`/missing: serviceaccount "missing" not found`)
}
