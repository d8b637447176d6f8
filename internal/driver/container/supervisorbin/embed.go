//go:build supervisor

package supervisorbin

import _ "embed"

//go:embed gantry-supervisor
var binary []byte

// Binary is the executable of the supervisor.
func Binary() ([]byte, error) { return binary, nil }
