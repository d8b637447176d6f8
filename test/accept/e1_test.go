package accept

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// E1: every kind that kube-apiserver 1.36 serves by default, by kubectl.
func TestE1(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"every kind", everyKind}, {"generators", generators}, {"scale", scales}, {"autoscaler", autoscalers},
		{"signing", signing}, {"addresses", addresses}, {"defaults", clusterDefaults}, {"volumes", volumeRules}, {"jobs", jobDeletes},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// everyKind takes one object of every kind through its life, all at once.
func everyKind(w *world) {
	b, err := os.ReadFile(filepath.Join(root, "internal", "apiserver", "testdata", "rows.yaml"))
	if err != nil {
		w.Fatal(err)
	}
	file := filepath.Join(w.TempDir(), "rows.yaml")
	write(w.T, file, strings.ReplaceAll(string(b), "namespace: default", "namespace: "+w.ns))
	kinds := strings.Count(string(b), "\nkind: ")
	w.Cleanup(func() {
		if _, err := w.try("delete", "--ignore-not-found", "--wait=false", "-f", file); err != nil {
			w.Errorf("cleaning up: %v", err)
		}
	})
	if got := strings.Count(w.k("create", "--dry-run=server", "-f", file), "created (server dry run)"); got != kinds {
		w.Errorf("a dry run creates %d of %d", got, kinds)
	}
	if got := strings.Count(w.k("create", "-f", file), " created"); got != kinds {
		w.Errorf("%d of %d were created", got, kinds)
	}
	w.refused([]string{"AlreadyExists"}, "create", "-f", file)
	if got := len(strings.Fields(w.k("get", "-f", file, "-o", "name"))); got != kinds {
		w.Errorf("%d of %d are there", got, kinds)
	}
	shown := w.k("get", "-f", file, "-o", "wide")
	if err := want(shown, "MIN AVAILABLE", "REFERENCE", "SIGNERNAME", "PARENTREF", "POD-SELECTOR", "PROVISIONER", "ATTACHREQUIRED",
		"MATCHINGPRECEDENCE", "NOMINALCONCURRENCYSHARES", "GLOBAL-DEFAULT", "HANDLER", "ADDRESSTYPE", "COMPLETIONS", "VALIDATIONS"); err != nil {
		w.Error(err)
	}
	if got := strings.Count("\n"+w.k("describe", "-f", file), "\nName:"); got != kinds {
		w.Errorf("%d of %d were described", got, kinds)
	}
	w.k("label", "-f", file, "labelled=yes")
	w.k("annotate", "-f", file, "annotated=yes")
	if got := strings.Count(w.k("get", "-f", file, "-o", "jsonpath={range .items[*]}{.metadata.labels.labelled}{.metadata.annotations.annotated}{\"\\n\"}{end}"), "yesyes"); got != kinds {
		w.Errorf("%d of %d were labelled and annotated", got, kinds)
	}
	w.k("delete", "--now", "--wait=false", "-f", file)
}

// generators are kubectl's own ways to make objects.
func generators(w *world) {
	for _, args := range []string{
		"quota q --hard=pods=100", "poddisruptionbudget b --selector=a=b --min-available=1", "priorityclass e1-class --value=10",
		"ingress i --rule=example.org/*=web:80", "job j --image=" + busybox + " -- /bin/true", "cronjob c --image=" + busybox + " --schedule=0_0_1_1_* -- /bin/true",
		"role r --verb=get --resource=pods", "clusterrole e1-role --verb=get --resource=nodes", "rolebinding rb --role=r --user=u",
		"clusterrolebinding e1-binding --clusterrole=view --user=u", "serviceaccount s", "secret generic g --from-literal=a=b",
		"configmap m --from-literal=a=b", "service externalname x --external-name=example.org", "namespace e1-generated",
	} {
		words := strings.Fields(args)
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "0_0_1_1_*", "0 0 1 1 *")
		}
		w.k(append([]string{"create"}, words...)...)
	}
	w.k("delete", "priorityclass/e1-class", "clusterrole/e1-role", "clusterrolebinding/e1-binding", "namespace/e1-generated", "--wait=false")
	w.refused([]string{"unsupported scope"}, "create", "quota", "bad", "--hard=pods=1", "--scopes=Nonsense")
}

// scales are the kinds with a scale subresource.
func scales(w *world) {
	const template = `selector: {matchLabels: {a: scales}}, template: {metadata: {labels: {a: scales}}, spec: {containers: [{name: c, image: busybox}]}}`
	w.apply(`
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: set}, spec: {replicas: 0, serviceName: set, ` + template + `}}
---
{apiVersion: v1, kind: ReplicationController, metadata: {name: rc}, spec: {replicas: 0, selector: {a: scales}, template: {metadata: {labels: {a: scales}}, spec: {containers: [{name: c, image: busybox}]}}}}
`)
	for object, selector := range map[string]string{"statefulsets.apps/set": "a=scales", "replicationcontrollers/rc": "a=scales"} {
		w.k("scale", object, "--replicas=2", "--current-replicas=0")
		if got := w.field(object, ".spec.replicas"); got != "2" {
			w.Errorf("%s has %s replicas", object, got)
		}
		kind, name, _ := strings.Cut(object, "/")
		path := "/api/v1/namespaces/" + w.ns + "/" + kind + "/" + name + "/scale"
		if k, ok := strings.CutSuffix(kind, ".apps"); ok {
			path = "/apis/apps/v1/namespaces/" + w.ns + "/" + k + "/" + name + "/scale"
		}
		w.call("GET", path, "").is(w, 200, `"kind":"Scale"`, `"replicas":2`, `"selector":"`+selector+`"`)
		w.k("delete", object, "--wait=false")
	}
}

// autoscalers are served in two versions of one record.
func autoscalers(w *world) {
	w.k("create", "deployment", "auto", "--image="+busybox, "--replicas=0")
	w.k("autoscale", "deployment", "auto", "--min=1", "--max=3", "--cpu=50%")
	base := "/apis/autoscaling/%s/namespaces/" + w.ns + "/horizontalpodautoscalers/auto"
	w.call("GET", fmt.Sprintf(base, "v1"), "").is(w, 200, `"autoscaling/v1"`, `"targetCPUUtilizationPercentage":50`)
	w.call("GET", fmt.Sprintf(base, "v2"), "").is(w, 200, `"autoscaling/v2"`, `"averageUtilization":50`)
	w.call("PATCH", fmt.Sprintf(base, "v1"), `{"spec":{"targetCPUUtilizationPercentage":70}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	w.call("GET", fmt.Sprintf(base, "v2"), "").is(w, 200, `"averageUtilization":70`)
	w.k("delete", "hpa/auto", "deployment/auto", "--wait=false")
}

// signing is the life of a certificate signing request: what kubectl certificate writes.
func signing(w *world) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		w.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "e1"}}, key)
	if err != nil {
		w.Fatal(err)
	}
	request := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
	for _, name := range []string{"e1-yes", "e1-no"} {
		w.apply(`{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: ` + name + `}, spec: {signerName: example.org/e1, usages: [client auth], request: ` + request + `}}`)
	}
	w.Cleanup(func() { w.k("delete", "csr", "e1-yes", "e1-no") })
	w.k("certificate", "approve", "e1-yes")
	w.k("certificate", "deny", "e1-no")
	if err := want(w.k("get", "csr", "e1-yes"), "Approved", "kubernetes-admin"); err != nil {
		w.Error(err)
	}
	if got := w.field("csr/e1-no", ".status.conditions[*].type"); got != "Denied" {
		w.Errorf("denied: %s", got)
	}
	status := "/apis/certificates.k8s.io/v1/certificatesigningrequests/e1-yes/status"
	w.call("PATCH", status, `{"status":{"certificate":"bm90aGluZw=="}}`, "Content-Type: application/merge-patch+json").is(w, 422, "status.certificate")
	if got := w.k("get", "csr", "--field-selector=spec.signerName=example.org/e1", "-o", "name"); len(strings.Fields(got)) != 2 {
		w.Errorf("selected by signer: %s", got)
	}
}

// addresses of Services are objects, and belong to their Service.
func addresses(w *world) {
	w.k("create", "service", "clusterip", "held", "--tcp=80")
	ip := w.field("service/held", ".spec.clusterIP")
	if err := want(w.k("get", "ipaddress", ip), "services/"+w.ns+"/held"); err != nil {
		w.Error(err)
	}
	if got := w.field("ipaddress/"+ip, ".metadata.labels.ipaddress\\.kubernetes\\.io/managed-by"); got != "ipallocator.k8s.io" {
		w.Errorf("the address is managed by %q", got)
	}
	w.refused([]string{"still holds this address"}, "delete", "ipaddress", ip)
	w.k("delete", "service", "held")
	w.refused([]string{"NotFound"}, "get", "ipaddress", ip)
	if got := w.field("servicecidr/kubernetes", ".status.conditions[?(@.type==\"Ready\")].status"); got != "True" {
		w.Errorf("the default range is ready: %q", got)
	}
}

// clusterDefaults are the objects that every cluster has from its start.
func clusterDefaults(w *world) {
	if err := want(w.k("get", "flowschemas"), "exempt", "catch-all", "service-accounts", "system-nodes", "probes"); err != nil {
		w.Error(err)
	}
	if err := want(w.k("get", "prioritylevelconfigurations"), "exempt", "catch-all", "workload-low", "system", "leader-election"); err != nil {
		w.Error(err)
	}
	w.refused([]string{"this is a system priority class and cannot be deleted"}, "delete", "priorityclass", "system-node-critical")
	if err := want(w.k("get", "componentstatuses"), "controller-manager", "scheduler", "etcd-0", "Healthy"); err != nil {
		w.Error(err)
	}
	if got := w.call("GET", "/api/v1/componentstatuses", "").header["Warning"]; len(got) != 1 || want(got[0], "v1 ComponentStatus is deprecated in v1.19+") != nil {
		w.Errorf("warnings of a deprecated kind: %q", got)
	}
	w.refused([]string{"NotFound"}, "get", "componentstatus", "nonsense")
}

// volumeRules are upstream's about claims, volumes and classes.
func volumeRules(w *world) {
	w.apply(`
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: claim}, spec: {storageClassName: "", accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
`)
	w.refused([]string{"spec is immutable after creation"}, "patch", "pvc", "claim", "--type=merge", "-p", `{"spec":{"accessModes":["ReadOnlyMany"]}}`)
	w.refused([]string{"spec.capacity"}, "create", "-f", w.file("bad.yaml", `{apiVersion: v1, kind: PersistentVolume, metadata: {name: e1-bad}, spec: {accessModes: [ReadWriteOnce], hostPath: {path: /x}}}`))
	if got := w.field("pvc/claim", ".status.phase"); got != "Pending" {
		w.Errorf("the claim is %s", got)
	}
	w.k("delete", "pvc", "claim", "--wait=false")
}

// jobDeletes keep their pods unless told otherwise, and say so.
func jobDeletes(w *world) {
	w.k("create", "job", "gone", "--image="+busybox, "--", "/bin/true")
	path := "/apis/batch/v1/namespaces/" + w.ns + "/jobs/gone"
	a := w.call("DELETE", path, "")
	a.is(w, 200)
	if err := want(strings.Join(a.header["Warning"], " "), "child pods are preserved by default"); err != nil {
		w.Error(err)
	}
}
