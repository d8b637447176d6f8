package image

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
)

// Auth is one credential for registries, from a docker config. See ParseDockerConfig.
type Auth struct {
	Registry      string // the key of the config: host, host/path, glob ("*.example.com"), or a URL
	Username      string
	Password      string
	IdentityToken string // OAuth2 refresh token
	RegistryToken string // bearer token, used as it is
}

// ParseDockerConfig reads the credentials of a docker config: ~/.docker/config.json, or the content of a Secret of type
// kubernetes.io/dockerconfigjson (".dockerconfigjson") or kubernetes.io/dockercfg (".dockercfg").
func ParseDockerConfig(data []byte) ([]Auth, error) {
	var whole struct {
		Auths map[string]authn.AuthConfig `json:"auths"`
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return nil, fmt.Errorf("parse docker config: %w", err)
	}
	entries := map[string]authn.AuthConfig{}
	if _, ok := keys["auths"]; ok {
		if err := json.Unmarshal(data, &whole); err != nil {
			return nil, fmt.Errorf("parse docker config: %w", err)
		}
		entries = whole.Auths
	} else if err := json.Unmarshal(data, &entries); err != nil { // the old form: the map alone
		return nil, fmt.Errorf("parse docker config: %w", err)
	}
	var out []Auth
	for key, e := range entries {
		out = append(out, Auth{
			Registry: key, Username: e.Username, Password: e.Password,
			IdentityToken: e.IdentityToken, RegistryToken: e.RegistryToken,
		})
	}
	slices.SortFunc(out, func(a, b Auth) int { return strings.Compare(a.Registry, b.Registry) })
	return out, nil
}

// authenticators are the credentials to try for a repository at a host, the most specific first; anonymous alone if none
// match.
func authenticators(host, repository string, auths []Auth) []authn.Authenticator {
	var match []Auth
	for _, a := range auths {
		if a.matches(host, repository) {
			match = append(match, a)
		}
	}
	if len(match) == 0 {
		return []authn.Authenticator{authn.Anonymous}
	}
	slices.SortStableFunc(match, func(a, b Auth) int { return len(b.location()) - len(a.location()) })
	var out []authn.Authenticator
	for _, a := range match {
		out = append(out, authn.FromConfig(authn.AuthConfig{
			Username: a.Username, Password: a.Password,
			IdentityToken: a.IdentityToken, RegistryToken: a.RegistryToken,
		}))
	}
	return out
}

// withEach tries credentials until one is accepted.
func withEach(auths []authn.Authenticator, try func(authn.Authenticator) error) error {
	var errs []error
	for _, auth := range auths {
		err := try(auth)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
		if classify(err) != Unauthorized {
			break
		}
	}
	return errors.Join(errs...)
}

// location is the key without scheme, API version and trailing slash: "index.docker.io", "reg.io:5000/team".
func (a Auth) location() string {
	s := strings.TrimPrefix(strings.TrimPrefix(a.Registry, "https://"), "http://")
	host, rest, _ := strings.Cut(s, "/")
	rest = strings.Trim(rest, "/")
	if rest == "v1" || rest == "v2" {
		rest = ""
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "v1/"), "v2/")
	if rest == "" {
		return host
	}
	return host + "/" + rest
}

// Matches reports whether the credential is for a repository ("docker.io/library/busybox").
func (a Auth) Matches(repository string) bool {
	host, path, _ := strings.Cut(repository, "/")
	return a.matches(host, path)
}

// matches follows kubelet: each label of the host may be a glob, the port must be equal, a path is a prefix of the
// repository. Unlike kubelet the prefix ends at a slash, so that "reg.io/team" is not offered to "reg.io/teammate".
func (a Auth) matches(host, repository string) bool {
	wantHost, wantPath, _ := strings.Cut(a.location(), "/")
	if wantPath != "" && repository != wantPath && !strings.HasPrefix(repository, wantPath+"/") {
		return false
	}
	if host == "docker.io" {
		return wantHost == "docker.io" || wantHost == "index.docker.io" || wantHost == "registry-1.docker.io"
	}
	return matchHost(wantHost, host)
}

// matchHost compares label by label: "*.io" is not "reg.example.io".
func matchHost(glob, host string) bool {
	globName, globPort := splitPort(glob)
	name, port := splitPort(host)
	g, h := strings.Split(globName, "."), strings.Split(name, ".")
	if globPort != port || len(g) != len(h) {
		return false
	}
	for i := range g {
		if ok, err := path.Match(g[i], h[i]); err != nil || !ok {
			return false
		}
	}
	return true
}

func splitPort(host string) (name, port string) {
	if name, port, err := net.SplitHostPort(host); err == nil {
		return name, port
	}
	return host, ""
}
