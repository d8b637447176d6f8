package nodeapi

import (
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/client"
)

// lookAround prints what a container with many settings finds.
const lookAround = `
restartPolicy: Never
terminationGracePeriodSeconds: 1
hostname: custom
subdomain: sub
hostAliases: [{ip: 1.2.3.4, hostnames: [alias]}]
securityContext: {fsGroup: 4242, runAsUser: 1000, runAsGroup: 1001, supplementalGroups: [77], sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "80"}]}
containers:
- name: c
  image: busybox:test
  command:
  - sh
  - -c
  - |
    id
    echo caps $(grep CapEff /proc/self/status)
    touch /nope 2>&1
    echo disk > /disk/f && ls -ln /disk | tail -1
    df /memory | tail -1
    cat /secret/password; echo
    cat /info/labels; echo
    cat /info/memory; echo
    cat /one-key; echo
    ls /host
    cat /disk-sub/inner; echo
    hostname
    cat /etc/hosts
    cat /proc/sys/net/ipv4/ip_unprivileged_port_start
    echo "$FROM_CM $EXPANDED $POD_IP"
    head -c 8 /var/run/secrets/kubernetes.io/serviceaccount/token; echo
    cat /var/run/secrets/kubernetes.io/serviceaccount/namespace; echo
  env:
  - {name: FROM_CM, valueFrom: {configMapKeyRef: {name: conf, key: key}}}
  - {name: EXPANDED, value: "<$(FROM_CM)>"}
  - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
  resources: {limits: {memory: 32Mi}}
  securityContext: {readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}, allowPrivilegeEscalation: false}
  volumeMounts:
  - {name: disk, mountPath: /disk}
  - {name: disk, mountPath: /disk-sub, subPath: a/b}
  - {name: memory, mountPath: /memory}
  - {name: secret, mountPath: /secret}
  - {name: info, mountPath: /info}
  - {name: conf, mountPath: /one-key, subPath: key}
  - {name: host, mountPath: /host, readOnly: true}
initContainers:
- {name: prepare, image: "busybox:test", command: [sh, -c, "mkdir -p /disk/a/b && echo inside > /disk/a/b/inner"], volumeMounts: [{name: disk, mountPath: /disk}]}
volumes:
- {name: disk, emptyDir: {}}
- {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
- {name: secret, secret: {secretName: secret}}
- {name: conf, configMap: {name: conf}}
- {name: info, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: memory, resourceFieldRef: {containerName: c, resource: limits.memory}}]}}
- {name: host, hostPath: {path: HOST, type: Directory}}
`

func (n *node) settings(t *testing.T) {
	host := t.TempDir()
	if err := os.WriteFile(host+"/seen", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(host, 0o755); err != nil {
		t.Fatal(err)
	}
	n.create("Secret", "default", &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "secret", Namespace: "default"}, Data: map[string][]byte{"password": []byte("hunter2")}})
	n.pod("look", strings.ReplaceAll(lookAround, "HOST", host))
	p := n.until("look", "succeeded", func(p *corev1.Pod) bool { return p != nil && p.Status.Phase == corev1.PodSucceeded })
	// Columns are padded differently from one busybox to the next.
	log := regexp.MustCompile(` +`).ReplaceAllString(n.get(t, "/containerLogs/default/look/c"), " ")
	for _, want := range []string{
		"uid=1000(user) gid=1001 groups=77,4242", "caps CapEff: 0000000000000000", "touch: /nope: Read-only file system", " 1000 4242 ",
		"gantry-memory 1024 ", "hunter2\n", `app="look"`, "33554432\n", "value\n", "seen\n", "inside\n", "custom\n", "custom.sub.default.svc.cluster.local\tcustom",
		"1.2.3.4\talias", "80\n", "value <value> " + p.Status.PodIP, "token of\n", "default\n",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in\n%s", want, log)
		}
	}
	user := p.Status.ContainerStatuses[0].User
	if user == nil || user.Linux.UID != 1000 || user.Linux.GID != 1001 {
		t.Errorf("user in the status: %+v", user)
	}
}

func (n *node) memoryLimit(t *testing.T) {
	n.pod("oom", `{restartPolicy: Never, containers: [{name: c, image: "busybox:test", command: [sh, -c, "tail /dev/zero"], resources: {limits: {memory: 16Mi}}}]}`)
	p := n.until("oom", "failed", func(p *corev1.Pod) bool { return p != nil && p.Status.Phase == corev1.PodFailed })
	if end := p.Status.ContainerStatuses[0].State.Terminated; end.Reason != "OOMKilled" {
		t.Errorf("end: %+v", end)
	}
}

func (n *node) hostNetwork(t *testing.T) {
	n.pod("hostnet", `{hostNetwork: true, terminationGracePeriodSeconds: 1, containers: [{name: c, image: "busybox:test", command: [sh, -c, "trap exit TERM; httpd -f -p 8099 -h /etc & wait"], readinessProbe: {tcpSocket: {port: 8099}, periodSeconds: 1}}]}`)
	p := n.until("hostnet", "ready", ready)
	if p.Status.PodIP != n.addr.String() {
		t.Errorf("address: %s", p.Status.PodIP)
	}
	res, err := (&http.Client{Timeout: 5 * time.Second}).Get("http://127.0.0.1:8099/passwd")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	n.delete(t, "hostnet")
}

func (n *node) hostPort(t *testing.T) {
	n.pod("hostport", `{terminationGracePeriodSeconds: 1, containers: [{name: c, image: "busybox:test", command: [sh, -c, "trap exit TERM; httpd -f -p 8080 -h /etc & wait"], ports: [{containerPort: 8080, hostPort: 8098}], readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}}]}`)
	n.until("hostport", "ready", ready)
	res, err := (&http.Client{Timeout: 5 * time.Second}).Get("http://" + net.JoinHostPort(n.addr.String(), "8098") + "/passwd")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	n.delete(t, "hostport")
}

func (n *node) badPods(t *testing.T) {
	n.pod("bad", `{containers: [{name: c, image: "busybox:test", command: [/does/not/exist]}]}`)
	waits := func(reason string) func(*corev1.Pod) bool {
		return func(p *corev1.Pod) bool {
			return p != nil && len(p.Status.ContainerStatuses) > 0 && p.Status.ContainerStatuses[0].State.Waiting != nil && p.Status.ContainerStatuses[0].State.Waiting.Reason == reason
		}
	}
	p := n.until("bad", "refused", waits("RunContainerError"))
	if msg := p.Status.ContainerStatuses[0].State.Waiting.Message; !strings.Contains(msg, "/does/not/exist") {
		t.Errorf("message: %s", msg)
	}
	n.pod("root", `{containers: [{name: c, image: "busybox:test", command: [sleep, "9"], securityContext: {runAsNonRoot: true}}]}`)
	n.until("root", "refused", waits("CreateContainerConfigError"))
	for _, name := range []string{"bad", "root", "look", "oom"} {
		n.delete(t, name)
	}
}

// delete deletes a pod and waits until it is gone, from the node too: the last delete is the agent's, after all the rest.
// That holds for pods with a grace period only.
func (n *node) delete(t *testing.T, name string) {
	t.Helper()
	if r := n.client.Apply(t.Context(), []client.Write{{Verb: client.Delete, Key: podKey(name)}})[0]; r.Err != nil {
		t.Fatal(r.Err)
	}
	n.until(name, "gone", func(p *corev1.Pod) bool { return p == nil })
}
