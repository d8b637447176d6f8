package disk

import "github.com/cockroachdb/pebble/v2/vfs"

// The bounds of the commit pipeline and of history. Those that a deployment may want to change are fields of Options.
const (
	// queueLen bounds the calls of Commit that wait for the assembler; more callers wait in Commit, where their
	// contexts can still end them.
	queueLen = 1024
	// batchOps and batchBytes end a batch: a larger one would make the first of its writers wait for the last. The
	// bytes also stay well below half a memtable, beyond which Pebble writes a table per batch.
	batchOps   = 4096
	batchBytes = 1 << 20
	// keptBatch bounds the buffer that is used for the next batch: nearly all fit, and Pebble would keep none above a mebibyte.
	keptBatch = 4 << 20
	// txnBytes bounds one transaction. Objects are refused by the API at 3 MiB; a transaction holds a few of them.
	txnBytes = 16 << 20
	// commitBytes bounds all transactions of one Commit, which become durable together.
	commitBytes = 64 << 20
	// nextEvents bounds what one Next of a watcher returns, and so the buffer that it makes.
	nextEvents = 1024
	// keepBuffer is the largest event buffer that a watcher keeps between two calls of Next.
	keepBuffer = 64

	defaultTableEvents   = 1 << 16
	defaultTableBytes    = 32 << 20
	defaultHistoryBytes  = 256 << 20
	defaultMinTableBytes = 64 << 10
	defaultReserve       = 32 << 20

	// memTableSize and cacheSize are small because nothing is read after Open: the memtable only gathers what the next
	// table file holds, and grows to its size when there is much to gather; the cache serves compactions.
	memTableSize = 8 << 20
	cacheSize    = 1 << 20
	maxOpenFiles = 128
	// l0Compaction and l0StopWrites let more flushed memtables gather before they are merged than Pebble does for
	// stores that are read: every flush deletes old revisions all over the log, so that every merge rewrites most of it.
	l0Compaction = 12
	l0StopWrites = 48
)

// Options tune an engine. The zero value is meant for production.
type Options struct {
	// FS is the file system; nil is the operating system's. Tests and in-memory stores give a vfs.MemFS.
	FS vfs.FS
	// TableEvents and TableBytes bound the history kept per (resource, cluster), and that kept per resource for
	// watchers of all clusters. The newest event is always kept.
	TableEvents int
	TableBytes  int
	// HistoryBytes bounds the history of the whole store. Beyond it, whoever writes gives up his own oldest history,
	// but keeps MinTableBytes: a flooding tenant never expires a quiet one's.
	HistoryBytes  int
	MinTableBytes int
	// Reserve is the free space below which commits answer store.ErrFull, so that Pebble can always flush and compact
	// what was acknowledged. On a file system smaller than four reserves it is a quarter. Deletions may use half of it.
	Reserve uint64
}

func (o Options) withDefaults() Options {
	if o.FS == nil {
		o.FS = vfs.Default
	}
	set := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	set(&o.TableEvents, defaultTableEvents)
	set(&o.TableBytes, defaultTableBytes)
	set(&o.HistoryBytes, defaultHistoryBytes)
	set(&o.MinTableBytes, defaultMinTableBytes)
	if o.Reserve == 0 {
		o.Reserve = defaultReserve
	}
	return o
}
