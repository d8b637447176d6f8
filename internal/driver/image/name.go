package image

import (
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
)

// imageName is a parsed and normalised image name with a tag, a digest or both.
type imageName struct {
	named reference.Named
}

// Normalize gives the full form of an image name as upstream does: registry docker.io and repository library/ by
// default, tag "latest" if there is neither tag nor digest. Its error has the cause InvalidName.
func Normalize(ref string) (string, error) {
	n, err := parseName(ref)
	if err != nil {
		return "", err
	}
	return n.named.String(), nil
}

// Repository is the full name of an image without tag and digest: "docker.io/library/busybox".
func Repository(ref string) (string, error) {
	n, err := parseName(ref)
	if err != nil {
		return "", err
	}
	return n.repository(), nil
}

func parseName(ref string) (imageName, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return imageName{}, &Error{Op: "parse", Ref: ref, Cause: InvalidName, Err: err}
	}
	return imageName{reference.TagNameOnly(named)}, nil
}

// key is the name under which the index has it. A name with a tag and a digest means the digest: the tag is for people.
func (n imageName) key() string {
	if d, ok := n.named.(reference.Digested); ok {
		return n.withDigest(d.Digest().String())
	}
	return n.named.String()
}

func (n imageName) withDigest(digest string) string { return n.repository() + "@" + digest }

// repository is the name without tag and digest: "docker.io/library/busybox".
func (n imageName) repository() string { return n.named.Name() }

// path is the repository without its registry: "library/busybox".
func (n imageName) path() string { return reference.Path(n.named) }

// reference is what the registry is asked for: a digest, or else a tag.
func (n imageName) reference() (ref string, tag bool) {
	if d, ok := n.named.(reference.Digested); ok {
		return d.Digest().String(), false
	}
	return n.named.(reference.Tagged).Tag(), true // parseName gives every name one of both
}

// host is the registry: "docker.io", "localhost:5000".
func (n imageName) host() string { return reference.Domain(n.named) }

// remote is the name for go-containerregistry, to be spoken to over plain HTTP if plain.
func (n imageName) remote(plain bool) (name.Reference, error) {
	var opts []name.Option
	if plain {
		opts = append(opts, name.Insecure)
	}
	r, err := name.ParseReference(n.key(), opts...)
	if err != nil {
		return nil, &Error{Op: "parse", Ref: n.named.String(), Cause: InvalidName, Err: err}
	}
	return r, nil
}

var hexID = regexp.MustCompile(`^[0-9a-f]{64}$`)

// imageID recognises an image ID, with or without its algorithm, and returns it with.
func imageID(ref string) (string, bool) {
	hex := strings.TrimPrefix(ref, "sha256:")
	if !hexID.MatchString(hex) {
		return "", false
	}
	return "sha256:" + hex, true
}

// isPlain reports whether the registry is spoken to without TLS: on loopback, as docker does, or where the operator
// said so.
func isPlain(host string, plain []string) bool {
	if slices.Contains(plain, host) {
		return true
	}
	h := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		h = bare
	}
	ip := net.ParseIP(strings.Trim(h, "[]"))
	return h == "localhost" || ip != nil && ip.IsLoopback()
}
