package image

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/image/distribution"
)

// caused marks an error with its cause where it is known best: where it happens.
type caused struct {
	cause Cause
	err   error
}

func (c *caused) Error() string { return c.err.Error() }
func (c *caused) Unwrap() error { return c.err }

func because(c Cause, err error) error { return &caused{c, err} }

// failed makes the error that callers see: it adds what was being done to what, and finds the cause. nil stays nil.
func failed(op, ref string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return &Error{Op: op, Ref: ref, Cause: e.Cause, Err: e.Err}
	}
	return &Error{Op: op, Ref: ref, Cause: classify(err), Err: err}
}

// classify finds the cause of an error. The order matters: a full disk or a canceled context also shows as an I/O
// error, and a registry's answer also as a failed request.
func classify(err error) Cause {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return NoSpace
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Canceled
	}
	if c, ok := errors.AsType[*caused](err); ok {
		return c.cause
	}
	if _, ok := errors.AsType[*distribution.DigestError](err); ok {
		return BadDigest
	}
	if t, ok := errors.AsType[*transport.Error](err); ok {
		return classifyAnswer(t)
	}
	if errors.Is(err, distribution.ErrStalled) {
		return Unreachable
	}
	// go-containerregistry has no types for these; TestWrongDigest notices when the words change.
	if s := err.Error(); strings.Contains(s, "error verifying") || strings.Contains(s, "does not match requested digest") {
		return BadDigest
	}
	if errors.Is(err, remote.ErrSchema1) || errors.Is(err, tar.ErrHeader) {
		return BadImage
	}
	if isNetwork(err) {
		return Unreachable
	}
	return Internal
}

// classifyAnswer reads a registry's error answer.
func classifyAnswer(t *transport.Error) Cause {
	for _, d := range t.Errors {
		switch d.Code {
		case transport.UnauthorizedErrorCode, transport.DeniedErrorCode:
			return Unauthorized
		case transport.ManifestUnknownErrorCode, transport.NameUnknownErrorCode, transport.BlobUnknownErrorCode,
			transport.ManifestBlobUnknownErrorCode:
			return NotFound
		}
	}
	switch {
	case t.StatusCode == http.StatusUnauthorized || t.StatusCode == http.StatusForbidden:
		return Unauthorized
	case t.StatusCode == http.StatusNotFound:
		return NotFound
	}
	return Unreachable
}

// isNetwork names its types one by one: every errno satisfies net.Error, a missing file's too.
func isNetwork(err error) bool {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return true // the answer ended early
	}
	var (
		op  *net.OpError
		dns *net.DNSError
		req *url.Error
	)
	return errors.As(err, &op) || errors.As(err, &dns) || errors.As(err, &req)
}
