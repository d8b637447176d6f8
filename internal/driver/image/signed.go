package image

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image/distribution"
	"gantry.dev/gantry/internal/driver/image/trust"
)

const (
	// maxSignatures bounds those of an image that are looked at, maxPayload one of them.
	maxSignatures = 64
	maxPayload    = 1 << 20
)

// permitted asks the policy before anything is read of an image that nobody may pull.
func (f *fetch) permitted() error {
	if f.s.trust != nil && f.s.trust.About(f.name.named) == trust.Refused {
		return because(Untrusted, trust.ErrRefused)
	}
	return nil
}

// trusted asks the policy about an image. cosign signs what a name leads to, an index for example; a signature of the
// manifest for this machine, of which nothing else is used, is as good.
func (f *fetch) trusted(ctx context.Context, digests ...v1.Hash) error {
	if f.s.trust == nil || f.s.trust.About(f.name.named) == trust.Allowed {
		return nil
	}
	var reasons []error
	for _, d := range digests {
		list, err := f.signatures(ctx, d)
		if err != nil {
			return fmt.Errorf("looking for signatures of %s: %w", d, err)
		}
		if err = f.s.trust.Check(f.name.named, d.String(), list); err == nil {
			return nil
		}
		reasons = append(reasons, err)
	}
	return because(Untrusted, errors.Join(reasons...))
}

// signatures are those that cosign has put beside an image, in either of its ways.
func (f *fetch) signatures(ctx context.Context, d v1.Hash) ([]trust.Signature, error) {
	var manifests []distribution.Manifest
	m, err := f.manifest(ctx, d.Algorithm+"-"+d.Hex+".sig", true)
	switch {
	case err == nil:
		manifests = append(manifests, m)
	case classify(err) != NotFound:
		return nil, err
	}
	refs, err := f.referrers(ctx, d)
	if err != nil {
		return nil, err
	}
	for _, r := range refs[:min(len(refs), maxSignatures)] {
		if m, err = f.manifest(ctx, r.Digest.String(), false); err != nil {
			return nil, err
		}
		manifests = append(manifests, m)
	}
	var out []trust.Signature
	for _, m := range manifests {
		list, err := f.signaturesIn(ctx, m, maxSignatures-len(out))
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// referrers asks the first site that answers and may resolve.
func (f *fetch) referrers(ctx context.Context, d v1.Hash) (refs []v1.Descriptor, err error) {
	for _, t := range f.sites {
		if !t.resolve {
			continue
		}
		err = t.do(ctx, func(repo *distribution.Repository) (err error) {
			refs, err = repo.Referrers(ctx, d, trust.ArtifactType)
			return err
		})
		if err == nil && len(refs) > 0 || ctx.Err() != nil {
			break
		}
	}
	return refs, err
}

func (f *fetch) signaturesIn(ctx context.Context, m distribution.Manifest, most int) ([]trust.Signature, error) {
	parsed, err := v1.ParseManifest(bytes.NewReader(m.Raw))
	if err != nil {
		return nil, fmt.Errorf("manifest of signatures %s: %w", m.Digest, err)
	}
	var out []trust.Signature
	for _, l := range parsed.Layers {
		text, ok := l.Annotations[trust.Annotation]
		if !ok || string(l.MediaType) != trust.LayerType || l.Size > maxPayload || len(out) >= most {
			continue
		}
		sig, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil {
			continue // no signature, and so none that counts
		}
		payload, err := f.metadata(ctx, "signature", l)
		if err != nil {
			return nil, err
		}
		out = append(out, trust.Signature{Payload: payload, Bytes: sig})
	}
	return out, nil
}
