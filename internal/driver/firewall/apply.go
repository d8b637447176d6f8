package firewall

import (
	"context"
	"errors"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// Firewall is the instance's table. Its methods are safe for concurrent use.
type Firewall struct{ cfg Config }

// Open makes the table if it is missing and reads its content if it is there. Rules that are there stay in force.
func Open(cfg Config) (*Firewall, error) { return nil, errors.New("firewall: not written yet") }

// Apply brings the kernel to the desired state. Repeating it is free.
func (f *Firewall) Apply(ctx context.Context, want dataplane.Desired) error {
	return errors.New("firewall: not written yet")
}

// Close releases sockets; the rules stay.
func (f *Firewall) Close() error { return nil }

// Cleanup deletes the instance's table. Twice is harmless.
func Cleanup(instance string) error { return errors.New("firewall: not written yet") }
