//go:build !supervisor

package supervisorbin

import "errors"

// Binary is the executable of the supervisor.
func Binary() ([]byte, error) {
	return nil, errors.New("this gantry was built without its supervisor: run `make build`, or " +
		"`cmd/gantry-supervisor/build.sh internal/driver/container/supervisorbin/gantry-supervisor` and then `go build -tags supervisor ./cmd/gantry`")
}
