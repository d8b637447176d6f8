package main

import (
	"errors"
	"fmt"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// callError is an error with the code that the client will see.
type callError struct {
	code wire.Code
	text string
}

func (e *callError) Error() string { return e.text }

func unsupported(format string, args ...any) error {
	return &callError{wire.CodeUnsupported, "not supported: " + fmt.Sprintf(format, args...)}
}

func notFound(id string) error {
	return &callError{wire.CodeNotFound, fmt.Sprintf("container %s: not found", id)}
}

func notRunning(id string) error {
	return &callError{wire.CodeNotRunning, fmt.Sprintf("container %s is not running", id)}
}

func exists(id string) error {
	return &callError{wire.CodeExists, fmt.Sprintf("container %s: already exists", id)}
}

// notStarted marks an error of a container's own process: all that the node does for it was done.
func notStarted(err error) error {
	var c *callError
	if err == nil || errors.As(err, &c) {
		return err
	}
	return &callError{wire.CodeStart, err.Error()}
}

// failure is the response that an error becomes.
func failure(err error) wire.Response {
	code := wire.CodeFailed
	var c *callError
	if errors.As(err, &c) {
		code = c.code
	}
	return wire.Response{Code: code, Error: err.Error()}
}
