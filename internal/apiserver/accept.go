package apiserver

import (
	"strings"
)

// withoutProtobuf makes the request ask for what custom objects have: no protobuf form of their own. Their metadata has
// one, so clauses that ask for it stay. Where nothing stays, the answer is 406.
//
// The function that it returns puts the request right again: a refusal may be in protobuf.
func (c *call) withoutProtobuf() (restore func()) {
	accept := c.r.Header.Get("Accept")
	if !strings.Contains(accept, mediaProtobuf) {
		return func() {}
	}
	var keep []string
	for clause := range strings.SplitSeq(accept, ",") {
		if !strings.Contains(clause, mediaProtobuf) || strings.Contains(clause, "as=PartialObjectMetadata") {
			keep = append(keep, clause)
		}
	}
	if len(keep) == 0 {
		keep = []string{"none/none"} // an empty header would ask for anything
	}
	c.r.Header.Set("Accept", strings.Join(keep, ","))
	return func() { c.r.Header.Set("Accept", accept) }
}
