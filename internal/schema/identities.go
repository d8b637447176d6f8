package schema

import (
	"bytes"
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// identities are the keys of lists in two versions of an object that tell it from its like, sorted: the IP addresses of a pod, the
// UIDs of owners and of those for whom a claim is reserved. Its owners name them: `"k:{\"ip\":\"10.0.0.1\"}":{…}`. What the
// library answers depends on which they are by their order only, in which it writes them; so the place of each can stand for it, and
// the answer serves the next object.
type identities []string

// identityKeys are the fields that name elements by an identity, alone.
var identityKeys = [...]string{"ip", "uid"} //nolint:gochecknoglobals // never changed; Go has no constants of arrays

// maxIdentities bounds them; objects with more, aliases of many hosts, are written too rarely to matter.
const maxIdentities = 8

// The name of an element in the JSON of owners ends, behind its identity, with identityCloses; what a place begins with, no JSON has.
const (
	identityCloses = `\"}`
	placeMark      = 0
)

// identityOpens is how such a name begins.
func identityOpens(key string) string { return `k:{\"` + key + `\":\"` }

// identities finds them. There are none if the owners before name others: their order counts, too.
func (n *shapeNode) identities(a, b reflect.Value, owners ...[]metav1.ManagedFieldsEntry) identities {
	if !n.identified {
		return nil
	}
	var list identities
	if !n.gather(a, &list) || !n.gather(b, &list) {
		return nil
	}
	slices.Sort(list)
	if list = slices.Compact(list); len(list) == 0 || len(list) > maxIdentities {
		return nil
	}
	for _, entries := range owners {
		for i := range entries {
			if f := entries[i].FieldsV1; f != nil && !list.allOf(f.Raw) {
				return nil
			}
		}
	}
	return list
}

// gather adds the identities below a value; false if something is where one should be that JSON might write otherwise.
func (n *shapeNode) gather(v reflect.Value, to *identities) bool {
	v, s := n.look(v)
	if !n.identified || s != set {
		return true
	}
	switch n.how {
	case shapeRecord:
		for i := range n.fields {
			if f := &n.fields[i]; f.node.identified && !f.node.gather(part(v, f), to) {
				return false
			}
		}
	case shapeKeyed:
		for i := range v.Len() {
			if len(*to) > 2*maxIdentities {
				return false
			}
			e, _ := n.elem.look(v.Index(i))
			if !e.IsValid() {
				return false
			}
			key, s := look(e.FieldByIndex(n.keys[0]))
			if s != set || key.Kind() != reflect.String {
				return false
			}
			if !plainIdentity(key.String()) {
				return false
			}
			*to = append(*to, key.String())
		}
	}
	return true
}

// plainIdentity says that JSON writes a text as it is: those of addresses and UIDs.
func plainIdentity(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return true
}

// allOf says that owners name no other identities.
func (d identities) allOf(raw []byte) bool {
	for _, key := range identityKeys {
		for rest := raw; ; {
			_, behind, found := bytes.Cut(rest, []byte(identityOpens(key)))
			if !found {
				break
			}
			id, _, closed := bytes.Cut(behind, []byte(identityCloses))
			if !closed || !slices.Contains(d, string(id)) {
				return false
			}
			rest = behind
		}
	}
	return true
}

// hide puts places into owners, show identities.
func (d identities) hide(raw []byte) []byte {
	for _, key := range identityKeys {
		opens := identityOpens(key)
		if !bytes.Contains(raw, []byte(opens)) {
			continue
		}
		for i, id := range d {
			raw = bytes.ReplaceAll(raw, []byte(opens+id+identityCloses), place(opens, i))
		}
	}
	return raw
}

func (d identities) show(raw []byte) []byte {
	if bytes.IndexByte(raw, placeMark) < 0 {
		return raw
	}
	for _, key := range identityKeys {
		opens := identityOpens(key)
		for i, id := range d {
			raw = bytes.ReplaceAll(raw, place(opens, i), []byte(opens+id+identityCloses))
		}
	}
	return raw
}

func place(opens string, i int) []byte {
	return append(append([]byte(opens), placeMark, byte('0'+i)), identityCloses...)
}

// each returns owners with do done to their fields; the list itself is shared and stays.
func (d identities) each(list []owner, do func([]byte) []byte) []owner {
	if len(d) == 0 {
		return list
	}
	out := slices.Clone(list)
	for i := range out {
		if f := out[i].entry.FieldsV1; f != nil {
			out[i].entry.FieldsV1 = &metav1.FieldsV1{Raw: do(f.Raw)}
		}
	}
	return out
}
