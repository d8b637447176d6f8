package firewall

import (
	"fmt"
	"time"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// A class is a number in the kernel: 15 bits of endpoints, above them the seconds of affinity (at most 86,400). Without
// endpoints the upper part says how it is refused.
const (
	classShift           = 15
	rejectNumber  uint32 = 0 << classShift
	dropNumber    uint32 = 1 << classShift
	endpointsMask uint32 = 1<<classShift - 1
)

func classNumber(c dataplane.Class) uint32 {
	switch c.Action {
	case dataplane.Reject:
		return rejectNumber
	case dataplane.Drop:
		return dropNumber
	default:
		return c.AffinitySeconds<<classShift | uint32(c.Endpoints)
	}
}

func classOf(number uint32) dataplane.Class {
	switch {
	case number == rejectNumber:
		return dataplane.Class{Action: dataplane.Reject}
	case number == dropNumber:
		return dataplane.Class{Action: dataplane.Drop}
	}
	return dataplane.Class{Endpoints: uint16(number & endpointsMask), AffinitySeconds: number >> classShift}
}

func classKey(c dataplane.Class) []byte { return binaryutil.NativeEndian.PutUint32(classNumber(c)) }

// refusedElements is the whole content of the set of refused classes.
func refusedElements() []nftables.SetElement {
	return []nftables.SetElement{
		{Key: binaryutil.NativeEndian.PutUint32(rejectNumber), VerdictData: &expr.Verdict{Kind: expr.VerdictJump, Chain: chainReject}},
		{Key: binaryutil.NativeEndian.PutUint32(dropNumber), VerdictData: &expr.Verdict{Kind: expr.VerdictDrop}},
	}
}

// addClass queues the two chains of a class that forwards and their entries in the verdict maps.
func (l *layout) addClass(conn *nftables.Conn, c dataplane.Class) error {
	for _, side := range []struct {
		prefix, classes string
		frontends       dataplane.Set
	}{
		{"class-", classesSet, dataplane.Services},
		{"class-outside-", outsideSet, dataplane.External},
	} {
		chain := conn.AddChain(&nftables.Chain{Table: l.table, Name: side.prefix + c.String()})
		for _, rule := range l.classRules(c, side.frontends) {
			conn.AddRule(&nftables.Rule{Table: l.table, Chain: chain, Exprs: rule})
		}
		err := conn.SetAddElements(l.sets[side.classes], []nftables.SetElement{
			{Key: classKey(c), VerdictData: &expr.Verdict{Kind: expr.VerdictGoto, Chain: chain.Name}}})
		if err != nil {
			return fmt.Errorf("make class %s: %w", c, err)
		}
	}
	return nil
}

// classRules choose an endpoint of a group and send the connection there. A rule cannot read what another one left in
// the registers, so each looks the group up again.
func (w words) classRules(c dataplane.Class, frontends dataplane.Set) []exprs {
	// The index lies behind the group, with which it is the key of the endpoint that overwrites it.
	choose := exprs{
		&expr.Numgen{Register: w.endpoint(), Modulus: uint32(c.Endpoints), Type: unix.NFT_NG_RANDOM},
		lookup(w.group(), w.endpoint(), dataplane.Endpoints.String()),
	}
	if c.AffinitySeconds == 0 {
		return []exprs{join(w.groupOf(frontends), choose, exprs{w.dnat()})}
	}
	remember := func(op uint32) expr.Any {
		d := &expr.Dynset{SrcRegKey: w.client(), SrcRegData: w.endpoint(), SetName: affinitySet, Operation: op}
		if op != dynsetDelete {
			d.Timeout = time.Duration(c.AffinitySeconds) * time.Second
		}
		return d
	}
	client := join(w.groupOf(frontends), exprs{w.sourceAddr(w.client())})
	return []exprs{
		// The endpoint remembered, taken only while it is one.
		join(client, exprs{
			lookup(w.client(), w.endpoint(), affinitySet),
			member(w.group(), dataplane.Members.String()),
			remember(unix.NFT_DYNSET_OP_UPDATE),
			w.dnat(),
		}),
		// A new one. An old memory has to go first: an update would keep its value.
		join(client, choose, exprs{remember(dynsetDelete), remember(unix.NFT_DYNSET_OP_ADD), w.dnat()}),
	}
}

// dynsetDelete is NFT_DYNSET_OP_DELETE.
const dynsetDelete = 2
