package admit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
)

func secured(labels string) string {
	return strings.Replace(here, "{name: ns}", "{name: ns, labels: {"+labels+"}}", 1)
}

func TestPodSecurity(t *testing.T) {
	const level = "pod-security.kubernetes.io/"
	ns := func(labels string) string {
		return "{apiVersion: v1, kind: Namespace, metadata: {name: ns, labels: {" + labels + "}}}"
	}
	privileged := podIs("containers: [{name: c, image: i, securityContext: {privileged: true}}]")
	deployment := "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {containers: [{name: c, image: i, securityContext: {privileged: true}}]}}}}"
	for name, x := range map[string]struct {
		labels string
		trial
		want, warned string
	}{
		"no labels":            {"", trial{op: admission.Create, obj: privileged}, "", ""},
		"other labels":         {"a: b", trial{op: admission.Create, obj: privileged}, "", ""},
		"enforced":             {level + "enforce: baseline", trial{op: admission.Create, obj: privileged}, `pods "p" is forbidden: violates PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)`, ""},
		"version":              {level + "enforce: baseline, " + level + "enforce-version: v1.20", trial{op: admission.Create, obj: privileged}, `violates PodSecurity "baseline:v1.20"`, ""},
		"warned":               {level + "warn: baseline", trial{op: admission.Create, obj: privileged}, "", `would violate PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)`},
		"audited":              {level + "audit: baseline", trial{op: admission.Create, obj: privileged}, "", ""},
		"harmless":             {level + "enforce: baseline", trial{op: admission.Create, obj: podIs(one)}, "", ""},
		"restricted":           {level + "enforce: restricted", trial{op: admission.Create, obj: podIs(one)}, `violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false`, ""},
		"unknown level":        {level + "enforce: bogus", trial{op: admission.Create, obj: podIs(one)}, `violates PodSecurity "restricted:latest"`, ""},
		"update of labels":     {level + "enforce: baseline", trial{op: admission.Update, obj: privileged, old: privileged}, "", ""},
		"new image":            {level + "enforce: baseline", trial{op: admission.Update, obj: strings.Replace(privileged, "image: i", "image: j", 1), old: privileged}, `violates PodSecurity "baseline:latest"`, ""},
		"ephemeral":            {level + "enforce: baseline", trial{op: admission.Update, sub: "ephemeralcontainers", obj: podIs(one + ", serviceAccountName: default, ephemeralContainers: [{name: e, image: i, securityContext: {privileged: true}}]"), old: podIs(one)}, `privileged (container "e" must not set securityContext.privileged=true)`, ""},
		"status":               {level + "enforce: baseline", trial{op: admission.Update, sub: "status", obj: privileged, old: privileged}, "", ""},
		"template":             {level + "enforce: baseline", trial{op: admission.Create, obj: deployment}, "", `would violate PodSecurity "baseline:latest"`},
		"template, warned":     {level + "warn: baseline", trial{op: admission.Create, obj: deployment}, "", `would violate PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)`},
		"namespace":            {"", trial{op: admission.Create, obj: ns(level + "enforce: bogus")}, "must be one of privileged, baseline, restricted", ""},
		"namespace, version":   {"", trial{op: admission.Create, obj: ns(level + "enforce: baseline, " + level + "enforce-version: x")}, "must be \"latest\" or \"v1.x\"", ""},
		"namespace, fine":      {"", trial{op: admission.Create, obj: ns(level + "enforce: baseline")}, "", ""},
		"namespace tightened":  {"", trial{op: admission.Update, obj: ns(level + "enforce: baseline"), old: ns("")}, "", `existing pods in namespace "ns" violate the new PodSecurity enforce level "baseline:latest"`},
		"namespace loosened":   {"", trial{op: admission.Update, obj: ns(""), old: ns(level + "enforce: baseline")}, "", ""},
		"namespace, old fault": {"", trial{op: admission.Update, obj: ns("a: b, " + level + "enforce: bogus"), old: ns(level + "enforce: bogus")}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, said, err := x.run(t, newCluster(t, secured(x.labels)+"\n---\n"+privileged))
			verdict(t, err, x.want)
			if got := strings.Join(said, "\n"); x.warned == "" && got != "" || !strings.Contains(got, x.warned) {
				t.Errorf("warned %q, want %q", got, x.warned)
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	request := func(cn, org string) string {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: cn, Organization: []string{org}}}, key)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
	}
	csr := func(signer, request, status string) string {
		return "{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: c}, spec: {signerName: " + signer + ", request: " + request + "}, status: {" + status + "}}"
	}
	const client, mine = "kubernetes.io/kube-apiserver-client", "example.com/mine"
	const kubelet, serving = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
	issued, changed := "certificate: YQ==", "certificate: Yg=="
	for name, x := range map[string]struct {
		trial
		may, want string
	}{
		"plain":                {trial{op: admission.Create, obj: csr(client, request("jane", "dev"), "")}, "", ""},
		"masters":              {trial{op: admission.Create, obj: csr(client, request("root", user.SystemPrivilegedGroup), "")}, "", "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed"},
		"masters of another":   {trial{op: admission.Create, obj: csr(mine, request("root", user.SystemPrivilegedGroup), "")}, "", ""},
		"approve":              {trial{op: admission.Update, sub: "approval", obj: csr(mine, "", ""), old: csr(mine, "", "")}, "", `user not permitted to approve requests with signerName "example.com/mine"`},
		"approve by name":      {trial{op: admission.Update, sub: "approval", obj: csr(mine, "", ""), old: csr(mine, "", "")}, "somebody approve signers.certificates.k8s.io /example.com/mine", ""},
		"approve by domain":    {trial{op: admission.Update, sub: "approval", obj: csr(mine, "", ""), old: csr(mine, "", "")}, "somebody approve signers.certificates.k8s.io /example.com/*", ""},
		"approve as another":   {trial{op: admission.Update, sub: "approval", obj: csr(mine, "", ""), old: csr(client, "", "")}, "somebody approve signers.certificates.k8s.io /example.com/*", `user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"`},
		"sign":                 {trial{op: admission.Update, sub: "status", obj: csr(mine, "", issued), old: csr(mine, "", "")}, "", `user not permitted to sign requests with signerName "example.com/mine"`},
		"sign by name":         {trial{op: admission.Update, sub: "status", obj: csr(mine, "", issued), old: csr(mine, "", "")}, "somebody sign signers.certificates.k8s.io /example.com/mine", ""},
		"sign anew":            {trial{op: admission.Update, sub: "status", obj: csr(mine, "", changed), old: csr(mine, "", issued)}, "", "user not permitted to sign"},
		"fail":                 {trial{op: admission.Update, sub: "status", obj: csr(mine, "", `conditions: [{type: Failed, status: "True"}]`), old: csr(mine, "", "")}, "", "user not permitted to sign"},
		"nothing signed":       {trial{op: admission.Update, sub: "status", obj: csr(mine, "", issued), old: csr(mine, "", issued)}, "", ""},
		"a node's own":         {trial{op: admission.Create, obj: csr(kubelet, request("system:node:n1", "system:nodes"), ""), who: asNode("n1")}, "", ""},
		"a node's, serving":    {trial{op: admission.Create, obj: csr(serving, request("system:node:n2", "system:nodes"), ""), who: asNode("n1")}, "", "can only create a node CSR with CN=system:node:n1"},
		"a node's, other kind": {trial{op: admission.Create, obj: csr(mine, request("anything", ""), ""), who: asNode("n1")}, "", ""},
		"a node's, broken":     {trial{op: admission.Create, obj: csr(kubelet, "YQ==", ""), who: asNode("n1")}, "", "unable to parse csr: PEM block type must be CERTIFICATE REQUEST"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, here)
			c.may[x.may] = true
			_, _, err := x.run(t, c)
			verdict(t, err, x.want)
		})
	}
}
