package conformance

import (
	"archive/tar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/testimage"
)

// tools are the programs of Debian that the specs call in agnhost's image, beside what busybox has.
var tools = []string{"curl", "wget", "dig", "nc", "iperf", "ss", "ip", "bash", "ipcs", "ipcmk", "mount", "umount", "stat", "getent", "printenv"}

// program is a file of an image, read from this machine.
func program(t *testing.T, path, as string, mode int64) testimage.Entry {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return testimage.Entry{Header: tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(as, "/"), Mode: mode}, Data: data}
}

// debian is a layer with programs of this machine and the libraries that they need.
func debian(t *testing.T, names []string) v1.Layer {
	t.Helper()
	var entries []testimage.Entry
	libraries := map[string]bool{}
	for _, name := range names {
		path, err := exec.LookPath(name)
		if name == "sh" {
			path, err = exec.LookPath("bash")
		}
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, program(t, path, "/bin/"+name, 0o755))
		text, err := exec.Command("ldd", path).Output()
		if err != nil {
			t.Fatalf("the libraries of %s: %v", path, err)
		}
		for _, word := range strings.Fields(string(text)) {
			if strings.HasPrefix(word, "/") {
				libraries[word] = true
			}
		}
	}
	dirs := map[string]bool{}
	for lib := range libraries {
		for d := filepath.Dir(lib); d != "/"; d = filepath.Dir(d) {
			dirs[d] = true
		}
	}
	for lib := range libraries {
		entries = append(entries, program(t, lib, lib, 0o755))
	}
	var parents []testimage.Entry
	for d := range dirs {
		parents = append(parents, testimage.Dir(strings.TrimPrefix(d, "/"), 0o755))
	}
	slices.SortFunc(parents, func(a, b testimage.Entry) int { return strings.Compare(a.Header.Name, b.Header.Name) })
	return testimage.Layer(t, append(parents, entries...)...)
}

// passwd has what agnhost's image has beside the usual.
const (
	passwd = "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\nuser-defined-in-image:x:1000:1000::/home:/bin/sh\n"
	group  = "root:x:0:\ndaemon:x:1:\nusers:x:100:daemon\nnogroup:x:65534:\nuser-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n"
)

// nmeter stands for busybox's, which Debian's has not: the suite of nodes asks it for the time of the day in milliseconds.
const nmeter = "#!/bin/sh\nt=$EPOCHREALTIME\nf=${t#*.}\nTZ=UTC printf '%(%T)T.%s\\n' ${t%.*} ${f:0:3}\n"

// images are the images that the suite names (test/utils/image/manifest.go), without their registry. The user names of
// those that upstream builds on other systems stay the same; their tools are Debian's.
func images(t *testing.T) map[string]v1.Image {
	t.Helper()
	kubernetes := module(t, "k8s.io/kubernetes")
	source := func(path string) string { return filepath.Join(kubernetes, "test", "images", path) }
	// Debian's busybox forgets variables whose names are no shell's (some.key), which bash and upstream's busybox pass on.
	base, system := testimage.BusyboxLayer(t), debian(t, append(tools, "sh"))
	path := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	agnhost := []v1.Layer{base, system, testimage.Layer(t,
		program(t, peer("agnhost"), "/agnhost", 0o755), testimage.Symlink("agnhost-2", "agnhost"), testimage.Dir("uploads", 0o755),
		program(t, source("agnhost/porter/localhost.crt"), "/localhost.crt", 0o644), program(t, source("agnhost/porter/localhost.key"), "/localhost.key", 0o644),
		testimage.File("bin/nmeter", nmeter, 0o755),
		testimage.File("etc/os-release", "NAME=\"Alpine Linux\"\n", 0o644), // a spec looks for it, upstream's base
		testimage.File("etc/passwd", passwd, 0o644), testimage.File("etc/group", group, 0o644))}
	on := func(c v1.Config, layers []v1.Layer, more ...testimage.Entry) v1.Image {
		c.Env = path
		if len(more) > 0 {
			layers = append(slices.Clip(layers), testimage.Layer(t, more...))
		}
		return testimage.Image(t, c, layers...)
	}
	small := []v1.Layer{base, system}
	entry := func(args ...string) v1.Config { return v1.Config{Entrypoint: args} }
	agnhostDoes := func(args ...string) v1.Config { return v1.Config{Entrypoint: []string{"/agnhost"}, Cmd: args} }
	web := func(name string) []testimage.Entry {
		return []testimage.Entry{program(t, source(name+"/html/"+name+".jpg"), "/"+name+".jpg", 0o644), program(t, source(name+"/html/data.json"), "/data.json", 0o644)}
	}
	site := []testimage.Entry{testimage.Dir("usr/share", 0o755), testimage.Dir("usr/share/nginx", 0o755), testimage.Dir("usr/share/nginx/html", 0o755), testimage.File("usr/share/nginx/html/index.html", "<h1>Welcome to nginx!</h1>\n", 0o644)}
	// What nginx is used for is a web server of another image on port 80: agnhost serves here.
	nginx := v1.Config{Entrypoint: []string{"/agnhost"}, Cmd: []string{"netexec", "--http-port=80"}}
	return map[string]v1.Image{
		"agnhost:2.63.0": on(agnhostDoes("pause"), agnhost), "agnhost:2.55": on(agnhostDoes("pause"), agnhost), "agnhost:2.6": on(agnhostDoes("pause"), agnhost),
		"sample-apiserver:1.29.2": on(entry("/sample-apiserver"), small, program(t, peer("sample-apiserver"), "/sample-apiserver", 0o755)),
		"etcd:3.6.8-0":            on(v1.Config{}, small, testimage.Dir("usr/local", 0o755), testimage.Dir("usr/local/bin", 0o755), program(t, filepath.Join(root, "bin", "peers", "etcd"), "/usr/local/bin/etcd", 0o755)),
		"busybox:1.37.0-1":        on(v1.Config{Cmd: []string{"sh"}}, small, testimage.File("bin/nmeter", nmeter, 0o755)),
		"ipc-utils:1.4":           on(v1.Config{}, small),
		"glibc-dns-testing:2.0.0": on(v1.Config{}, small),
		"kitten:1.8":              on(agnhostDoes("test-webserver"), agnhost, web("kitten")...),
		"nautilus:1.8":            on(agnhostDoes("test-webserver"), agnhost, web("nautilus")...),
		"nginx:1.15-4":            on(nginx, agnhost, site...), "nginx:1.27-0": on(nginx, agnhost, site...),
		"nonewprivs:1.4":             on(v1.Config{Cmd: []string{"nnp"}}, small, testimage.Dir("usr/local", 0o755), testimage.Dir("usr/local/bin", 0o755), program(t, peer("nnp"), "/usr/local/bin/nnp", 0o4755)),
		"nonroot:1.5":                on(v1.Config{User: "1234"}, small),
		"pause:3.10.2":               on(agnhostDoes("pause"), agnhost),
		"regression-issue-74839:1.4": on(entry("/regression-issue-74839"), small, program(t, peer("regression-issue-74839"), "/regression-issue-74839", 0o755)),
		// The DRA specs use no more of it than a socket that comes out at a port.
		"hostpathplugin:v1.17.1":   on(v1.Config{}, small, program(t, peer("socketproxy"), "/hostpathplugin", 0o755)),
		"sample-device-plugin:1.7": on(entry("/sampledeviceplugin", "-alsologtostderr"), small, program(t, peer("sample-device-plugin"), "/sampledeviceplugin", 0o755)),
		"resource-consumer:1.14":   on(entry("/consumer"), small, program(t, peer("consumer"), "/consumer", 0o755), program(t, peer("consume-cpu"), "/consume-cpu", 0o755)),
	}
}

// module is the directory of a module's source.
func module(t *testing.T, path string) string {
	t.Helper()
	c := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path)
	c.Dir = filepath.Join(root, "test", "peers", "e2e")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("where %s is: %v: %s", path, err, out)
	}
	return strings.TrimSpace(string(out))
}
