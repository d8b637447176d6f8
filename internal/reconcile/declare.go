package reconcile

import (
	"fmt"
	"strings"
)

// claim is one field, or tree of fields, that a controller says it writes. It is declared as
//
//	resource[/subresource][{objects}][:path[=value],...]
//
// for example "pods/status:conditions[DisruptionTarget]=DeletionByPodGC" or "endpointslices.discovery.k8s.io{of Endpoints}:ports".
// objects says in words which ones are meant, value which values; two claims with different words do not meet. "*" is every
// resource; without a path all of the object, or of its subresource, is meant.
type claim struct {
	text                          string
	resource, sub, objects        string
	path, value                   string
	hasObjects, hasPath, hasValue bool
}

// parseClaims reads a declaration.
func parseClaims(text string) ([]claim, error) {
	c := claim{text: text}
	what, paths, hasPath := strings.Cut(text, ":")
	if i := strings.IndexByte(what, '{'); i >= 0 {
		if !strings.HasSuffix(what, "}") {
			return nil, fmt.Errorf("reconcile: declared write %q: want resource/subresource{objects}:path=value", text)
		}
		c.objects, c.hasObjects = what[i+1:len(what)-1], true
		what = what[:i]
	}
	c.resource, c.sub, _ = strings.Cut(what, "/")
	if c.resource == "" || hasPath && paths == "" {
		return nil, fmt.Errorf("reconcile: declared write %q: want resource/subresource{objects}:path=value", text)
	}
	if !hasPath {
		return []claim{c}, nil
	}
	var out []claim
	for _, p := range strings.Split(paths, ",") {
		one := c
		one.path, one.value, one.hasValue = strings.Cut(p, "=")
		one.hasPath = true
		out = append(out, one)
	}
	return out, nil
}

// meets reports whether two claims can mean the same field of the same object.
func (c claim) meets(o claim) bool {
	switch {
	case c.resource != o.resource && c.resource != "*" && o.resource != "*":
		return false
	case c.sub != o.sub:
		return false
	case c.hasObjects && o.hasObjects && c.objects != o.objects:
		return false
	case c.path == o.path && c.hasValue && o.hasValue && c.value != o.value:
		return false
	}
	return holds(c, o) || holds(o, c)
}

// holds reports whether the path of in lies in the tree of c.
func holds(c, in claim) bool {
	if !c.hasPath {
		return true
	}
	rest, ok := strings.CutPrefix(in.path, c.path)
	return ok && in.hasPath && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// checkWriters refuses two controllers that declare the same field, so that every field has one writer.
func checkWriters(ctls []Controller) error {
	type held struct {
		claim
		by string
	}
	var all []held
	for i := range ctls {
		var own []held
		for _, w := range ctls[i].Writes {
			claims, err := parseClaims(w)
			if err != nil {
				return fmt.Errorf("controller %s: %w", ctls[i].Name, err)
			}
			for _, c := range claims {
				own = append(own, held{c, ctls[i].Name})
			}
		}
		for _, c := range own {
			for _, o := range all {
				if c.meets(o.claim) {
					return fmt.Errorf("reconcile: controller %s declares that it writes %s, and %s that it writes %s: a field has one writer", c.by, c.text, o.by, o.text)
				}
			}
		}
		all = append(all, own...)
	}
	return nil
}
