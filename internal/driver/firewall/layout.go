package firewall

import (
	"fmt"
	"hash/fnv"

	"github.com/google/nftables"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// layoutVersion changes whenever the fixed part of the table does: a table of another layout is made anew.
const layoutVersion = 3

// The sets that only the kernel and this package know.
const (
	// classesSet and outsideSet map a class to the chain that chooses an endpoint, for frontends of Services and of
	// External.
	classesSet, outsideSet = "classes", "classes-outside"
	// refusedSet maps the classes that are refused to what is done with them.
	refusedSet = "refused"
	// affinitySet remembers (client, group) → endpoint. The kernel writes it.
	affinitySet = "affinity"
)

// maxAffinity bounds the clients remembered; beyond it a client's connections are spread.
const maxAffinity = 1 << 16

// The chains. Base chains accept by default: what no rule of ours matches is none of our business.
const (
	chainNatPre, chainNatOut, chainNatPost = "nat-prerouting", "nat-output", "nat-postrouting"
	chainFilterPre, chainFilterOut         = "filter-prerouting", "filter-output"
	chainReject, chainUnknown              = "reject", "unknown-service-address"
	chainGuard                             = "guard"
	chainMasquerade                        = "masquerade"
)

// layout is the fixed part of one table.
type layout struct {
	Family
	words
	table *nftables.Table
	sets  map[string]*nftables.Set
}

// is6 reports whether the table is that of IPv6.
func (l *layout) is6() bool { return l.NodeAddress.Is6() }

// size is the length of an address in bytes.
func (l *layout) size() int { return l.NodeAddress.BitLen() / 8 }

// name is for errors.
func (l *layout) name() string {
	if l.is6() {
		return "ip6 " + l.table.Name
	}
	return "ip " + l.table.Name
}

func newLayout(instance string, f Family) *layout {
	l := &layout{
		Family: f, words: words4(),
		table: &nftables.Table{Name: tableName(instance), Family: nftables.TableFamilyIPv4},
		sets:  make(map[string]*nftables.Set),
	}
	addr := nftables.TypeIPAddr
	if l.is6() {
		l.words, l.table.Family, addr = words6(), nftables.TableFamilyIPv6, nftables.TypeIP6Addr
	}
	var (
		front    = concat(addr, nftables.TypeInetProto, nftables.TypeInetService)
		endpoint = concat(addr, nftables.TypeInetService)
		group    = concat(nftables.TypeMark, nftables.TypeMark)
	)
	l.set(dataplane.Services.String(), nftables.Set{IsMap: true, KeyType: front, DataType: group})
	l.set(dataplane.External.String(), nftables.Set{IsMap: true, KeyType: front, DataType: group})
	l.set(dataplane.Masquerade.String(), nftables.Set{KeyType: front})
	l.set(dataplane.Guarded.String(), nftables.Set{KeyType: front})
	l.set(dataplane.Sources.String(), nftables.Set{Interval: true, Concatenation: true,
		KeyType: concat(addr, nftables.TypeInetProto, nftables.TypeInetService, addr)})
	l.set(dataplane.Groups.String(), nftables.Set{IsMap: true, KeyType: group, DataType: nftables.TypeMark})
	l.set(dataplane.Endpoints.String(), nftables.Set{IsMap: true, DataType: endpoint,
		KeyType: concat(nftables.TypeMark, nftables.TypeMark, nftables.TypeMark)})
	l.set(dataplane.Members.String(), nftables.Set{
		KeyType: concat(nftables.TypeMark, nftables.TypeMark, addr, nftables.TypeInetService)})
	l.set(dataplane.Hairpins.String(), nftables.Set{KeyType: concat(addr, addr)})
	for _, name := range []string{classesSet, outsideSet, refusedSet} {
		l.set(name, nftables.Set{IsMap: true, KeyType: nftables.TypeMark, DataType: nftables.TypeVerdict})
	}
	l.set(affinitySet, nftables.Set{IsMap: true, Dynamic: true, HasTimeout: true, Size: maxAffinity, DataType: endpoint,
		KeyType: concat(addr, nftables.TypeMark, nftables.TypeMark)})
	return l
}

// set adds a set. Its number only has to be unique within a transaction.
func (l *layout) set(name string, s nftables.Set) {
	s.Table, s.Name, s.ID = l.table, name, uint32(len(l.sets)+1)
	l.sets[name] = &s
}

// concat is a key of several parts, each padded to four bytes.
func concat(types ...nftables.SetDatatype) nftables.SetDatatype {
	return nftables.MustConcatSetType(types...)
}

func tableName(instance string) string { return "gantry-" + instance }

// marker names a chain without rules that tells the layout of a table and the configuration that it was made for.
func (l *layout) marker() string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %v", layoutVersion, l.Family)
	return fmt.Sprintf("layout-%016x", h.Sum64())
}

// create queues the whole fixed part on conn.
func (l *layout) create(conn *nftables.Conn) error {
	conn.AddTable(l.table)
	for _, name := range l.setNames() {
		if err := conn.AddSet(l.sets[name], nil); err != nil {
			return fmt.Errorf("make set %s: %w", name, err)
		}
	}
	for _, name := range []string{chainReject, chainUnknown, chainGuard, chainMasquerade, l.marker()} {
		conn.AddChain(&nftables.Chain{Table: l.table, Name: name})
	}
	base := func(name string, kind nftables.ChainType, hook *nftables.ChainHook, priority nftables.ChainPriority) {
		conn.AddChain(&nftables.Chain{Table: l.table, Name: name, Type: kind, Hooknum: hook, Priority: &priority})
	}
	const beforeDNAT = -110 // priority: the translation of addresses is at -100
	base(chainNatPre, nftables.ChainTypeNAT, nftables.ChainHookPrerouting, *nftables.ChainPriorityNATDest)
	base(chainNatOut, nftables.ChainTypeNAT, nftables.ChainHookOutput, *nftables.ChainPriorityNATDest)
	base(chainNatPost, nftables.ChainTypeNAT, nftables.ChainHookPostrouting, *nftables.ChainPriorityNATSource)
	base(chainFilterPre, nftables.ChainTypeFilter, nftables.ChainHookPrerouting, beforeDNAT)
	base(chainFilterOut, nftables.ChainTypeFilter, nftables.ChainHookOutput, beforeDNAT)
	if err := conn.SetAddElements(l.sets[refusedSet], refusedElements()); err != nil {
		return fmt.Errorf("fill set %s: %w", refusedSet, err)
	}
	l.rules(conn)
	return nil
}

// setNames in the order of their numbers, so that a transaction is always the same.
func (l *layout) setNames() []string {
	names := make([]string, len(l.sets))
	for name, s := range l.sets {
		names[s.ID-1] = name
	}
	return names
}
