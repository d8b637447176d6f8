package container

import (
	"context"
	"fmt"
	"os"
)

// openTarget opens the PID namespace of a container that another one is to see the processes of (Spec.Target). The process that
// was asked for it is not reaped before its supervisor calls the container Exited, so that a container that still runs when the
// namespace is open is the one whose namespace it is.
func (n *Native) openTarget(ctx context.Context, spec *Spec) (*os.File, error) {
	pid, err := n.targetPID(ctx, spec)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/ns/pid", pid))
	if err != nil {
		return nil, fmt.Errorf("PID namespace of container %s: %w", spec.Target, err)
	}
	again, err := n.targetPID(ctx, spec)
	if err == nil && again != pid {
		err = fmt.Errorf("container %s: its process changed", spec.Target)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// targetPID is the process of a container in the same sandbox that runs.
func (n *Native) targetPID(ctx context.Context, spec *Spec) (int, error) {
	st, err := n.Status(ctx, spec.Target)
	switch {
	case err != nil:
		return 0, err
	case st.Sandbox != spec.Sandbox || st.State != Running || st.PID == 0:
		return 0, fmt.Errorf("container %s is not running in sandbox %s: %w", spec.Target, spec.Sandbox, ErrNotFound)
	}
	return st.PID, nil
}
