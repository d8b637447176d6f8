package image_test

import (
	"testing"

	"gantry.dev/gantry/internal/driver/image"
)

func TestNormalize(t *testing.T) {
	const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	for ref, want := range map[string]string{
		"busybox":                       "docker.io/library/busybox:latest",
		"busybox:1.36":                  "docker.io/library/busybox:1.36",
		"team/web":                      "docker.io/team/web:latest",
		"docker.io/busybox":             "docker.io/library/busybox:latest",
		"index.docker.io/busybox":       "docker.io/library/busybox:latest",
		"localhost/web":                 "localhost/web:latest",
		"localhost:5000/web":            "localhost:5000/web:latest",
		"registry.k8s.io/pause:3.9":     "registry.k8s.io/pause:3.9",
		"busybox@" + digest:             "docker.io/library/busybox@" + digest,
		"busybox:1@" + digest:           "docker.io/library/busybox:1@" + digest,
		"127.0.0.1:5000/a/b/c:v1.2_3-4": "127.0.0.1:5000/a/b/c:v1.2_3-4",
	} {
		if got, err := image.Normalize(ref); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", ref, got, err, want)
		}
	}
	for _, ref := range []string{"", "Busybox", "a b", "web:", "web:tag!", "web@sha256:short", ":tag", "http://a/b", "../etc", "a//b", digest[7:], "-a"} {
		if got, err := image.Normalize(ref); image.CauseOf(err) != image.InvalidName {
			t.Errorf("%q: %q, %v; want an invalid name", ref, got, err)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, ref := range []string{"busybox", "a/b:c@sha256:", "localhost:5000/x", "[::1]:5000/x:y", "é", "a@b@c"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		full, err := image.Normalize(ref)
		if err != nil {
			return
		}
		if again, err := image.Normalize(full); err != nil || again != full {
			t.Errorf("%q gives %q, which gives %q, %v", ref, full, again, err)
		}
	})
}

func TestParseDockerConfig(t *testing.T) {
	for name, data := range map[string]string{
		"dockerconfigjson": `{"auths":{"reg.io":{"auth":"dTpwOnE="}}}`, // u:p:q
		"plain fields":     `{"auths":{"reg.io":{"username":"u","password":"p:q"}},"credsStore":"x"}`,
		"dockercfg":        `{"reg.io":{"auth":"dTpwOnE=","email":"a@b"}}`,
	} {
		got, err := image.ParseDockerConfig([]byte(data))
		if err != nil || len(got) != 1 || got[0] != (image.Auth{Registry: "reg.io", Username: "u", Password: "p:q"}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, data := range []string{``, `[]`, `{"auths":[]}`, `{"auths":{"reg.io":{"auth":"!"}}}`} {
		if got, err := image.ParseDockerConfig([]byte(data)); err == nil {
			t.Errorf("%q: %+v, want an error", data, got)
		}
	}
}
