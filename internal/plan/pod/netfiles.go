package pod

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Bounds of resolv.conf that kubelet keeps to.
const (
	maxNameservers  = 3
	maxSearches     = 32
	maxSearchLength = 2048
	maxSearchName   = 253
	// maxHostname is the kernel's; longer names are cut.
	maxHostname = 63
)

// ResolvConf is a resolver configuration.
type ResolvConf struct {
	Nameservers, Searches, Options []string
}

// ParseResolvConf reads a resolv.conf.
func ParseResolvConf(text string) ResolvConf {
	var r ResolvConf
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		switch f[0] {
		case "nameserver":
			r.Nameservers = append(r.Nameservers, f[1])
		case "search":
			r.Searches = f[1:]
		case "options":
			r.Options = append(r.Options, f[1:]...)
		}
	}
	return r
}

// String is the file's text.
func (r ResolvConf) String() string {
	var b strings.Builder
	for _, n := range r.Nameservers {
		fmt.Fprintf(&b, "nameserver %s\n", n)
	}
	if len(r.Searches) > 0 {
		fmt.Fprintf(&b, "search %s\n", strings.Join(r.Searches, " "))
	}
	if len(r.Options) > 0 {
		fmt.Fprintf(&b, "options %s\n", strings.Join(r.Options, " "))
	}
	return b.String()
}

// Resolver makes a pod's resolver configuration from its dnsPolicy and dnsConfig. A pod with the host's network and
// dnsPolicy ClusterFirst gets the host's, as upstream.
func Resolver(p *corev1.Pod, clusterDNS []string, domain string, host ResolvConf) ResolvConf {
	var r ResolvConf
	policy := p.Spec.DNSPolicy
	if policy == corev1.DNSClusterFirst && p.Spec.HostNetwork || len(clusterDNS) == 0 && policy != corev1.DNSNone {
		policy = corev1.DNSDefault
	}
	switch policy {
	case corev1.DNSNone:
	case corev1.DNSDefault:
		r = ResolvConf{slices.Clone(host.Nameservers), slices.Clone(host.Searches), slices.Clone(host.Options)}
	default:
		r.Nameservers = slices.Clone(clusterDNS)
		r.Searches = append([]string{p.Namespace + ".svc." + domain, "svc." + domain, domain}, host.Searches...)
		r.Options = []string{"ndots:5"}
	}
	if c := p.Spec.DNSConfig; c != nil {
		r.Nameservers = append(r.Nameservers, c.Nameservers...)
		r.Searches = append(r.Searches, c.Searches...)
		r.Options = mergeOptions(r.Options, c.Options)
	}
	r.Nameservers, r.Searches = unique(r.Nameservers), unique(r.Searches)
	return r
}

// Fit cuts what resolvers of programs do not take, and says what was left out, in the words of kubelet's events.
func (r ResolvConf) Fit() (fits ResolvConf, omitted []string) {
	if len(r.Nameservers) > maxNameservers {
		r.Nameservers = r.Nameservers[:maxNameservers]
		omitted = append(omitted, "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: "+strings.Join(r.Nameservers, " "))
	}
	had := len(r.Searches)
	r.Searches = slices.DeleteFunc(slices.Clone(r.Searches[:min(had, maxSearches)]), func(s string) bool { return len(s) > maxSearchName })
	for len(strings.Join(r.Searches, " ")) > maxSearchLength {
		r.Searches = r.Searches[:len(r.Searches)-1]
	}
	if len(r.Searches) < had {
		omitted = append(omitted, "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: "+strings.Join(r.Searches, " "))
	}
	return r, omitted
}

// mergeOptions lets the pod's options replace those of the same name.
func mergeOptions(base []string, own []corev1.PodDNSConfigOption) []string {
	for _, o := range own {
		text := o.Name
		if o.Value != nil && *o.Value != "" {
			text += ":" + *o.Value
		}
		i := slices.IndexFunc(base, func(b string) bool { name, _, _ := strings.Cut(b, ":"); return name == o.Name })
		if i >= 0 {
			base[i] = text
		} else {
			base = append(base, text)
		}
	}
	return base
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Hostname is the name that a pod's containers have, and the domain that makes it fully qualified ("" for none).
func Hostname(p *corev1.Pod, clusterDomain string) (host, domain string) {
	if p.Spec.HostnameOverride != nil {
		return *p.Spec.HostnameOverride, ""
	}
	host = p.Name
	if p.Spec.Hostname != "" {
		host = p.Spec.Hostname
	} else if len(host) > maxHostname {
		host = strings.TrimRight(host[:maxHostname], "-.")
	}
	if p.Spec.Subdomain != "" {
		domain = fmt.Sprintf("%s.%s.svc.%s", p.Spec.Subdomain, p.Namespace, clusterDomain)
	}
	return host, domain
}

// UTSHostname is what the UTS namespace is given. The error is about a qualified name that the kernel cannot hold.
func UTSHostname(p *corev1.Pod, clusterDomain string) (string, error) {
	host, domain := Hostname(p, clusterDomain)
	if domain == "" || !isTrue(p.Spec.SetHostnameAsFQDN) {
		return host, nil
	}
	fqdn := host + "." + domain
	if len(fqdn) > maxHostname+1 {
		return "", fmt.Errorf("failed to construct FQDN from pod hostname and cluster domain, FQDN %s is too long (%d characters is the max, %d characters requested)", fqdn, maxHostname+1, len(fqdn))
	}
	return fqdn, nil
}

// HostsFile is the text of a pod's /etc/hosts. host is that of the machine, used with hostNetwork.
func HostsFile(p *corev1.Pod, ips []string, clusterDomain, host string) string {
	var b strings.Builder
	if p.Spec.HostNetwork {
		b.WriteString("# Kubernetes-managed hosts file (host network).\n")
		b.WriteString(host)
		if host != "" && !strings.HasSuffix(host, "\n") {
			b.WriteByte('\n')
		}
	} else {
		b.WriteString("# Kubernetes-managed hosts file.\n")
		b.WriteString("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n")
		b.WriteString("fe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n")
		name, domain := Hostname(p, clusterDomain)
		for _, ip := range ips {
			if domain != "" {
				fmt.Fprintf(&b, "%s\t%s.%s\t%s\n", ip, name, domain, name)
			} else {
				fmt.Fprintf(&b, "%s\t%s\n", ip, name)
			}
		}
	}
	if len(p.Spec.HostAliases) > 0 {
		b.WriteString("\n# Entries added by HostAliases.\n")
		for _, a := range p.Spec.HostAliases {
			fmt.Fprintf(&b, "%s\t%s\n", a.IP, strings.Join(a.Hostnames, "\t"))
		}
	}
	return b.String()
}
