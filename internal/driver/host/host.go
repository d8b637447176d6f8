// Package host looks at the machine: what the kernel offers to a node, how disks and limits are, what a process uses; and
// it makes namespaces of its own for programs that must not touch the machine's network.
//
// It reads /proc, /sys and the directory that it is told to examine, where it writes one small file that it removes
// again. It changes nothing that lasts and knows nothing of Gantry's objects. Packet rules are driver/firewall's, routes
// driver/link's.
package host

// Level says how bad a finding is.
type Level string

// The levels. Missing is something that a node cannot do without.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Missing Level = "missing"
)

// Finding is one thing that was looked at.
type Finding struct {
	Name   string
	Level  Level
	Detail string
	// Advice says what to do; it is empty when all is well.
	Advice string
}

func ok(name, detail string) Finding { return Finding{Name: name, Level: OK, Detail: detail} }
func warning(name, detail, advice string) Finding {
	return Finding{Name: name, Level: Warning, Detail: detail, Advice: advice}
}
func missing(name, detail, advice string) Finding {
	return Finding{Name: name, Level: Missing, Detail: detail, Advice: advice}
}
