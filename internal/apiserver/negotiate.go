package apiserver

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/munnerz/goautoneg"
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

// allow reports whether an endpoint answers with a kind at all. Which of the two kinds of metadata suits it is found out
// when the answer is there: see misfit.
func (t transforms) allow(as string) bool {
	switch as {
	case "Table", "PartialObjectMetadata":
		return t != plainOnly
	case "PartialObjectMetadataList":
		return t == objectsOf || t == listsOf
	}
	return false
}

// negotiate is negotiate for the call. Upstream serves custom kinds behind its router, which then does not word the refusal.
func (c *call) negotiate(t transforms) (format, error) {
	return negotiate(c.r, t, c.kind == nil || !c.kind.IsCustom())
}

// offers are the media types of the API, in the order of preference of clients that take anything.
var offers = [...]struct { //nolint:gochecknoglobals // never changed; Go has no constants of arrays
	media, sub string
	as         format
}{{mediaJSON, "json", format{}}, {mediaYAML, "yaml", format{yaml: true}}, {mediaProtobuf, "vnd.kubernetes.protobuf", format{media: schema.Protobuf}}}

// negotiate chooses the format by the Accept header: by weight, then by the client's order, the first clause that the
// endpoint can serve. routed says that the endpoint stands in upstream's router, which has a word of its own.
func negotiate(r *http.Request, t transforms, routed bool) (format, error) {
	accept := r.Header.Get("Accept")
	if accept == "" || accept == mediaJSON || accept == "*/*" { // what most clients send
		return format{pretty: wantsPretty(r)}, nil
	}
	types := []string{mediaJSON, mediaYAML, mediaProtobuf}
	streams := []string{mediaJSON + ";stream=watch", mediaProtobuf + ";stream=watch"}
	if routed {
		produced := slices.Clip(types)
		if t == eventsOf || t == listsOf {
			produced = slices.Clip(slices.Concat(types, streams))
		}
		if !routes(accept, append(produced, "*/*")) {
			return format{}, notProduced(produced...)
		}
	}
	for _, c := range goautoneg.ParseAccept(accept) {
		for _, o := range offers {
			if c.Type != "*" && c.Type != "application" || c.SubType != "*" && c.SubType != o.sub {
				continue
			}
			f := o.as
			if !f.take(c.Params, t) {
				continue
			}
			if f.yaml && t == eventsOf {
				return format{}, notAcceptable(streams...) // YAML cannot be framed as a stream
			}
			f.pretty = f.media == schema.JSON && !f.yaml && (c.Params["pretty"] == "1" || wantsPretty(r))
			return f, nil
		}
	}
	return format{}, notAcceptable(types...)
}

// take reads the parameters of a clause of an Accept header, and reports whether the endpoint can do what they ask for.
func (f *format) take(params map[string]string, t transforms) bool {
	if s := params["stream"]; s != "" && (s != "watch" || f.yaml) {
		return false
	}
	if v := params["sv"]; v != "" && v != coreV1.Version {
		return false
	}
	_, group := params["g"]
	_, version := params["v"]
	as, convert := params["as"]
	if !convert && !group && !version {
		return true
	}
	f.as, f.metaVersion = as, params["v"]
	known := params["g"] == metav1.GroupName && (f.metaVersion == "v1" || f.metaVersion == "v1beta1")
	return known && t.allow(as) && (as != "Table" || f.media == schema.JSON)
}

// routes reports whether upstream's router lets a header that names media types through to an endpoint that knows these:
// it compares bare types, as they are written.
func routes(header string, known []string) bool {
	for part := range strings.SplitSeq(header, ",") {
		bare, _, _ := strings.Cut(part, ";")
		if slices.Contains(known, strings.Trim(bare, " ")) {
			return true
		}
	}
	return false
}

// produces refuses a client that does not take the one type of a path in upstream's router.
func (c *call) produces(media string) error {
	if accept := c.r.Header.Get("Accept"); accept != "" && !routes(accept, []string{media, "*/*"}) {
		return notProduced(media)
	}
	return nil
}

// notProduced is the refusal in the words of upstream's router.
func notProduced(types ...string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
		Details: &metav1.StatusDetails{}, Message: "406: Not Acceptable\n\nAvailable representations: " + strings.Join(types, ", ")}}
}

func notAcceptable(types ...string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
		Message: "only the following media types are accepted: " + strings.Join(types, ", ")}}
}

// wantsPretty says whether a person reads the answer: the parameter decides, else the sort of client.
func wantsPretty(r *http.Request) bool {
	if strings.Contains(r.URL.RawQuery, "pretty") {
		if vs := r.URL.Query()["pretty"]; len(vs) > 0 && vs[0] != "" {
			yes, _ := strconv.ParseBool(vs[0]) // what is no such word asks for nothing
			return yes
		}
	}
	agent := r.UserAgent()
	return strings.HasPrefix(agent, "curl") || strings.HasPrefix(agent, "Wget") || strings.HasPrefix(agent, "Mozilla/5.0")
}
