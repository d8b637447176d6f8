package disk

import (
	"bytes"
	"cmp"
	"testing"

	"gantry.dev/gantry/internal/api"
)

func copyText(b []byte) string { return string(b) }

// Every entry comes back as it was written.
func FuzzEntry(f *testing.F) {
	f.Add("", "pods", "host", "default", "a", uint64(1), byte(0), []byte("body"))
	f.Add("apps", "deployments", "", "", "", uint64(1)<<63, byte(1), []byte{})
	f.Add("g\x00", "r/", "c", "\xff", "n", uint64(300), byte(3), []byte{0})
	f.Fuzz(func(t *testing.T, group, res, cluster, ns, name string, created uint64, flags byte, body []byte) {
		e := entry{
			key:     api.Key{Resource: api.Resource{Group: group, Name: res}, Cluster: api.Cluster(cluster), Namespace: ns, Name: name},
			created: api.Revision(created),
			deleted: flags&flagDeleted != 0,
			body:    body,
		}
		if e.deleted && flags&flagSameBody != 0 {
			e.sameBody, e.body = true, nil
		}
		buf := make([]byte, e.size())
		e.encode(buf)
		got, err := decodeEntry(buf, copyText)
		if err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		if got.key != e.key || got.created != e.created || got.deleted != e.deleted || got.sameBody != e.sameBody || !bytes.Equal(got.body, e.body) {
			t.Fatalf("wrote %+v, read %+v", e, got)
		}
	})
}

// Any bytes are an entry or an error, and an entry reads the same when it is written again.
func FuzzDecodeEntry(f *testing.F) {
	f.Add([]byte{0, 1, 0, 1, 'p', 1, 'h', 0, 1, 'a', 'b'})
	f.Add([]byte{3, 1, 0, 1, 'p', 1, 'h', 0, 1, 'a'})
	f.Add([]byte{0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := decodeEntry(b, copyText)
		if err != nil {
			return
		}
		buf := make([]byte, e.size())
		e.encode(buf)
		again, err := decodeEntry(buf, copyText)
		if err != nil || again.key != e.key || again.created != e.created || !bytes.Equal(again.body, e.body) {
			t.Fatalf("read %+v, wrote and read %+v, %v", e, again, err)
		}
	})
}

// Keys of the log sort like their revisions, and table keys come back.
func FuzzKeys(f *testing.F) {
	f.Add(uint64(255), uint64(256), "apps", "deployments", "t1")
	f.Fuzz(func(t *testing.T, a, b uint64, group, res, cluster string) {
		ka, kb := logKey(api.Revision(a)), logKey(api.Revision(b))
		if got, want := bytes.Compare(ka, kb), cmp.Compare(a, b); got != want {
			t.Fatalf("keys of %d and %d compare as %d", a, b, got)
		}
		if rev, err := parseLogKey(ka); err != nil || uint64(rev) != a {
			t.Fatalf("%d came back as %d, %v", a, rev, err)
		}
		for _, s := range []string{group, res, cluster} {
			if bytes.IndexByte([]byte(s), 0) >= 0 {
				return // refused by checkTxn
			}
		}
		id := tableID{api.Resource{Group: group, Name: res}, api.Cluster(cluster)}
		if got, err := parseTableKey(tableKey(id)); err != nil || got != id {
			t.Fatalf("%+v came back as %+v, %v", id, got, err)
		}
	})
}
