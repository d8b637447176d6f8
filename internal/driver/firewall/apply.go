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

// Firewall is the instance's tables. Its methods are safe for concurrent use.
type Firewall struct {
	mu     sync.Mutex
	conn   *nftables.Conn
	tables []*table
	// ledger is what was applied last, nil when that is not known.
	ledger *dataplane.Ledger
	flows  forgetter
}

// table is the instance's table of one family.
type table struct {
	*layout
	// classes are those whose chains exist.
	classes map[dataplane.Class]bool
}

// Open makes the tables if they are missing or of another layout. Rules that are there stay in force until Apply.
func Open(cfg Config) (*Firewall, error) {
	conn, err := openTables(cfg)
	if err != nil {
		return nil, fmt.Errorf("open the firewall of instance %s: %w", cfg.Instance, err)
	}
	return conn, nil
}

func openTables(cfg Config) (*Firewall, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	conn, err := dial()
	if err != nil {
		return nil, err
	}
	f := &Firewall{conn: conn}
	for _, family := range cfg.Families {
		f.tables = append(f.tables, &table{layout: newLayout(cfg.Instance, family)})
	}
	for _, t := range f.tables {
		if err := f.ensureTable(t); err != nil {
			return nil, errors.Join(err, conn.CloseLasting())
		}
	}
	return f, nil
}

func dial() (*nftables.Conn, error) {
	return nftables.New(nftables.AsLasting(), nftables.WithSockOptions(func(c *netlink.Conn) error {
		return errors.Join(c.SetWriteBuffer(socketBuffer), c.SetReadBuffer(socketBuffer))
	}))
}

// ensureTable makes a table in one transaction, in place of one of another layout.
func (f *Firewall) ensureTable(t *table) error {
	chains, err := f.chains(t)
	if err != nil {
		return err
	}
	if slices.Contains(chains, t.marker()) {
		return nil
	}
	// To delete a table that may not exist: make it, then delete it.
	f.conn.AddTable(t.table)
	f.conn.DelTable(t.table)
	if err := t.create(f.conn); err != nil {
		return err
	}
	if err := f.conn.Flush(); err != nil {
		return fmt.Errorf("make table %s: %w", t.name(), err)
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
		var have dataplane.Actual
		for _, t := range f.tables {
			if err := f.ensureTable(t); err != nil {
				return err
			}
			part, err := f.observe(t)
			if err != nil {
				return err
			}
			have = append(have, part...)
		}
		changes = dataplane.Diff(have, want)
		f.ledger = dataplane.NewLedger(want)
	} else {
		changes = f.ledger.Advance(want)
	}
	for _, t := range f.tables {
		mine := slices.DeleteFunc(slices.Clone(changes), func(c dataplane.Change) bool { return c.Is6() != t.is6() })
		for part := range slices.Chunk(mine, transactionElements) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := f.transact(t, part); err != nil {
				return err
			}
		}
	}
	f.flows.add(staleAfter(changes))
	return nil
}

// transact sends changes of one table in one transaction.
func (f *Firewall) transact(t *table, changes []dataplane.Change) error {
	var made []dataplane.Class
	for _, c := range changes {
		class := c.Class
		if c.Set == dataplane.Groups && !c.Delete && class.Action == dataplane.Forward && !t.classes[class] {
			if err := t.addClass(f.conn, class); err != nil {
				return err
			}
			t.classes[class] = true
			made = append(made, class)
		}
	}
	for len(changes) > 0 {
		first := changes[0]
		n := 1
		for n < min(len(changes), messageElements) && changes[n].Set == first.Set && changes[n].Delete == first.Delete {
			n++
		}
		if err := f.queue(t, changes[:n]); err != nil {
			return err
		}
		changes = changes[n:]
	}
	if err := f.conn.Flush(); err != nil {
		for _, class := range made {
			delete(t.classes, class)
		}
		return fmt.Errorf("change table %s: %w", t.name(), err)
	}
	return nil
}

// queue puts changes of the same kind and set into one message.
func (f *Firewall) queue(t *table, changes []dataplane.Change) error {
	set := t.sets[changes[0].Set.String()]
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

// Cleanup deletes the instance's tables. Twice is harmless.
func Cleanup(instance string) error {
	conn, err := dial()
	if err != nil {
		return fmt.Errorf("delete the packet rules of instance %s: %w", instance, err)
	}
	for _, family := range []nftables.TableFamily{nftables.TableFamilyIPv4, nftables.TableFamilyIPv6} {
		conn.DelTable(&nftables.Table{Name: tableName(instance), Family: family})
		if gone := conn.Flush(); !errors.Is(gone, unix.ENOENT) && !errors.Is(gone, unix.EAFNOSUPPORT) && !errors.Is(gone, unix.EOPNOTSUPP) {
			err = errors.Join(err, gone)
		}
	}
	if err = errors.Join(err, conn.CloseLasting()); err != nil {
		return fmt.Errorf("delete the packet rules of instance %s: %w", instance, err)
	}
	return nil
}
