package image

import (
	"errors"
	"fmt"
)

// Cause is why an operation on an image failed, in the classes that a pod's status tells apart.
type Cause string

const (
	InvalidName  Cause = "InvalidImageName"          // the reference cannot be parsed; trying again is useless
	NotFound     Cause = "NotFound"                  // the registry, or the store, has no such image
	Unauthorized Cause = "Unauthorized"              // credentials are missing, wrong or not sufficient
	Unreachable  Cause = "Unreachable"               // the registry does not answer, or answers that it cannot now
	BadDigest    Cause = "BadDigest"                 // the bytes that came are not those that were named
	BadImage     Cause = "BadImage"                  // manifest, config or layer are malformed, hostile or of an unsupported kind
	NoPlatform   Cause = "NoPlatform"                // the image exists, but not for this machine's platform
	Untrusted    Cause = "SignatureValidationFailed" // the policy wants signatures that the image does not have
	NoSpace      Cause = "NoSpace"                   // the store's file system is full
	Canceled     Cause = "Canceled"                  // the caller's context ended
	Internal     Cause = "Internal"                  // anything else: I/O errors of the store itself
)

// Error is what every operation on a named image returns: what was being done, to what, why it failed.
type Error struct {
	Op    string // "pull", "import", "push", "parse", "remove", "resolve user"
	Ref   string // the image as the caller named it
	Cause Cause
	Err   error
}

// Error reads as one line for a pod's status: `pull "web:1": NotFound: ...`.
func (e *Error) Error() string { return fmt.Sprintf("%s %q: %s: %v", e.Op, e.Ref, e.Cause, e.Err) }

// Unwrap gives the underlying error.
func (e *Error) Unwrap() error { return e.Err }

// CauseOf is the cause of an error of this package, Internal for any other error, "" for nil.
func CauseOf(err error) Cause {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Cause
	}
	return Internal
}
