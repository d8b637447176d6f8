package container

import (
	"context"
	"io"
)

// Process is the near side of an exec or attach. Close must be called; for an exec it kills a process that still runs, so
// that a client that went away leaves nothing behind.
type Process interface {
	// Stdin is nil unless it was asked for. Closing it is end of file to the program (for attach: with StdinOnce only; with
	// a terminal there is no end of file but ^D).
	Stdin() io.WriteCloser
	// Stdout and Stderr read until the last holder of the other end is gone. Either is nil if it was not asked for.
	Stdout() io.Reader
	Stderr() io.Reader
	// Resize changes the terminal's size; ErrUnsupported without a terminal.
	Resize(width, height uint16) error
	// Wait returns when the process has ended. Output may still be unread: read to the end of file as well, in parallel. For
	// attach it is the container's end.
	Wait(ctx context.Context) (Exit, error)
	Close() error
}
