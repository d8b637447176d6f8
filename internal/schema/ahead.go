package schema

import "gantry.dev/gantry/internal/store"

// touchAhead is how many records of a long list are touched together: many more than a processor waits for at once, and
// few enough that what has been touched is still near when its turn comes.
const touchAhead = 32

// touch reads a little of each record, step by step for all of them: the record, its memo, the form, the form's bytes. A
// list of thousands lies scattered over more memory than any cache holds, and one after the other each of those steps waits for
// memory, a quarter of a list's time; side by side the processor waits for many at once. The sum is of no use, but that
// the reading is not left out.
//
//go:noinline
func touch(recs []*store.Record, media Media) (sum int) {
	recs = recs[:min(len(recs), touchAhead)]
	if media == Protobuf {
		for _, rec := range recs {
			sum += len(rec.Body)
		}
		for _, rec := range recs {
			if len(rec.Body) > 0 {
				sum += int(rec.Body[0])
			}
		}
		return sum
	}
	var memos [touchAhead]*Memo
	for i, rec := range recs {
		memos[i], _ = rec.Memo.Load().(*Memo)
	}
	var forms [touchAhead]*form
	for i, m := range memos {
		if m != nil {
			forms[i] = m.forms.Load()
		}
	}
	for _, f := range forms {
		if f != nil {
			sum += len(f.bytes)
		}
	}
	for _, f := range forms {
		if f != nil && len(f.bytes) > 0 {
			sum += int(f.bytes[0])
		}
	}
	return sum
}
