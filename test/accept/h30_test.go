package accept

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/testimage"
)

// says is an image of a busybox that is unlike all others.
func says(t *testing.T, word string) v1.Image {
	t.Helper()
	return testimage.Busybox(t, testimage.File("word", word, 0o644))
}

// imageNode starts an instance with flags about images.
func imageNode(t *testing.T, listen string, flags ...string) *world {
	t.Helper()
	in := newInstance(t, listen)
	if _, err := in.gantry(append([]string{"up", "--listen", in.listen}, flags...)...); err != nil {
		t.Fatal(err)
	}
	return worldIn(t, in)
}

// why is what a pod's container waits for.
func (w *world) why(pod string) string {
	return w.field("pod/"+pod, ".status.containerStatuses[0].state.waiting")
}

const catWord = "/bin/busybox cat /word"

// H30: images come from private registries: with the secrets of pods, and with programs that know credentials.
func TestH30(t *testing.T) {
	reg := testimage.NewRegistry(t)
	reg.Require(testimage.Credentials{Username: "u", Password: "p", Bearer: true})
	dir := t.TempDir()
	secret := reg.Push(t, "team/secret:1", says(t, "by secret"))
	helped := reg.Push(t, "cloud/helped:1", says(t, "by a program"))
	account := reg.Push(t, "accounts/asks:1", says(t, "by an account"))

	answer := func(name, registry, password string) string {
		return fmt.Sprintf("#!/bin/sh\ncat >> %s/%s.asked\necho '{\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\"kind\":\"CredentialProviderResponse\",\"cacheKeyType\":\"Image\",\"auth\":{\"%s\":{\"username\":\"u\",\"password\":\"%s\"}}}'\n",
			dir, name, registry, password)
	}
	for name, text := range map[string]string{"helper": answer("helper", reg.Host+"/cloud", "p"), "asker": answer("asker", reg.Host+"/accounts", "p")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(dir, "config.yaml")
	const provider = "- {name: %s, apiVersion: credentialprovider.kubelet.k8s.io/v1, matchImages: [%q], defaultCacheDuration: 10m%s}\n"
	write(t, config, "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n"+fmt.Sprintf(provider, "helper", reg.Host+"/cloud", "")+
		fmt.Sprintf(provider, "asker", reg.Host+"/accounts", ", tokenAttributes: {serviceAccountTokenAudience: registry, cacheType: ServiceAccount, requireServiceAccount: true, requiredServiceAccountAnnotationKeys: [pull]}"))
	if out, err := newInstance(t, "127.0.0.1:16490").gantry("up", "--image-credential-provider-config", config); err == nil || want(err.Error(), "--image-credential-provider-config", "belong together") != nil {
		t.Fatalf("half of the flags: %s, %v", out, err)
	}
	w := imageNode(t, "127.0.0.1:16491", "--image-credential-provider-config", config, "--image-credential-provider-bin-dir", dir)

	w.apply(pod("none", secret, catWord, "", ""))
	w.eventually("a pull without credentials", func() error { return want(w.why("none"), "ImagePullBackOff", "Unauthorized") })
	w.k("create", "secret", "docker-registry", "mine", "--docker-server="+reg.Host+"/team", "--docker-username=u", "--docker-password=p")
	w.apply(pod("secret", secret, catWord, "", "imagePullSecrets: [{name: mine}, {name: missing}]"))
	w.prints("secret", "by secret")
	w.eventually("a secret that is missing", func() error {
		return want(w.k("get", "events", "--field-selector=involvedObject.name=secret"), "FailedToRetrieveImagePullSecret", "missing")
	})
	w.apply(pod("helped", helped, catWord, "", ""))
	w.prints("helped", "by a program")

	w.k("create", "serviceaccount", "puller")
	// Nodes may not ask for tokens of any audience: see upstream's ServiceAccountNodeAudienceRestriction.
	w.apply(`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: audience}, rules: [{apiGroups: [""], resources: [registry], verbs: [request-serviceaccounts-token-audience]}]}`)
	w.k("create", "clusterrolebinding", "audience", "--clusterrole=audience", "--group=system:nodes")
	w.k("annotate", "serviceaccount", "puller", "pull=yes")
	w.apply(pod("account", account, catWord, "", "serviceAccountName: puller"))
	w.prints("account", "by an account")
	asked, err := os.ReadFile(filepath.Join(dir, "asker.asked"))
	var req struct {
		Image, ServiceAccountToken string
		ServiceAccountAnnotations  map[string]string
	}
	if err != nil || json.Unmarshal(asked, &req) != nil || req.Image != reg.Host+"/accounts/asks" || req.ServiceAccountToken == "" || req.ServiceAccountAnnotations["pull"] != "yes" {
		t.Errorf("the program was asked %s, %v", asked, err)
	}
}

// H31: pulls in bad weather: mirrors, transfers that break, registries that ask for patience, and how far a pull is.
func TestH31(t *testing.T) {
	reg, mirror := testimage.NewRegistry(t), testimage.NewRegistry(t)
	img := says(t, "from a mirror")
	ref := reg.Push(t, "team/web:1", img)
	mirror.Push(t, "team/web:1", img)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, reg.Host), 0o755); err != nil {
		t.Fatal(err)
	}
	hosts := filepath.Join(dir, reg.Host, "hosts.toml")
	write(t, hosts, "[host.\"http://"+mirror.Host+"\"]\ncapability = [\"pull\"]\n")
	if out, err := newInstance(t, "127.0.0.1:16492").gantry("up", "--registry-config-dir", dir); err == nil || want(err.Error(), "--registry-config-dir", "capability") != nil {
		t.Fatalf("a bad hosts.toml: %s, %v", out, err)
	}
	write(t, hosts, fmt.Sprintf("server = \"http://%s\"\n[host.\"http://%s\"]\n", reg.Host, mirror.Host))
	w := imageNode(t, "127.0.0.1:16493", "--registry-config-dir", dir)

	var broken, busy atomic.Int32
	mirror.SetHook(func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		switch {
		case strings.Contains(r.URL.Path, "/manifests/") && busy.Add(1) == 1:
			rw.Header().Set("Retry-After", "1")
			rw.WriteHeader(http.StatusTooManyRequests)
		case strings.Contains(r.URL.Path, "/blobs/") && broken.Add(1) <= 2:
			testimage.Truncate(rw, r, next)
		default:
			next.ServeHTTP(rw, r)
		}
	})
	w.apply(pod("mirrored", ref, catWord, "", ""))
	w.prints("mirrored", "from a mirror")
	if n := reg.Count(http.MethodGet, "/team/web/"); n > 0 {
		t.Errorf("the registry was asked %d times although its mirror has all", n)
	}
	if broken.Load() < 3 || busy.Load() < 2 {
		t.Error("the weather was too good for this test")
	}

	slow := says(t, "slowly")
	layers, err := slow.Layers()
	if err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	reg.SetHook(testimage.OnBlob(layers[1], func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		<-release
		next.ServeHTTP(rw, r)
	}))
	w.apply(pod("slow", reg.Push(t, "team/slow:1", slow), catWord, "", ""))
	w.eventually("how far the pull is", func() error {
		out, err := w.gantry("explain", "pod/slow", "-n", w.ns, "--timing")
		if err != nil {
			return err
		}
		return want(out, "pulling "+reg.Host+"/team/slow:1", "1 of 2 layers")
	})
	w.eventually("an event of a long pull", func() error {
		return want(w.k("get", "events", "--field-selector=involvedObject.name=slow,reason=Pulling"), "1 of 2 layers")
	})
	close(release)
	w.prints("slow", "slowly")
	out, err := w.gantry("image", "pull", ref)
	if err := want(out, "pulled "+ref, "@sha256:"); err != nil {
		t.Error(err)
	}
	if err != nil {
		t.Error(err)
	}
}

// H32: a policy says who must have signed an image; what is not signed so does not run.
func TestH32(t *testing.T) {
	reg := testimage.NewRegistry(t)
	key, public := testimage.NewKey(t)
	stranger, _ := testimage.NewKey(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "team.pub"), string(public))
	policy := filepath.Join(dir, "policy.json")
	text := fmt.Sprintf(`{"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker":{%q:[{"type":"sigstoreSigned","keyPath":"team.pub","signedIdentity":{"type":"matchRepository"}}],%q:[{"type":"reject"}]}}}`,
		reg.Host+"/team", reg.Host+"/never")
	write(t, policy, strings.Replace(text, "keyPath", "keyPth", 1))
	if out, err := newInstance(t, "127.0.0.1:16494").gantry("up", "--image-policy", policy); err == nil || want(err.Error(), "--image-policy", "keyPth") != nil {
		t.Fatalf("a bad policy: %s, %v", out, err)
	}
	write(t, policy, text)
	w := imageNode(t, "127.0.0.1:16495", "--image-policy", policy)

	good, bad, forged := says(t, "signed"), says(t, "unsigned"), says(t, "forged")
	for name, img := range map[string]v1.Image{"team/good:1": good, "team/bad:1": bad, "team/forged:1": forged, "never/good:1": good, "other/bad:1": bad} {
		reg.Push(t, name, img)
	}
	reg.Sign(t, "team/good", good, key, reg.Host+"/team/good", false)
	reg.Sign(t, "never/good", good, key, reg.Host+"/never/good", false)
	reg.Sign(t, "team/forged", forged, stranger, reg.Host+"/team/forged", true)
	w.apply(pod("good", reg.Host+"/team/good:1", catWord, "", ""))
	w.apply(pod("other", reg.Host+"/other/bad:1", catWord, "", ""))
	w.apply(pod("bad", reg.Host+"/team/bad:1", catWord, "", ""))
	w.apply(pod("forged", reg.Host+"/team/forged:1", catWord, "", ""))
	w.apply(pod("never", reg.Host+"/never/good:1", catWord, "", ""))
	w.prints("good", "signed")
	w.prints("other", "unsigned")
	for name, words := range map[string]string{"bad": "no signature", "forged": "none of the policy's keys", "never": "refuses this image"} {
		w.eventually(name+" is refused", func() error {
			return want(w.why(name), "ImagePullBackOff", "SignatureValidationFailed", "because the signature validation failed: ", words)
		})
	}
	if err := want(w.k("get", "events", "--field-selector=involvedObject.name=bad"), "Error: SignatureValidationFailed"); err != nil {
		t.Error(err)
	}
	reg.Sign(t, "team/bad", bad, key, reg.Host+"/team/bad", false)
	w.prints("bad", "unsigned")
}

// H33: images of directories and of Go programs, made without a daemon.
func TestH33(t *testing.T) {
	w := newWorld(t)
	if cache, err := os.UserCacheDir(); err == nil && os.Getenv("GOCACHE") == "" {
		t.Setenv("GOCACHE", filepath.Join(cache, "go-build")) // that of the tests has no standard library
	}
	dir := t.TempDir()
	site := filepath.Join(dir, "site")
	for path, text := range map[string]string{"index.html": "the page", "sub/deep": "deep"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(site, path)), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(site, path), text)
	}
	if err := os.Symlink("index.html", filepath.Join(site, "link")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), "module example.org/hello\n\ngo 1.24\n")
	write(t, filepath.Join(dir, "main.go"), `package main

import (
	"fmt"
	"os"
)

func main() {
	for _, path := range os.Args[1:] {
		b, err := os.ReadFile(path)
		fmt.Println(string(b), err)
	}
}
`)
	build := func(name string) string {
		out, err := w.gantry("image", "build", name, "--go", dir+":/hello", "--dir", site+":/srv/www", "--cmd", "/srv/www/link", "--cmd", "/srv/www/sub/deep")
		if err != nil {
			t.Fatal(err)
		}
		_, id, _ := strings.Cut(out, "(")
		return id
	}
	if one, two := build("made:1"), build("made:2"); one != two {
		t.Errorf("the same input gives %s and %s", one, two)
	}
	w.apply("{apiVersion: v1, kind: Pod, metadata: {name: made}, spec: {restartPolicy: Never, containers: [{name: c, image: 'made:1'}]}}")
	w.prints("made", "the page <nil>", "deep <nil>")
	fifo := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(fifo, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, words := range map[string]string{
		"--dir " + site:                  "SRC:DST",
		"--dir " + site + "/link:/x":     "it is a file",
		"--dir " + fifo + ":/x":          "neither a file",
		"--go " + site:                   "compile",
		"--file " + site + ":/x":         "--dir",
		"--file /no/such/file:/x":        "no such file",
		"--go " + dir + ":hello --cmd x": "absolute DST",
	} {
		if out, err := w.gantry(append([]string{"image", "build", "bad:1"}, strings.Fields(args)...)...); err == nil || want(err.Error(), words) != nil {
			t.Errorf("%s: %s, %v; want the words %q", args, out, err, words)
		}
	}
}
