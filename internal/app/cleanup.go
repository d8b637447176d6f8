package app

import (
	"context"
	"errors"
)

// Cleanup removes everything that an instance made in the kernel. Nothing of it may run.
func Cleanup(ctx context.Context, dir string, in Instance) error {
	return errors.New("not wired")
}
