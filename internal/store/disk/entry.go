package disk

import (
	"encoding/binary"
	"errors"
	"fmt"

	"gantry.dev/gantry/internal/api"
)

// entry is one line of the log: what a revision did to a key. Its encoding is
//
//	flags | uvarint created | 5 × (uvarint length, bytes): group, resource, cluster, namespace, name | body
//
// Pebble checks the bytes (WAL records and blocks carry checksums); the decoder only refuses what cannot be an entry.
type entry struct {
	key     api.Key
	created api.Revision
	deleted bool
	// sameBody marks a tombstone whose last state is the body of the entry that it supersedes, which is on disk for as
	// long as the tombstone is.
	sameBody bool
	body     []byte
}

const (
	flagDeleted  = 1 << 0
	flagSameBody = 1 << 1
	flagsKnown   = flagDeleted | flagSameBody
)

var errEntry = errors.New("malformed log entry")

func (e *entry) size() int {
	n := 1 + uvarintLen(uint64(e.created))
	for _, s := range e.parts() {
		n += uvarintLen(uint64(len(s))) + len(s)
	}
	return n + len(e.body)
}

func (e *entry) parts() [5]string {
	return [5]string{e.key.Resource.Group, e.key.Resource.Name, string(e.key.Cluster), e.key.Namespace, e.key.Name}
}

// encode fills dst, which has size() bytes.
func (e *entry) encode(dst []byte) {
	var flags byte
	if e.deleted {
		flags |= flagDeleted
	}
	if e.sameBody {
		flags |= flagSameBody
	}
	b := append(dst[:0], flags)
	b = binary.AppendUvarint(b, uint64(e.created))
	for _, s := range e.parts() {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	_ = append(b, e.body...)
}

// decodeEntry reads an entry; its body aliases src. Strings pass through text, which copies or interns them.
func decodeEntry(src []byte, text func([]byte) string) (entry, error) {
	if len(src) == 0 || src[0]&^flagsKnown != 0 {
		return entry{}, fmt.Errorf("%w: flags", errEntry)
	}
	e := entry{deleted: src[0]&flagDeleted != 0, sameBody: src[0]&flagSameBody != 0}
	if e.sameBody && !e.deleted {
		return entry{}, fmt.Errorf("%w: flags", errEntry)
	}
	created, n := binary.Uvarint(src[1:])
	if n <= 0 {
		return entry{}, fmt.Errorf("%w: created revision", errEntry)
	}
	e.created, src = api.Revision(created), src[1+n:]
	var parts [5]string
	for i := range parts {
		l, n := binary.Uvarint(src)
		if n <= 0 || l > uint64(len(src)-n) {
			return entry{}, fmt.Errorf("%w: key", errEntry)
		}
		parts[i], src = text(src[n:n+int(l)]), src[n+int(l):]
	}
	e.key = api.Key{Resource: api.Resource{Group: parts[0], Name: parts[1]}, Cluster: api.Cluster(parts[2]),
		Namespace: parts[3], Name: parts[4]}
	if e.sameBody && len(src) > 0 {
		return entry{}, fmt.Errorf("%w: body behind a reference", errEntry)
	}
	e.body = src
	return e, nil
}

func uvarintLen(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}
