package distribution

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

const (
	// DefaultWait is the first pause before a broken transfer is taken up again; it doubles as long as no byte comes.
	DefaultWait = 250 * time.Millisecond
	// fruitless is how often in a row a transfer is taken up without a byte before it has failed: some 8 s with DefaultWait.
	// Whoever asked for the image has a back-off of its own.
	fruitless = 5
	// stallWeight is what a standstill counts of it: each has taken stallTimeout already.
	stallWeight = 3
)

// DigestError says that bytes are not those that were named.
type DigestError struct{ What, Want, Got string }

// Error names both.
func (e *DigestError) Error() string {
	return fmt.Sprintf("%s is not what was named: want %s, got %s", e.What, e.Want, e.Got)
}

func digestOf(data []byte) v1.Hash {
	sum := sha256.Sum256(data)
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
}

// Place is one that a blob may come from.
type Place struct {
	// Name is shown to people.
	Name string
	// Open opens the blob at an offset.
	Open func(ctx context.Context, offset int64) (io.ReadCloser, error)
}

// Blob is one to be read.
type Blob struct {
	Digest v1.Hash
	Size   int64
	// Places are tried in this order; a broken transfer goes on at the next one, around in a circle.
	Places []Place
	// Wait is DefaultWait if it is zero.
	Wait time.Duration
	// Came is told of what has come, and from where; Broke that a transfer broke and is taken up again. Both may be nil.
	Came  func(n int, place string)
	Broke func(place string, err error)
	// Wrong is told which places gave parts of a blob that was not the named one; it may be nil.
	Wrong func(places []int)
}

// Open reads the blob as one stream, however often it has to be taken up again. The stream ends with an error, not with
// io.EOF, unless size and digest are right.
func (b Blob) Open(ctx context.Context) (io.ReadCloser, error) {
	if b.Digest.Algorithm != "sha256" {
		return nil, fmt.Errorf("blob %s: digest algorithm %s is not supported", b.Digest, b.Digest.Algorithm)
	}
	if b.Wait == 0 {
		b.Wait = DefaultWait
	}
	r := &blobReader{Blob: b, ctx: ctx, hash: sha256.New(), lost: make([]error, len(b.Places)), gave: map[int]bool{}}
	if err := r.take(); err != nil { // so that a blob that is nowhere fails here
		return nil, err
	}
	return r, nil
}

type blobReader struct {
	Blob
	ctx    context.Context
	hash   hash.Hash
	body   io.ReadCloser // nil between two transfers
	at     int           // the place of body
	offset int64
	gave   map[int]bool // places that bytes came from
	failed int          // fruitless attempts in a row, see fruitless
	lost   []error      // by place: why it is not asked again; nil while it is
}

// Read gives what comes, from wherever it comes.
func (r *blobReader) Read(p []byte) (int, error) {
	for {
		if r.body == nil {
			if err := r.take(); err != nil {
				return 0, err
			}
		}
		n, err := r.body.Read(p)
		if n > 0 {
			return n, r.came(p[:n])
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF) && r.offset == r.Size:
			if got := hex.EncodeToString(r.hash.Sum(nil)); got != r.Digest.Hex {
				return 0, r.wrong(r.Digest.String(), "sha256:"+got)
			}
			return 0, io.EOF
		case errors.Is(err, io.EOF):
			err = fmt.Errorf("the blob ended after %d of %d bytes: %w", r.offset, r.Size, io.ErrUnexpectedEOF)
		}
		if err := r.broke(err); err != nil {
			return 0, err
		}
	}
}

func (r *blobReader) came(p []byte) error {
	r.hash.Write(p) // of a hash it never fails
	r.offset += int64(len(p))
	r.failed, r.gave[r.at] = 0, true
	if r.offset > r.Size {
		return r.wrong(fmt.Sprintf("%d bytes", r.Size), "more")
	}
	if r.Came != nil {
		r.Came(len(p), r.Places[r.at].Name)
	}
	return nil
}

func (r *blobReader) wrong(want, got string) error {
	if r.Wrong != nil {
		r.Wrong(slices.Sorted(maps.Keys(r.gave)))
	}
	return &DigestError{What: "the blob", Want: want, Got: got}
}

// take opens the blob where the last transfer ended, at the place of that one or at the next that still may have it.
func (r *blobReader) take() error {
	for {
		if r.lost[r.at] == nil {
			body, err := r.Places[r.at].Open(r.ctx, r.offset)
			if err == nil {
				r.body = body
				return nil
			}
			if isFinal(err) {
				r.lost[r.at] = err
			}
			if err := r.broke(err); err != nil {
				return err
			}
		}
		for i := range r.Places {
			r.at = (r.at + 1) % len(r.Places)
			if r.lost[r.at] == nil {
				break
			}
			if i == len(r.Places)-1 {
				return r.lost[len(r.lost)-1] // the last place is the registry itself: its word counts
			}
		}
	}
}

// broke notes the end of a transfer, or of an attempt at one, and waits; it returns an error if there is no use in going on.
func (r *blobReader) broke(err error) error {
	if r.body != nil {
		err = errors.Join(err, r.body.Close())
		r.body = nil
	}
	if r.ctx.Err() != nil {
		return err
	}
	if isFinal(err) {
		return nil // take goes to the next place at once, if there is one
	}
	if r.failed++; errors.Is(err, ErrStalled) {
		r.failed += stallWeight - 1
	}
	if r.failed > fruitless {
		return err
	}
	if r.Broke != nil {
		r.Broke(r.Places[r.at].Name, err)
	}
	wait := time.NewTimer(r.Wait << (r.failed - 1))
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// isFinal reports whether a place will say the same again: it does not have the blob, or another, or not for us.
func isFinal(err error) bool {
	if _, ok := errors.AsType[*DigestError](err); ok {
		return true
	}
	if t, ok := errors.AsType[*transport.Error](err); ok {
		return t.StatusCode < http.StatusInternalServerError && t.StatusCode != http.StatusTooManyRequests && t.StatusCode != http.StatusRequestTimeout
	}
	return false
}

// Close ends the transfer.
func (r *blobReader) Close() error {
	if r.body == nil {
		return nil
	}
	return r.body.Close()
}
