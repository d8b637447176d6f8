package distribution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// MetadataLimit bounds a manifest, config or list of referrers, which are read into memory. Registries bound manifests at
// 4 MiB.
const MetadataLimit = 8 << 20

// accepted are the manifests that we ask for; schema 1 is among them so that its refusal can be explained.
var accepted = strings.Join([]string{
	string(types.OCIImageIndex), string(types.OCIManifestSchema1), string(types.DockerManifestList), string(types.DockerManifestSchema2),
	string(types.DockerManifestSchema1Signed), string(types.DockerManifestSchema1),
}, ", ")

// Endpoint is where the API is spoken.
type Endpoint struct {
	// Host is the registry as image names have it: "docker.io", "reg.io:5000".
	Host string
	// Plain permits HTTP without TLS.
	Plain bool
	// Namespace is the registry that a mirror stands in for, told to it as containerd does (?ns=docker.io); "" for none.
	Namespace string
	// Transport carries the requests; see Patient.
	Transport http.RoundTripper
}

// Repository is one at one endpoint, with credentials.
type Repository struct {
	base      string // "https://host/v2/name/"
	namespace string
	client    http.Client
}

// Connect finds out how the endpoint wants to be spoken to, and gets a token if it wants one.
func Connect(ctx context.Context, e Endpoint, repository string, auth authn.Authenticator) (*Repository, error) {
	var opts []name.Option
	if e.Plain {
		opts = append(opts, name.Insecure)
	}
	reg, err := name.NewRegistry(e.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("registry %q: %w", e.Host, err)
	}
	rt, err := transport.NewWithContext(ctx, reg, auth, transport.NewUserAgent(e.Transport, "gantry"), []string{"repository:" + repository + ":pull"})
	if err != nil {
		return nil, fmt.Errorf("connect to registry %s: %w", e.Host, err)
	}
	return &Repository{base: "https://" + reg.RegistryStr() + "/v2/" + repository + "/", namespace: e.Namespace, client: http.Client{Transport: rt}}, nil
}

// get asks for a path below the repository; the answer has one of the statuses.
func (r *Repository) get(ctx context.Context, path string, header http.Header, status ...int) (*http.Response, error) {
	at, err := url.Parse(r.base + path)
	if err != nil {
		return nil, err
	}
	if r.namespace != "" {
		q := at.Query()
		q.Set("ns", r.namespace)
		at.RawQuery = q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header = header
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	if err := transport.CheckError(resp, status...); err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	return resp, nil
}

// Manifest is what a tag or digest leads to.
type Manifest struct {
	Raw       []byte
	MediaType types.MediaType
	Digest    v1.Hash
}

// Manifest reads what a tag or a digest ("sha256:...") leads to. What a digest names is verified.
func (r *Repository) Manifest(ctx context.Context, ref string) (Manifest, error) {
	resp, err := r.get(ctx, "manifests/"+ref, http.Header{"Accept": {accepted}}, http.StatusOK)
	if err != nil {
		return Manifest{}, err
	}
	defer resp.Body.Close()
	raw, err := readAll("manifest", resp.Body)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Raw: raw, MediaType: types.MediaType(resp.Header.Get("Content-Type")), Digest: digestOf(raw)}
	if strings.Contains(ref, ":") && m.Digest.String() != ref {
		return Manifest{}, &DigestError{What: "the manifest", Want: ref, Got: m.Digest.String()}
	}
	return m, nil
}

// Referrers are the manifests of an artifact type that say that they are about digest. A registry without the API has none.
func (r *Repository) Referrers(ctx context.Context, digest v1.Hash, artifactType string) ([]v1.Descriptor, error) {
	resp, err := r.get(ctx, "referrers/"+digest.String()+"?artifactType="+url.QueryEscape(artifactType), http.Header{"Accept": {string(types.OCIImageIndex)}}, http.StatusOK)
	if t, ok := errors.AsType[*transport.Error](err); ok && (t.StatusCode == http.StatusNotFound || t.StatusCode == http.StatusMethodNotAllowed || t.StatusCode == http.StatusBadRequest) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := readAll("list of referrers", resp.Body)
	if err != nil {
		return nil, err
	}
	var list v1.IndexManifest
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("list of referrers: %w", err)
	}
	var out []v1.Descriptor
	for _, d := range list.Manifests {
		if d.ArtifactType == artifactType { // a registry may leave the filtering to us
			out = append(out, d)
		}
	}
	return out, nil
}

// BlobAt opens a blob of a known size at an offset. A server that knows no ranges sends it all, and we skip.
func (r *Repository) BlobAt(ctx context.Context, digest v1.Hash, offset, size int64) (io.ReadCloser, error) {
	return guardStall(ctx, func(ctx context.Context) (io.ReadCloser, error) {
		header := http.Header{"Accept-Encoding": {"identity"}}
		if offset > 0 {
			header.Set("Range", fmt.Sprintf("bytes=%d-%d", offset, size-1))
		}
		resp, err := r.get(ctx, "blobs/"+digest.String(), header, http.StatusOK, http.StatusPartialContent)
		if t, ok := errors.AsType[*transport.Error](err); ok && t.StatusCode == http.StatusRequestedRangeNotSatisfiable {
			return nil, &DigestError{What: "the blob", Want: fmt.Sprintf("%d bytes", size), Got: fmt.Sprintf("no more than %d", offset)}
		}
		if err != nil {
			return nil, err
		}
		if offset > 0 && resp.StatusCode == http.StatusOK {
			if _, err := io.CopyN(io.Discard, resp.Body, offset); err != nil {
				return nil, errors.Join(err, resp.Body.Close())
			}
		}
		return resp.Body, nil
	})
}

func readAll(what string, r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MetadataLimit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	if len(raw) > MetadataLimit {
		return nil, fmt.Errorf("the %s has more than %d bytes", what, MetadataLimit)
	}
	return raw, nil
}
