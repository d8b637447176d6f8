package accept

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

const admissionConfig = `
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodNodeSelector
  path: selectors.yaml
- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults: {enforce: baseline}
    exemptions: {namespaces: [exempt]}
- name: EventRateLimit
  configuration:
    apiVersion: eventratelimit.admission.k8s.io/v1alpha1
    kind: Configuration
    limits: [{type: Namespace, qps: 1, burst: 1}]
- name: ImagePolicyWebhook
  path: images.yaml
`

// E17: admission plugins are turned on, off and told things as kube-apiserver's are; what is unknown is refused by name.
func TestE17(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16517")
	dir := t.TempDir()
	file := filepath.Join(dir, "admission.yaml")
	for _, c := range []struct{ want, config, flag string }{
		{`enable-admission-plugins plugin "Ghost" is unknown`, "", "--enable-admission-plugins=Ghost"},
		{"overlapped", "", "--enable-admission-plugins=Priority,LimitRanger --disable-admission-plugins=Priority"},
		{"no config specified", "", "--enable-admission-plugins=ImagePolicyWebhook"},
		{"limits: must not be empty", "", "--enable-admission-plugins=EventRateLimit"},
		{`there is no admission plugin "Ghost"`, strings.Replace(admissionConfig, "PodSecurity", "Ghost", 1), "--admission-control-config-file=" + file},
		{"Priority takes no configuration", strings.Replace(admissionConfig, "PodSecurity", "Priority", 1), "--admission-control-config-file=" + file},
		{"no such file", "", "--admission-control-config-file=" + filepath.Join(dir, "none.yaml")},
	} {
		if c.config != "" {
			write(t, file, c.config)
		}
		if out, err := in.gantry(append([]string{"server", "--listen", in.listen}, strings.Fields(c.flag)...)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Fatalf("%s: %s %v, want %s", c.flag, out, err, c.want)
		}
	}

	images := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var review map[string]any
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		b, err := json.Marshal(review["spec"])
		bad := err != nil || strings.Contains(string(b), `"image":"evil"`)
		review["status"] = map[string]any{"allowed": !bad, "reason": "evil images stay out"}
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(review) // the API server hears of it
	}))
	t.Cleanup(images.Close)
	write(t, file, admissionConfig)
	write(t, filepath.Join(dir, "selectors.yaml"), "podNodeSelectorPluginConfig:\n  clusterDefaultNodeSelector: disk=ssd\n")
	write(t, filepath.Join(dir, "images.yaml"), "imagePolicy: {kubeConfigFile: "+filepath.Join(dir, "kubeconfig")+", allowTTL: 50, denyTTL: 50, retryBackoff: 500}\n")
	write(t, filepath.Join(dir, "kubeconfig"), `
apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: "`+images.URL+`", insecure-skip-tls-verify: true}}]
contexts: [{name: a, context: {cluster: a}}]
current-context: a
`)
	in.start(t, "server", "--listen", in.listen, "--admission-control-config-file", file, "--default-not-ready-toleration-seconds=7", "--disable-admission-plugins=StorageObjectInUseProtection",
		"--enable-admission-plugins=AlwaysPullImages,PodNodeSelector,EventRateLimit,ImagePolicyWebhook,NamespaceAutoProvision,DenyServiceExternalIPs")
	w := &world{t, in, "strict"}
	w.k("create", "configmap", "a") // and with it its namespace
	w.k("get", "namespace", "strict")
	w.eventually("the default service account", func() error { _, err := w.try("get", "serviceaccount", "default"); return err })
	w.k("run", "p", "--image=good", "--image-pull-policy=Never", "--restart=Never")
	if got := w.k("get", "pod", "p", "-o", `jsonpath={.spec.containers[0].imagePullPolicy} {.spec.nodeSelector} {.spec.tolerations[*].tolerationSeconds}`); got != `Always {"disk":"ssd"} 7 300` {
		t.Errorf("the pod has %s", got)
	}
	w.refused([]string{"image policy webhook backend denied one or more images: evil images stay out"}, "run", "q", "--image=evil", "--restart=Never")
	w.refused([]string{"violates PodSecurity", "privileged"}, "run", "q", "--image=good", "--privileged", "--restart=Never")
	exempt := &world{t, in, "exempt"}
	exempt.k("create", "configmap", "a")
	exempt.eventually("the default service account", func() error { _, err := exempt.try("get", "serviceaccount", "default"); return err })
	exempt.k("run", "q", "--image=good", "--privileged", "--restart=Never")
	w.k("create", "service", "clusterip", "s", "--tcp=80")
	w.refused([]string{"Use of external IPs is denied by admission control"}, "patch", "service", "s", "--type=merge", "--patch", `{"spec":{"externalIPs":["1.2.3.4"]}}`)
}
