package schema

import (
	"bytes"
	"net/netip"
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// addresses are the IP addresses that are keys of lists in two versions of an object, sorted. Each pod has one of its own, which its
// owners name: `"k:{\"ip\":\"10.0.0.1\"}":{…}`. What the library answers depends on which they are by their order only, in which it
// writes them; so the place of each can stand for it, and the answer serves the next pod.
type addresses []string

// addressKey is the field that names elements by an address.
const addressKey = "ip"

// maxAddresses bounds them; objects with more, aliases of many hosts, are written too rarely to matter.
const maxAddresses = 8

// The name of an element in the JSON of owners, before and behind its address, and what a place begins with, which no JSON has.
const (
	addressOpens  = `k:{\"ip\":\"`
	addressCloses = `\"}`
	placeMark     = 0
)

// addresses finds them. There are none if the owners before name others: their order counts, too.
func (n *shapeNode) addresses(a, b reflect.Value, owners ...[]metav1.ManagedFieldsEntry) addresses {
	if !n.addressed {
		return nil
	}
	var list addresses
	if !n.gather(a, &list) || !n.gather(b, &list) {
		return nil
	}
	slices.Sort(list)
	if list = slices.Compact(list); len(list) == 0 || len(list) > maxAddresses {
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

// gather adds the addresses below a value; false if something is where an address should be.
func (n *shapeNode) gather(v reflect.Value, to *addresses) bool {
	v, s := n.look(v)
	if !n.addressed || s != set {
		return true
	}
	switch n.how {
	case shapeRecord:
		for i := range n.fields {
			if f := &n.fields[i]; f.node.addressed && !f.node.gather(part(v, f), to) {
				return false
			}
		}
	case shapeKeyed:
		for i := range v.Len() {
			if len(*to) > 2*maxAddresses {
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
			ip, err := netip.ParseAddr(key.String())
			if err != nil || ip.Zone() != "" {
				return false
			}
			*to = append(*to, key.String())
		}
	}
	return true
}

// allOf says that owners name no other addresses.
func (a addresses) allOf(raw []byte) bool {
	for {
		_, rest, found := bytes.Cut(raw, []byte(addressOpens))
		if !found {
			return true
		}
		ip, _, closed := bytes.Cut(rest, []byte(addressCloses))
		if !closed || !slices.Contains(a, string(ip)) {
			return false
		}
		raw = rest
	}
}

// hide puts places into owners, show addresses.
func (a addresses) hide(raw []byte) []byte {
	for i, ip := range a {
		raw = bytes.ReplaceAll(raw, []byte(addressOpens+ip+addressCloses), place(i))
	}
	return raw
}

func (a addresses) show(raw []byte) []byte {
	if bytes.IndexByte(raw, placeMark) < 0 {
		return raw
	}
	for i, ip := range a {
		raw = bytes.ReplaceAll(raw, place(i), []byte(addressOpens+ip+addressCloses))
	}
	return raw
}

func place(i int) []byte {
	return append(append([]byte(addressOpens), placeMark, byte('0'+i)), addressCloses...)
}

// each returns owners with do done to their fields; the list itself is shared and stays.
func (a addresses) each(list []owner, do func([]byte) []byte) []owner {
	if len(a) == 0 {
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
