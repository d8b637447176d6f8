package cli

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"gantry.dev/gantry/internal/app"
	"gantry.dev/gantry/internal/driver/firewall"
	"gantry.dev/gantry/internal/driver/host"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/ipam"
)

func doctorCommand(e *env) *cobra.Command {
	listen := ""
	c := &cobra.Command{Use: "doctor", Short: "Look whether this machine can run a node, and say what to do", Args: noArgs,
		Long: `Look at what a node needs of this machine: root, cgroups, overlayfs, network namespaces, veth, nf_tables,
seccomp, open files, memory for many pods, free ports, other programs' firewall rules, room and speed of the disk, free address ranges.
Each line says ok, warning (it works, but) or missing (it does not work without). Nothing is changed. The exit code is
1 if something is missing.`,
		Example: "  gantry doctor\n  gantry doctor --data-dir /srv/edge --listen 127.0.0.1:7443",
		RunE:    func(*cobra.Command, []string) error { return e.doctor(listen) }}
	c.Flags().StringVar(&listen, "listen", defaultListen, "ADDR:PORT that the API shall have")
	return c
}

func (e *env) doctor(listen string) error {
	found := []host.Finding{host.Root(), host.CgroupSupport(), host.Overlayfs()}
	found = append(found, host.Network()...)
	found = append(found, host.Seccomp(), host.OpenFiles(), host.ManyPods(), e.portFree(listen), foreignDrops(), ranges(), localVolumes())
	found = append(found, host.Disk(e.dataDir)...)
	lacks := 0
	for _, f := range found {
		e.printf("%-8s %-19s %s\n", f.Level, f.Name, f.Detail)
		if f.Level != host.OK && f.Advice != "" {
			e.printf("%-8s %-19s → %s\n", "", "", f.Advice)
		}
		if f.Level == host.Missing {
			lacks++
		}
	}
	if lacks > 0 {
		return fmt.Errorf("%d things are missing that a node needs; see the lines above", lacks)
	}
	return nil
}

// portFree looks whether the API could listen. The port of an instance that runs here is its own.
func (e *env) portFree(listen string) host.Finding {
	f := host.Finding{Name: "port", Level: host.OK, Detail: listen + " is free"}
	if in, err := app.LoadInstance(e.dataDir); err == nil && in.Listen == listen && e.layout().Running() {
		f.Detail = listen + " is served by instance " + in.ID
		return f
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		f.Level, f.Detail, f.Advice = host.Missing, err.Error(), "end what listens there (`ss -ltnp`), or choose another address with --listen"
		return f
	}
	_ = l.Close()
	return f
}

// localVolumes looks whether the node can hold volumes of the local storage class.
func localVolumes() host.Finding {
	f := host.Finding{Name: "local volumes", Level: host.OK, Detail: "mkfs.ext4 and loop devices"}
	if lacks := volume.LocalLacks(); lacks != "" {
		f.Level, f.Detail, f.Advice = host.Warning, "there is no "+lacks, "without it, claims of the storage class local stay pending; other volumes work"
	}
	return f
}

// foreignDrops looks for firewalls that would drop what pods send.
func foreignDrops() host.Finding {
	f := host.Finding{Name: "other firewalls", Level: host.OK, Detail: "none drops by default"}
	drops, err := firewall.ForeignDrops()
	switch {
	case err != nil:
		f.Level, f.Detail, f.Advice = host.Warning, "not looked at: "+err.Error(), "run doctor as root"
	case len(drops) > 0:
		f.Level, f.Detail = host.Warning, strings.Join(drops, "; ")
		f.Advice = "pods reach nothing through these: let them accept from and to the pod range (see instance.json in the data directory)"
	}
	return f
}

// ranges looks whether pods and services find free addresses.
func ranges() host.Finding {
	f := host.Finding{Name: "address ranges", Level: host.OK}
	taken, err := link.Taken()
	if err == nil {
		var r ipam.Ranges
		if r, err = ipam.ChooseRanges(taken); err == nil {
			f.Detail = fmt.Sprintf("%d in use; a new instance would take %s for pods and %s for services", len(taken), r.Pods, r.Services)
			return f
		}
	}
	f.Level, f.Detail, f.Advice = host.Missing, err.Error(), "free a private range: "+strings.Join(prefixes(taken), " ")+" are in use"
	return f
}

func prefixes(list []netip.Prefix) (out []string) {
	for _, p := range list {
		out = append(out, p.String())
	}
	return out
}
