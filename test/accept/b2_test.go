package accept

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// B2: unmodified kubectl. Gantry's own, which is upstream's as a library, does everything; binaries of two other
// versions do a shorter round with the kubeconfig that was written. Streams go over WebSocket and over SPDY.
func TestB2(t *testing.T) {
	w := newWorld(t)
	t.Run("gantry kubectl", func(t *testing.T) {
		w := w.sub(t)
		w.apply(webManifest)
		w.k("rollout", "status", "deployment/web", "--timeout=60s")
		for _, v := range append(everyKubectl, []verb{
			{"create and delete", verbCreate}, {"edit and patch", verbPatch}, {"events", verbEvents}, {"exec with a terminal", verbTerminal},
		}...) {
			t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
		}
		streams(t, w)
	})
	for _, version := range []string{"1.34", "1.35"} {
		t.Run("kubectl "+strings.ReplaceAll(version, ".", "-"), func(t *testing.T) {
			path := filepath.Join(root, "bin", "kubectl-"+version)
			if _, err := os.Stat(path); err != nil {
				t.Skip("not built, see `make peers`: ", err)
			}
			in := *w.instance
			in.kubectl = []string{path, "--kubeconfig", filepath.Join(in.dir, "kubeconfig")}
			w := worldIn(t, &in)
			w.apply(webManifest)
			w.k("rollout", "status", "deployment/web", "--timeout=60s")
			for _, v := range everyKubectl {
				t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
			}
			streams(t, w)
		})
	}
}

// verb is a verb of kubectl, or a few, with what they are to do.
type verb struct {
	name string
	test func(*world)
}

// everyKubectl is what each version goes through, in an order in which they leave the demo to the next as it was.
var everyKubectl = []verb{
	{"get", verbGet}, {"describe", verbDescribe}, {"apply", verbApply}, {"diff", verbDiff}, {"explain", verbExplain},
	{"logs", verbLogs}, {"rollout", verbRollout}, {"auth", verbAuth}, {"drain", verbDrain},
}

// expect runs kubectl and wants words in what it prints.
func (w *world) expect(words []string, args ...string) {
	w.Helper()
	if err := want(w.k(args...), words...); err != nil {
		w.Errorf("kubectl %s: %v", strings.Join(args, " "), err)
	}
}

func verbGet(w *world) {
	w.expect([]string{"NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "web", "2/2"}, "get", "deployment")
	w.expect([]string{"CONTAINERS", "IMAGES", "SELECTOR", "web:1", "app=web"}, "get", "deployment", "web", "-o", "wide")
	w.expect([]string{"apiVersion: apps/v1", "kind: Deployment", "readyReplicas: 2"}, "get", "deployment", "web", "-o", "yaml")
	w.expect([]string{`"kind": "List"`, `"kind": "Service"`, `"kind": "Deployment"`}, "get", "deployment,service", "-o", "json")
	w.expect([]string{"deployment.apps/web"}, "get", "deploy", "-o", "name")
	w.expect([]string{"N", "web", "2"}, "get", "deploy", "-o", "custom-columns=N:.metadata.name,R:.spec.replicas")
	w.expect([]string{"web-", "app=web"}, "get", "pods", "-l", "app in (web)", "--show-labels", "--sort-by=.metadata.name")
	w.expect([]string{"client"}, "get", "pods", "--field-selector=metadata.name=client,status.phase=Running", "-o", "name")
	w.expect([]string{"pod/web-", "service/web", "deployment.apps/web", "replicaset.apps/web-"}, "get", "all")
	w.expect([]string{w.ns, "kube-system"}, "get", "namespaces")
	w.expect([]string{"web"}, "get", "--raw", "/apis/apps/v1/namespaces/"+w.ns+"/deployments/web")
	w.refused([]string{"NotFound", `deployments.apps "none" not found`}, "get", "deployment", "none")
	w.refused([]string{"the server doesn't have a resource type"}, "get", "nonsense")

	c := w.background("get", "configmaps", "-w", "--no-headers", "-o", "name")
	w.k("create", "configmap", "watched")
	c.says("configmap/watched")
	w.k("delete", "configmap", "watched")
}

func verbDescribe(w *world) {
	w.expect([]string{"Replicas:", "2 desired | 2 updated | 2 total | 2 available", "ScalingReplicaSet"}, "describe", "deployment", "web")
	w.expect([]string{"Endpoints:", ":8080", "NodePort:"}, "describe", "service", "web")
	w.expect([]string{"Container ID:", "gantry://", "Restart Count:", "Events:", "Started"}, "describe", "pod", "client")
	node := w.field("nodes", ".items[0].metadata.name")
	w.expect([]string{"Capacity:", "Allocated resources:", "Non-terminated Pods:", "client"}, "describe", "node", node)
	w.expect([]string{"Status:       Active"}, "describe", "namespace", w.ns)
	w.expect([]string{"kube-root-ca.crt", "BEGIN CERTIFICATE"}, "describe", "configmap", "kube-root-ca.crt")
}

func verbCreate(w *world) {
	w.k("create", "configmap", "made", "--from-literal=a=1")
	w.k("create", "secret", "generic", "made", "--from-literal=password=x")
	w.k("create", "serviceaccount", "made")
	w.k("create", "role", "made", "--verb=get", "--resource=pods")
	w.k("create", "rolebinding", "made", "--role=made", "--serviceaccount="+w.ns+":made")
	w.k("create", "service", "clusterip", "made", "--tcp=80:8080")
	w.k("create", "deployment", "made", "--image=web:1", "--replicas=0")
	w.k("create", "poddisruptionbudget", "made", "--selector=app=made", "--min-available=1")
	w.expect([]string{"."}, "create", "token", "made")
	w.refused([]string{"already exists"}, "create", "configmap", "made")
	w.refused([]string{"unknown field", "spec.replicaz"}, "create", "-f", w.file("bad.yaml", strings.Replace(webManifest, "replicas:", "replicaz:", 1)))
	w.expect([]string{"created (server dry run)"}, "create", "configmap", "dry", "--dry-run=server")
	w.refused([]string{"NotFound"}, "get", "configmap", "dry")
	const kinds = "configmap/made,secret/made,serviceaccount/made,role/made,rolebinding/made,service/made,deployment/made,poddisruptionbudget/made"
	all := strings.Split(kinds, ",")
	w.k(append([]string{"delete", "--timeout=60s"}, all...)...)
	w.k(append([]string{"wait", "--for=delete", "--timeout=60s"}, all...)...)
	w.k("run", "runner", "--image="+busybox, "--restart=Never", "--", "/bin/busybox", "sleep", "1000")
	w.k("delete", "pod", "runner", "--now", "--timeout=60s")
}

func verbApply(w *world) {
	const cm = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {%s}\n"
	for i, c := range []struct{ data, says string }{
		{"a: '1', b: '2'", "created"}, {"a: '1', b: '2'", "unchanged"}, {"a: '3'", "configured"},
	} {
		w.expect([]string{"configmap/applied " + c.says}, "apply", "-f", w.file(fmt.Sprintf("cm%d.yaml", i), fmt.Sprintf(cm, c.data)))
	}
	if got := w.field("configmap/applied", ".data"); got != `{"a":"3"}` {
		w.Errorf("client-side apply left %s", got)
	}
	server := func(manager, data string, more ...string) []string {
		return append([]string{"apply", "--server-side", "--field-manager=" + manager, "-f", w.file(manager+".yaml", fmt.Sprintf(strings.Replace(cm, "applied", "server", 1), data))}, more...)
	}
	w.expect([]string{"serverside-applied"}, server("ann", "a: '1', b: '1'")...)
	w.expect([]string{"serverside-applied"}, server("bob", "c: '2'")...)
	w.refused([]string{"conflict", `"ann"`, ".data.a"}, server("bob", "a: '9', c: '2'")...)
	w.expect([]string{"serverside-applied"}, server("bob", "a: '9', c: '2'", "--force-conflicts")...)
	w.expect([]string{"serverside-applied"}, server("ann", "b: '5'")...)
	if got := w.field("configmap/server", ".data"); got != `{"a":"9","b":"5","c":"2"}` {
		w.Errorf("server-side apply left %s", got)
	}
	w.expect([]string{"ann", "bob"}, "get", "configmap", "server", "--show-managed-fields", "-o", "jsonpath={.metadata.managedFields[*].manager}")
	w.k("delete", "configmap", "applied", "server")
}

func verbPatch(w *world) {
	w.k("create", "configmap", "patched", "--from-literal=a=1", "--from-literal=b=2")
	w.k("patch", "configmap", "patched", "--type=merge", "-p", `{"data":{"b":null,"c":"3"}}`)
	w.k("patch", "configmap", "patched", "--type=json", "-p", `[{"op":"test","path":"/data/a","value":"1"},{"op":"replace","path":"/data/a","value":"4"}]`)
	w.k("patch", "deployment", "web", "-p", `{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"GREETING","value":"hello"}]}]}}}}`)
	if got := w.field("deployment/web", ".spec.template.spec.containers[0]['image','env']"); got != `web:1 [{"name":"GREETING","value":"hello"}]` {
		w.Errorf("a strategic patch left %s", got)
	}
	w.k("patch", "deployment", "web", "--subresource=scale", "--type=merge", "-p", `{"spec":{"replicas":2}}`)
	editor := w.file("editor", "#!/bin/sh\nexec sed -i 's/c: \"3\"/c: edited/' \"$1\"\n")
	if err := os.Chmod(editor, 0o700); err != nil {
		w.Fatal(err)
	}
	w.Setenv("KUBE_EDITOR", editor)
	w.expect([]string{"edited"}, "edit", "configmap", "patched")
	if got := w.field("configmap/patched", ".data"); got != `{"a":"4","c":"edited"}` {
		w.Errorf("patches and an edit left %s", got)
	}
	w.k("label", "configmap", "patched", "tier=one")
	w.refused([]string{"already has a value"}, "label", "configmap", "patched", "tier=two")
	w.k("label", "configmap", "patched", "tier=two", "--overwrite")
	w.k("annotate", "configmap", "patched", "note=some words")
	if got := w.field("configmap/patched", ".metadata['labels','annotations']"); got != `{"tier":"two"} {"note":"some words"}` {
		w.Errorf("labels and annotations are %s", got)
	}
	w.k("label", "configmap", "patched", "tier-")
	w.k("delete", "configmap", "-l", "!tier", "--field-selector=metadata.name=patched")
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
}

func verbDiff(w *world) {
	same := w.file("same.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: diffed}\ndata: {a: '1'}\n")
	w.k("apply", "-f", same)
	w.k("diff", "-f", same)
	for _, more := range [][]string{nil, {"--server-side"}} {
		out, err := w.try(append([]string{"diff", "-f", w.file("other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: diffed}\ndata: {a: '2'}\n")}, more...)...)
		if err == nil {
			w.Error("diff found no difference")
		}
		var f *failure
		if more == nil && (!errors.As(err, &f) || want(out, `-  a: "1"`, `+  a: "2"`) != nil) {
			w.Errorf("diff says %q %v", out, err)
		}
	}
	w.k("delete", "configmap", "diffed")
}

func verbExplain(w *world) {
	w.expect([]string{"KIND:       Pod", "FIELD: securityContext <SecurityContext>", "runAsNonRoot"}, "explain", "pod.spec.containers.securityContext")
	w.expect([]string{"GROUP:      apps", "strategy"}, "explain", "deployment.spec", "--recursive")
	w.refused([]string{"does not exist"}, "explain", "pod.spec.nonsense")
	w.expect([]string{"deployments", "deploy", "apps/v1", "endpointslices", "poddisruptionbudgets", "selfsubjectaccessreviews"}, "api-resources")
	w.expect([]string{"apps/v1", "rbac.authorization.k8s.io/v1", "events.k8s.io/v1"}, "api-versions")
}

func verbLogs(w *world) {
	w.apply(pod("speaker", busybox, "echo first; /bin/busybox sleep 1.1; echo second; until [ -e /go ]; do /bin/busybox sleep 0.1; done; echo third", "", "") +
		pod("twice", busybox, "echo life; [ -e /v/again ] || { echo > /v/again; exit 1; }; "+idle, shareV, "restartPolicy: Always, "+emptyV))
	w.ready("condition=Ready", "pod/speaker")
	w.eventually("two lines", func() error { return want(w.k("logs", "speaker"), "first\nsecond") })
	if got := w.k("logs", "speaker", "--tail=1"); got != "second" {
		w.Errorf("--tail=1 gives %q", got)
	}
	// kubectl sends whole seconds; the lines are more than one apart.
	stamp, _, _ := strings.Cut(w.k("logs", "speaker", "--timestamps", "--tail=1"), " ")
	if got := w.k("logs", "speaker", "--since-time="+stamp); got != "second" {
		w.Errorf("--since-time=%s gives %q", stamp, got)
	}
	if got := w.k("logs", "speaker", "--since=1h"); got != "first\nsecond" {
		w.Errorf("--since=1h gives %q", got)
	}
	c := w.background("logs", "-f", "speaker")
	c.says("second")
	if _, err := w.inPod("speaker", "echo > /go"); err != nil {
		w.Fatal(err)
	}
	c.says("third")
	c.ends()
	w.eventually("a restart", func() error {
		return want(w.field("pod/twice", ".status.containerStatuses[0].restartCount"), "1")
	})
	if got := w.k("logs", "-p", "twice"); got != "life" {
		w.Errorf("-p gives %q", got)
	}
	w.expect([]string{"[pod/web-", "serves on :8080"}, "logs", "-l", "app=web", "--prefix")
	w.refused([]string{"speaker"}, "logs", "speaker", "-p")
	w.k("delete", "pod", "speaker", "twice", "--timeout=60s")
}

func verbRollout(w *world) {
	w.k("scale", "deployment/web", "--replicas=3", "--current-replicas=2")
	w.k("wait", "deployment/web", "--for=jsonpath={.status.readyReplicas}=3", "--timeout=60s")
	w.refused([]string{"Expected replicas to be 7"}, "scale", "deployment/web", "--replicas=1", "--current-replicas=7")
	w.k("set", "image", "deployment/web", "web=web:2")
	w.expect([]string{"successfully rolled out"}, "rollout", "status", "deployment/web", "--timeout=60s")
	w.expect([]string{"REVISION", "1", "2"}, "rollout", "history", "deployment/web")
	w.expect([]string{"web:2"}, "rollout", "history", "deployment/web", "--revision="+w.field("deployment/web", `.metadata.annotations.deployment\.kubernetes\.io/revision`))
	w.k("rollout", "undo", "deployment/web")
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
	if got := w.field("deployment/web", ".spec.template.spec.containers[0].image"); got != "web:1" {
		w.Errorf("after undo the image is %s", got)
	}
	w.k("rollout", "restart", "deployment/web")
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
	w.k("rollout", "pause", "deployment/web")
	w.k("rollout", "resume", "deployment/web")
	w.k("wait", "deployment/web", "--for=condition=Available", "--timeout=60s")
	w.refused([]string{"timed out"}, "wait", "deployment/web", "--for=condition=Nonsense", "--timeout=1s")
	w.k("scale", "deployment/web", "--replicas=2")
	w.k("wait", "deployment/web", "--for=jsonpath={.status.replicas}=2", "--timeout=60s")
}

func verbEvents(w *world) {
	w.expect([]string{"LAST SEEN", "ScalingReplicaSet"}, "events")
	w.expect([]string{"Scheduled", "Started"}, "events", "--for=pod/client")
	w.expect([]string{"Scheduled"}, "get", "events.v1.events.k8s.io")
}

func verbAuth(w *world) {
	w.expect([]string{"yes"}, "auth", "can-i", "create", "pods")
	if out, err := w.try("auth", "can-i", "delete", "nodes", "--as=system:serviceaccount:"+w.ns+":default"); err == nil || strings.TrimSpace(out) != "no" {
		w.Errorf("an account may delete nodes: %q", out)
	}
	w.expect([]string{"selfsubjectreviews"}, "auth", "can-i", "--list", "--as=ann")
	w.expect([]string{"system:masters"}, "auth", "whoami")
	w.refused([]string{"Forbidden", `User "ann" cannot list resource "pods"`}, "get", "pods", "--as=ann")
}

func verbDrain(w *world) {
	node := w.field("nodes", ".items[0].metadata.name")
	w.apply(pod("lonely", busybox, idle, "", ""))
	w.ready("condition=Ready", "pod/lonely")
	w.Cleanup(func() { w.k("uncordon", node) })
	w.k("cordon", node)
	w.expect([]string{"SchedulingDisabled"}, "get", "node", node)
	w.refused([]string{"declare no controller"}, "drain", node, "--pod-selector=app=lonely", "--timeout=60s")
	w.expect([]string{"evicting pod " + w.ns + "/lonely", "drained"}, "drain", node, "--pod-selector=app=lonely", "--force", "--timeout=60s")
	w.refused([]string{"NotFound"}, "get", "pod", "lonely")
}

func verbTerminal(w *world) {
	in := append(w.words("exec", "-it", "client", "--"), "/bin/busybox", "sh", "-c", "'[ -t 0 ] && [ -t 1 ] && echo a terminal; read line; echo heard $line'")
	out, err := run(w.Context(), "word\n", "script", "-qec", strings.Join(in, " "), "/dev/null")
	if err := errors.Join(err, want(out, "a terminal", "heard word")); err != nil {
		w.Error(err)
	}
}
