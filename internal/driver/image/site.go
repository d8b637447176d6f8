package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/google/go-containerregistry/pkg/authn"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image/distribution"
)

// site is one place that an image may come from: another node, a mirror, the registry itself.
type site struct {
	endpoint distribution.Endpoint
	// resolve: it may say which digest a tag is. What a digest names can come from anywhere.
	resolve bool
	// peer: another node. It has layers only.
	peer bool

	repository string
	mu         sync.Mutex
	auths      []authn.Authenticator    // to be tried; the first is in use
	repo       *distribution.Repository // connected with it; nil before
}

// do calls f with the repository, with one credential after the other as long as they are refused.
func (t *site) do(ctx context.Context, f func(*distribution.Repository) error) error {
	for {
		repo, left, err := t.connected(ctx)
		if err == nil {
			err = f(repo)
		}
		if err == nil || classify(err) != Unauthorized || !t.nextAuth(left) {
			return err
		}
	}
}

// connected is the repository with the credential that is in use, and how many are left with it.
func (t *site) connected(ctx context.Context) (*distribution.Repository, int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var err error
	if t.repo == nil {
		t.repo, err = distribution.Connect(ctx, t.endpoint, t.repository, t.auths[0])
	}
	return t.repo, len(t.auths), err
}

// nextAuth goes on to the next credential, unless another caller has since left were left; false if there is none.
func (t *site) nextAuth(left int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.auths) < left {
		return true
	}
	if len(t.auths) == 1 {
		return false
	}
	t.auths, t.repo = t.auths[1:], nil
	return true
}

// open reads a blob from an offset.
func (t *site) open(ctx context.Context, d v1.Descriptor, offset int64) (r io.ReadCloser, err error) {
	err = t.do(ctx, func(repo *distribution.Repository) (err error) {
		r, err = repo.BlobAt(ctx, d.Digest, offset, d.Size)
		return err
	})
	return r, err
}

// sites are the places of an image in the order in which to ask them; the registry itself is the last. Mirrors get only
// the credentials that name them: those of the registry are not theirs to see.
func (s *Store) sites(n imageName, auths []Auth) []*site {
	var out []*site
	for _, h := range s.remotes.hosts.Of(n.host()) {
		as, namespace := n.host(), ""
		if h.Mirror {
			as, namespace = h.Name, n.host()
		}
		if !h.Pull && !h.Resolve {
			continue // for pushing only
		}
		plain := h.Plain || isPlain(h.Name, s.remotes.plain)
		out = append(out, &site{
			endpoint: distribution.Endpoint{Host: h.Name, Plain: plain, Namespace: namespace, Transport: s.remotes.transportTo(h, plain)},
			resolve:  h.Resolve, repository: n.path(), auths: authenticators(as, n.path(), auths),
		})
	}
	return out
}

// askPeers puts the nodes that have the image before all other sites. It comes after the manifest and before any blob: who
// has read the manifest has been let in by the registry.
func (f *fetch) askPeers(ctx context.Context, digest v1.Hash) {
	if f.s.peers == nil {
		return
	}
	var peers []*site
	for _, p := range f.s.peers(ctx, f.name.withDigest(digest.String())) {
		guarded := distribution.PlainGuard{Inner: p.Transport, Allowed: func(string) bool { return false }}
		peers = append(peers, &site{
			endpoint: distribution.Endpoint{Host: p.Host, Transport: guarded}, peer: true,
			repository: f.name.path(), auths: []authn.Authenticator{authn.Anonymous},
		})
	}
	f.sites = append(peers, f.sites...)
}

// fetch is one pull: an image, and where it may come from.
type fetch struct {
	s     *Store
	name  imageName
	sites []*site
	note  *progress

	mu    sync.Mutex
	liars map[*site]bool // have given what they should not have, and are not asked for blobs again
}

// manifest reads what a tag or digest leads to from the first site that has it.
func (f *fetch) manifest(ctx context.Context, ref string, tag bool) (m distribution.Manifest, err error) {
	var others []error
	for i, t := range f.sites {
		if t.peer || tag && !t.resolve {
			continue
		}
		err = t.do(ctx, func(repo *distribution.Repository) (err error) {
			m, err = repo.Manifest(ctx, ref)
			return err
		})
		if err == nil || ctx.Err() != nil {
			return m, err
		}
		if i < len(f.sites)-1 {
			others = append(others, fmt.Errorf("%s: %w", t.endpoint.Host, err))
		}
	}
	switch {
	case err == nil:
		err = because(NotFound, fmt.Errorf("none of the hosts of %s may resolve tags", f.name.host()))
	case len(others) > 0:
		err = fmt.Errorf("%w (before that, its mirrors: %v)", err, errors.Join(others...)) //nolint:errorlint // the registry's word counts
	}
	return m, err
}

// blob opens one wherever it is.
func (f *fetch) blob(d v1.Descriptor) opener {
	return func(ctx context.Context) (io.ReadCloser, error) {
		sites := f.honest()
		b := distribution.Blob{Digest: d.Digest, Size: d.Size, Wait: f.s.remotes.wait, Came: f.note.came, Broke: f.note.broke}
		for _, t := range sites {
			b.Places = append(b.Places, distribution.Place{Name: t.endpoint.Host, Open: func(ctx context.Context, offset int64) (io.ReadCloser, error) {
				return t.open(ctx, d, offset)
			}})
		}
		b.Wrong = func(places []int) {
			for _, i := range places {
				f.accuse(sites[i])
			}
		}
		return b.Open(ctx)
	}
}

// metadata reads a small blob as a whole.
func (f *fetch) metadata(ctx context.Context, what string, d v1.Descriptor) ([]byte, error) {
	for again := f.another(); ; {
		data, err := readMetadata(ctx, what, d, f.blob(d))
		if err == nil || !again(err) {
			return data, err
		}
	}
}

// honest are the sites that have given what they should.
func (f *fetch) honest() []*site {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(f.sites), func(t *site) bool { return f.liars[t] })
}

// accuse keeps a site from being asked again, unless it is the last: the registry's word counts.
func (f *fetch) accuse(t *site) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t != f.sites[len(f.sites)-1] {
		f.liars[t] = true
	}
}

// another says whether a layer that came wrong may come right, because a site that gave it is not asked any more. It is for
// one layer and not for several goroutines.
func (f *fetch) another() func(error) bool {
	known := 0
	return func(err error) bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		before := known
		known = len(f.liars)
		return classify(err) == BadDigest && known > before
	}
}
