package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// journalctl is systemd's program, which reads its journal; a machine without has none.
const journalctl = "journalctl"

// JournalHas says whether the machine's journal has lines of a service. A machine without a journal has none of any.
func JournalHas(ctx context.Context, service string) bool {
	out, err := exec.CommandContext(ctx, journalctl, "--field", "_SYSTEMD_UNIT").Output()
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(out)) {
		if strings.TrimSpace(line) == service+".service" {
			return true
		}
	}
	return false
}

// Journal writes the lines of services that match further arguments of journalctl's. What the program says of its own goes to w too.
func Journal(ctx context.Context, services, args []string, w io.Writer) error {
	all := []string{"--utc", "--no-pager", "--output=short-precise"}
	for _, s := range services {
		all = append(all, "--unit="+s)
	}
	cmd := exec.CommandContext(ctx, journalctl, append(all, args...)...)
	cmd.Stdout, cmd.Stderr = w, w
	var said *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &said) {
		return fmt.Errorf("reading the journal of %s: %w", strings.Join(services, ", "), err)
	}
	return nil
}
