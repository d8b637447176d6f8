package dataplane

import (
	"fmt"
	"net/netip"
	"strings"
)

// String is the whole state as text: for goldens, logs and `gantry explain`. Equal states give equal text.
func (d Desired) String() string {
	var b strings.Builder
	for _, r := range d.Rules {
		r.write(&b)
	}
	for _, r := range d.Refusals {
		fmt.Fprintf(&b, "refused %s: %s\n", r.Owner, r.Reason)
	}
	return b.String()
}

func (r *Rules) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s\n", r.Owner)
	names := make(map[GroupID]string)
	for _, g := range r.Groups {
		names[g.ID] = g.Name
	}
	for _, f := range r.Frontends {
		fmt.Fprintf(b, "  %s %s", f.Protocol, netip.AddrPortFrom(f.Addr, f.Port))
		if f.Scope == Outside {
			b.WriteString(" from outside")
		}
		if f.Masquerade {
			b.WriteString(" masquerade")
		}
		for _, p := range f.Sources {
			fmt.Fprintf(b, " only-from %s", p)
		}
		fmt.Fprintf(b, " -> %s\n", names[f.Group])
	}
	for _, g := range r.Groups {
		fmt.Fprintf(b, "  group %s: %s", g.Name, g.Action)
		for _, ep := range g.Endpoints {
			fmt.Fprintf(b, " %s", ep)
		}
		if g.AffinitySeconds > 0 && g.Action == Forward {
			fmt.Fprintf(b, " affinity %ds", g.AffinitySeconds)
		}
		b.WriteString("\n")
	}
	for _, h := range r.Hairpins {
		fmt.Fprintf(b, "  hairpin %s\n", h)
	}
	for _, a := range r.Announce {
		fmt.Fprintf(b, "  announce %s\n", a)
	}
	for _, l := range r.Loopback {
		fmt.Fprintf(b, "  loopback %s %d -> %s\n", l.Protocol, l.Port, l.Target)
	}
}

// String is the protocol's usual name in lower case.
func (p Protocol) String() string {
	switch p {
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case SCTP:
		return "sctp"
	}
	return fmt.Sprintf("protocol-%d", uint8(p))
}

// String is the action as a verb.
func (a Action) String() string { return [...]string{"forward to", "reject", "drop"}[a] }
