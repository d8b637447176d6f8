package hosts_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/driver/image/hosts"
)

func load(t *testing.T, dirs map[string]string) (hosts.Config, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range dirs {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "hosts.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return hosts.Load(dir)
}

func TestOrderAndCapabilities(t *testing.T) {
	c, err := load(t, map[string]string{
		"docker.io": "server = \"https://registry-1.docker.io\"\n[host.\"https://z.local:5000\"]\ncapabilities = [\"pull\"]\n[host.\"https://z.local:5000\".header]\na = \"b\"\n" +
			"[host.\"http://a.local\"]\nskip_verify = true\ndial_timeout = \"3s\"\n",
		"reg.io_5000_": "capabilities = [\"pull\", \"resolve\", \"push\"]\n",
		"_default":     "[host.\"https://cache.local/v2/all\"]\noverride_path = true\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	for registry, want := range map[string]string{
		"docker.io":   "z.local:5000(pull) a.local(plain,pull,resolve) registry-1.docker.io(pull,resolve)",
		"reg.io:5000": "reg.io:5000(pull,resolve)",
		"other.io":    "cache.local(pull,resolve) other.io(pull,resolve)",
	} {
		var got []string
		for _, h := range c.Of(registry) {
			var what []string
			for word, is := range map[string]bool{"plain": h.Plain, "pull": h.Pull, "resolve": h.Resolve} {
				if is {
					what = append(what, word)
				}
			}
			slices.Sort(what)
			got = append(got, h.Name+"("+strings.Join(what, ",")+")")
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", registry, s, want)
		}
	}
	if h := (hosts.Config{}).Of("docker.io"); len(h) != 1 || h[0].Name != "index.docker.io" {
		t.Errorf("without a word: %+v", h)
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"servr = \"https://a\"":                                  "servr",
		"[host.\"https://a\"]\ncapability = [\"pull\"]":          "capability",
		"[host.\"https://a\"]\ncapabilities = [\"fly\"]":         `capabilities: "fly"`,
		"[host.\"ftp://a\"]":                                     "ftp://a",
		"[host.\"https://a\"]\nca = \"/no/such/file\"":           "ca:",
		"[host.\"https://a\"]\nca = 3":                           "ca:",
		"[host.\"https://a\"]\ndial_timeout = \"soon\"":          "dial_timeout",
		"[host.\"https://a\"]\nclient = [[\"a\", \"b\", \"c\"]]": "client:",
		"override_path = true":                                   "override_path",
		"server = ":                                              "toml",
	} {
		_, err := load(t, map[string]string{"reg.io": text})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "hosts.toml") {
			t.Errorf("%q: %v, want the word %q", text, err, want)
		}
	}
	if _, err := load(t, map[string]string{"reg.io:1": "", "reg.io_1_": ""}); err == nil {
		t.Error("two directories of one registry are accepted")
	}
	if _, err := hosts.Load("/no/such/directory"); err == nil {
		t.Error("a directory that is not there is accepted")
	}
}
