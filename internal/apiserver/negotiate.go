package apiserver

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/schema"
)

// The media types that the door speaks.
const (
	mediaJSON     = "application/json"
	mediaYAML     = "application/yaml"
	mediaProtobuf = "application/vnd.kubernetes.protobuf"
)

// format is how an answer is written: the outcome of content negotiation.
type format struct {
	media  schema.Media
	yaml   bool
	pretty bool
	// as is "", "Table", "PartialObjectMetadata" or "PartialObjectMetadataList"; metaVersion the version of meta.k8s.io.
	as          string
	metaVersion string
}

// contentType is the Content-Type of an answer. stream marks a watch.
func (f *format) contentType(stream bool) string {
	t := mediaJSON
	switch {
	case f.media == schema.Protobuf:
		t = mediaProtobuf
	case f.yaml:
		t = mediaYAML
	}
	if stream && f.media == schema.Protobuf { // upstream marks streams of JSON by nothing
		t += ";stream=watch"
	}
	return t
}

// form is the shape in which schema writes records in this format.
func (f *format) form(version string) schema.Form {
	out := schema.Form{Media: f.media, Version: version, MetaVersion: f.metaVersion}
	if strings.HasPrefix(f.as, "PartialObjectMetadata") {
		out.As = schema.PartialMeta
	}
	return out
}

// transforms lists the "as" kinds that an endpoint can answer with.
type transforms uint8

const (
	plainOnly transforms = iota // subresources with kinds of their own, reviews, discovery
	objectsOf                   // one object: Table, PartialObjectMetadata
	listsOf                     // a collection: Table, PartialObjectMetadataList
	eventsOf                    // a watch: Table, PartialObjectMetadata
)

func (t transforms) allow(as string) bool {
	switch as {
	case "":
		return true
	case "Table":
		return t != plainOnly
	case "PartialObjectMetadata":
		return t == objectsOf || t == eventsOf
	case "PartialObjectMetadataList":
		return t == listsOf
	}
	return false
}

// negotiate is negotiate for the call. Upstream serves custom kinds behind its router, which then does not word the refusal.
func (c *call) negotiate(t transforms) (format, error) {
	return negotiate(c.r, t, c.kind == nil || !c.kind.IsCustom())
}

// negotiate chooses the format by the Accept header: by weight, then by the client's order, the first clause that the
// endpoint can serve. routed says that the endpoint stands in upstream's router, which has a word of its own.
func negotiate(r *http.Request, t transforms, routed bool) (format, error) {
	accept := r.Header.Get("Accept")
	if accept == "" || accept == mediaJSON || accept == "*/*" { // what most clients send
		return format{pretty: wantsPretty(r)}, nil
	}
	for _, c := range clauses(accept) {
		f := format{as: c.params["as"]}
		switch c.media {
		case mediaJSON, "*/*", "application/*":
		case mediaYAML, "application/*+yaml", "text/yaml":
			f.yaml = true
		case mediaProtobuf:
			f.media = schema.Protobuf
		default:
			continue
		}
		if f.yaml && t == eventsOf {
			continue // YAML cannot be framed as a stream
		}
		if f.as != "" {
			f.metaVersion = c.params["v"]
			known := c.params["g"] == metav1.GroupName && (f.metaVersion == "v1" || f.metaVersion == "v1beta1")
			if !known || !t.allow(f.as) || f.as == "Table" && f.media == schema.Protobuf {
				continue
			}
		}
		f.pretty = f.media == schema.JSON && !f.yaml && (c.params["pretty"] == "1" || wantsPretty(r))
		return f, nil
	}
	return format{}, unknownForm(accept, t, routed)
}

// unknownForm words a refusal as upstream does: its router looks at the bare types first, its handlers at the forms.
func unknownForm(accept string, t transforms, routed bool) error {
	types := []string{mediaJSON, mediaYAML, mediaProtobuf}
	streams := []string{mediaJSON + ";stream=watch", mediaProtobuf + ";stream=watch"}
	known, framed := !routed, false // framed types can be sent as a stream
	for part := range strings.SplitSeq(accept, ",") {
		bare, _, _ := strings.Cut(part, ";")
		bare = strings.TrimSpace(bare)
		known = known || bare == "*/*" || slices.Contains(types, bare)
		framed = framed || bare == "*/*" || bare == mediaJSON || bare == mediaProtobuf
	}
	switch {
	case known && t == eventsOf && !framed:
		return notAcceptable(streams...)
	case known:
		return notAcceptable(types...)
	case t == eventsOf || t == listsOf:
		types = append(types, streams...)
	}
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
		Details: &metav1.StatusDetails{}, Message: "406: Not Acceptable\n\nAvailable representations: " + strings.Join(types, ", ")}}
}

func notAcceptable(types ...string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
		Message: "only the following media types are accepted: " + strings.Join(types, ", ")}}
}

type clause struct {
	media  string
	params map[string]string
	weight float64
}

// maxClauses bounds how many alternatives of an Accept header count; clients send three.
const maxClauses = 32

func clauses(accept string) []clause {
	var out []clause
	for part := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || len(out) == maxClauses {
			continue
		}
		c := clause{media: media, params: params, weight: 1}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			c.weight = q
		}
		if c.weight > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b clause) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return 0
	})
	return out
}

// wantsPretty says whether a person reads the answer: the parameter decides, else the sort of client.
func wantsPretty(r *http.Request) bool {
	if strings.Contains(r.URL.RawQuery, "pretty") {
		if vs, ok := r.URL.Query()["pretty"]; ok {
			return vs[0] != "0" && vs[0] != "false"
		}
	}
	agent := r.UserAgent()
	return strings.HasPrefix(agent, "curl") || strings.HasPrefix(agent, "Wget") || strings.HasPrefix(agent, "Mozilla/5.0")
}
