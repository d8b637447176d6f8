package disk

import (
	"encoding/binary"
	"fmt"
	"strings"

	"gantry.dev/gantry/internal/api"
)

// The keyspace on disk:
//
//	h/<revision, 8 bytes big endian>             an entry of the log
//	m/state                                      the newest revision, and how many entries the log holds
//	m/floor                                      the revision of the last Compact
//	m/c/<group>\x00<resource>\x00<cluster>       the revision up to which the table's history is gone
const (
	logPrefix = "h/"
	metaState = "m/state"
	metaFloor = "m/floor"
	metaTable = "m/c/"
	logKeyLen = len(logPrefix) + 8
)

func putLogKey(dst []byte, rev api.Revision) {
	copy(dst, logPrefix)
	binary.BigEndian.PutUint64(dst[len(logPrefix):], uint64(rev))
}

func logKey(rev api.Revision) []byte {
	k := make([]byte, logKeyLen)
	putLogKey(k, rev)
	return k
}

func parseLogKey(k []byte) (api.Revision, error) {
	if len(k) != logKeyLen || string(k[:len(logPrefix)]) != logPrefix {
		return 0, fmt.Errorf("malformed log key %q", k)
	}
	return api.Revision(binary.BigEndian.Uint64(k[len(logPrefix):])), nil
}

func tableKey(id tableID) []byte {
	return []byte(metaTable + id.res.Group + "\x00" + id.res.Name + "\x00" + string(id.cluster))
}

func parseTableKey(k []byte) (tableID, error) {
	rest, ok := strings.CutPrefix(string(k), metaTable)
	parts := strings.Split(rest, "\x00")
	if !ok || len(parts) != 3 {
		return tableID{}, fmt.Errorf("malformed table key %q", k)
	}
	return tableID{api.Resource{Group: parts[0], Name: parts[1]}, api.Cluster(parts[2])}, nil
}

// stateValue goes with every batch, so that at open a log with fewer entries than it should have is noticed, and so
// that revisions go on where they were even if the last entry is a tombstone that Compact has removed.
func stateValue(rev api.Revision, entries int) []byte {
	return binary.BigEndian.AppendUint64(revValue(rev), uint64(entries))
}

func parseStateValue(v []byte) (rev api.Revision, entries int, err error) {
	if len(v) != 16 {
		return 0, 0, fmt.Errorf("malformed state %x", v)
	}
	return api.Revision(binary.BigEndian.Uint64(v)), int(binary.BigEndian.Uint64(v[8:])), nil
}

func revValue(rev api.Revision) []byte { return binary.BigEndian.AppendUint64(nil, uint64(rev)) }

func parseRevValue(v []byte) (api.Revision, error) {
	if len(v) != 8 {
		return 0, fmt.Errorf("malformed revision %x", v)
	}
	return api.Revision(binary.BigEndian.Uint64(v)), nil
}
