package firewall

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/google/nftables"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/plan/dataplane"
)

const (
	// transactionElements bounds one transaction: the kernel takes a transaction as one message to one socket, and
	// while it works nobody else can change rules. Changes are ordered so that every prefix of them is consistent.
	transactionElements = 4096
	// messageElements bounds one message: the list of elements is an attribute, whose length has 16 bits, and an
	// element takes up to 80 bytes.
	messageElements = 512
	// socketBuffer holds one transaction and its acknowledgements.
	socketBuffer = 4 << 20
)

// Firewall is the instance's table. Its methods are safe for concurrent use.
type Firewall struct {
	mu     sync.Mutex
	conn   *nftables.Conn
	layout *layout
	// ledger is what was applied last, nil when that is not known.
	ledger *dataplane.Ledger
	// classes are those whose chains exist.
	classes map[dataplane.Class]bool
	flows   forgetter
}

// Open makes the table if it is missing or of another layout. Rules that are there stay in force until Apply.
func Open(cfg Config) (*Firewall, error) {
	for _, p := range []struct {
		what string
		ok   bool
	}{
		{"pod range", cfg.PodCIDR.Addr().Is4()}, {"service range", cfg.ServiceCIDR.Addr().Is4()}, {"node address", cfg.NodeAddress.Is4()},
		{"cluster range", !cfg.ClusterCIDR.IsValid() || cfg.ClusterCIDR.Addr().Is4()},
	} {
		if !p.ok {
			return nil, fmt.Errorf("open the firewall of instance %s: %s: %w", cfg.Instance, p.what, ErrIPv6)
		}
	}
	conn, err := dial()
	if err != nil {
		return nil, fmt.Errorf("open the firewall of instance %s: %w", cfg.Instance, err)
	}
	f := &Firewall{conn: conn, layout: newLayout(cfg)}
	if err := f.ensureTable(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the firewall of instance %s: %w", cfg.Instance, err), conn.CloseLasting())
	}
	return f, nil
}

func dial() (*nftables.Conn, error) {
	return nftables.New(nftables.AsLasting(), nftables.WithSockOptions(func(c *netlink.Conn) error {
		return errors.Join(c.SetWriteBuffer(socketBuffer), c.SetReadBuffer(socketBuffer))
	}))
}

// ensureTable makes the table in one transaction, in place of one of another layout.
func (f *Firewall) ensureTable() error {
	chains, err := f.chains()
	if err != nil {
		return err
	}
	if slices.Contains(chains, f.layout.marker()) {
		return nil
	}
	// To delete a table that may not exist: make it, then delete it.
	f.conn.AddTable(f.layout.table)
	f.conn.DelTable(f.layout.table)
	if err := f.layout.create(f.conn); err != nil {
		return err
	}
	if err := f.conn.Flush(); err != nil {
		return fmt.Errorf("make table %s: %w", f.layout.table.Name, err)
	}
	return nil
}

// Apply brings the kernel to the desired state. Repeating it is free. UDP flows whose endpoint is gone are forgotten soon
// after, so that their next packet finds another one; if that fails, the next Apply says so.
func (f *Firewall) Apply(ctx context.Context, want dataplane.Desired) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.conn == nil {
		return errors.New("apply packet rules: the firewall is closed")
	}
	if err := f.apply(ctx, want); err != nil {
		f.ledger = nil // look again next time
		return fmt.Errorf("apply packet rules: %w", err)
	}
	return f.flows.takeError()
}

func (f *Firewall) apply(ctx context.Context, want dataplane.Desired) error {
	var changes []dataplane.Change
	if f.ledger == nil {
		if err := f.ensureTable(); err != nil {
			return err
		}
		have, err := f.observe()
		if err != nil {
			return err
		}
		changes = dataplane.Diff(have, want)
		f.ledger = dataplane.NewLedger(want)
	} else {
		changes = f.ledger.Advance(want)
	}
	for part := range slices.Chunk(changes, transactionElements) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.transact(part); err != nil {
			return err
		}
	}
	f.flows.add(staleAfter(changes))
	return nil
}

// transact sends changes in one transaction.
func (f *Firewall) transact(changes []dataplane.Change) error {
	var made []dataplane.Class
	for _, c := range changes {
		class := c.Class
		if c.Set == dataplane.Groups && !c.Delete && class.Action == dataplane.Forward && !f.classes[class] {
			if err := f.layout.addClass(f.conn, class); err != nil {
				return err
			}
			f.classes[class] = true
			made = append(made, class)
		}
	}
	for len(changes) > 0 {
		first := changes[0]
		n := 1
		for n < min(len(changes), messageElements) && changes[n].Set == first.Set && changes[n].Delete == first.Delete {
			n++
		}
		if err := f.queue(changes[:n]); err != nil {
			return err
		}
		changes = changes[n:]
	}
	if err := f.conn.Flush(); err != nil {
		for _, class := range made {
			delete(f.classes, class)
		}
		return fmt.Errorf("change table %s: %w", f.layout.table.Name, err)
	}
	return nil
}

// queue puts changes of the same kind and set into one message.
func (f *Firewall) queue(changes []dataplane.Change) error {
	set := f.layout.sets[changes[0].Set.String()]
	elements := make([]nftables.SetElement, len(changes))
	for i, c := range changes {
		elements[i] = encode(c.Element)
	}
	change := f.conn.SetAddElements
	if changes[0].Delete {
		change = f.conn.SetDeleteElements
	}
	if err := change(set, elements); err != nil {
		return fmt.Errorf("encode %d elements of set %s: %w", len(elements), set.Name, err)
	}
	return nil
}

// Close waits until stale flows are forgotten and releases sockets; the rules stay.
func (f *Firewall) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.flows.wait()
	if f.conn == nil {
		return nil
	}
	err := f.conn.CloseLasting()
	f.conn = nil
	return err
}

// Cleanup deletes the instance's table. Twice is harmless.
func Cleanup(instance string) error {
	conn, err := dial()
	if err != nil {
		return fmt.Errorf("delete the packet rules of instance %s: %w", instance, err)
	}
	conn.DelTable(&nftables.Table{Name: tableName(instance), Family: nftables.TableFamilyIPv4})
	err = conn.Flush()
	if errors.Is(err, unix.ENOENT) {
		err = nil
	}
	if err = errors.Join(err, conn.CloseLasting()); err != nil {
		return fmt.Errorf("delete the packet rules of instance %s: %w", instance, err)
	}
	return nil
}
