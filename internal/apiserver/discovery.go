package apiserver

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/munnerz/goautoneg"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/schema"
)

// documents keeps what discovery answers, encoded: of the built-in kinds as long as the process lives, of a cluster that
// has custom ones beside the table of these, which is replaced when one changes.
type documents struct {
	mu   sync.Mutex
	made map[string]document
	// begun says that the parts of OpenAPI documents are being made.
	begun atomic.Bool
}

type document struct {
	body []byte
	etag string
}

// get returns the document of a key, and makes it at the first call. The keys are few: paths that exist times formats.
func (d *documents) get(key string, make func() ([]byte, error)) (document, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc, ok := d.made[key]; ok {
		return doc, nil
	}
	body, err := make()
	if err != nil {
		return document{}, err
	}
	sum := sha256.Sum256(body)
	doc := document{body, `"` + strings.ToUpper(hex.EncodeToString(sum[:])) + `"`}
	if d.made == nil {
		d.made = map[string]document{}
	}
	d.made[key] = doc
	return doc, nil
}

// directory is what discovery tells of the request's cluster, and where the documents made of it are kept.
func (s *Server) directory(c *call) (*schema.Directory, *documents, error) {
	custom, docs, err := s.customs(c)
	if err == nil {
		s.prepare(c.cluster, docs)
	}
	return s.Law.Directory(custom), docs, err
}

// customs is the table of the custom kinds of the request's cluster, and where the documents that tell of them are kept.
func (s *Server) customs(c *call) (*schema.Custom, *documents, error) {
	custom, err := s.Registry.Custom(c.cluster)
	if err != nil || custom == nil {
		return nil, &s.docs, err
	}
	docs, ok := custom.Memo.Load().(*documents)
	if !ok {
		custom.Memo.CompareAndSwap(nil, &documents{})
		docs = custom.Memo.Load().(*documents)
	}
	return custom, docs, nil
}

// discover answers below /api and /apis.
func (s *Server) discover(c *call, path string) error {
	if path == "/api" || path == "/apis" {
		if version, media := aggregated(c.r); version != "" {
			return s.discoverAll(c, path == "/api", version, media)
		}
	}
	if served, err := s.delegatePath(c, path); served || err != nil {
		return err
	}
	dir, _, err := s.directory(c)
	if err != nil {
		return err
	}
	others, err := s.extensionsOf(c.cluster)
	if err != nil {
		return err
	}
	var obj runtime.Object
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	// Groups are told of by the aggregator, which does not stand in upstream's router.
	inRouter := parts[0] == "api" || len(parts) == 3
	switch {
	case path == "/api":
		v := dir.CoreVersions()
		v.ServerAddressByClientCIDRs = []metav1.ServerAddressByClientCIDR{{ClientCIDR: "0.0.0.0/0", ServerAddress: c.r.Host}}
		obj = v
	case path == "/apis":
		groups := dir.Groups()
		groups.Groups = withExtensions(groups.Groups, others)
		obj = groups
	case len(parts) > 1 && parts[1] == "": // "/apis//v1" is not the core
	case parts[0] == "api" && len(parts) == 2:
		if l := dir.Resources("", parts[1]); l != nil {
			obj = l
		}
	case parts[0] == "apis" && len(parts) == 2:
		if g := groupWithExtensions(dir.Group(parts[1]), parts[1], others); g != nil {
			obj = g
		}
	case parts[0] == "apis" && len(parts) == 3:
		if l := dir.Resources(parts[1], parts[2]); l != nil {
			obj = l
		}
	}
	if obj == nil {
		return errNoPath
	}
	if inRouter && c.r.Method != http.MethodGet {
		return notAllowed()
	}
	f, err := negotiate(c.r, plainOnly, inRouter)
	if err != nil {
		return err
	}
	s.send(c.w, c.r, f, http.StatusOK, obj, coreV1)
	return nil
}

// aggregated reads whether the client understands discovery in one document, and in which version and media type.
func aggregated(r *http.Request) (version string, media schema.Media) {
	for _, cl := range goautoneg.ParseAccept(r.Header.Get("Accept")) {
		if cl.Type == "application" && cl.SubType == "json" && cl.Params["as"] == "" {
			return "", schema.JSON
		}
		if cl.Params["as"] != "APIGroupDiscoveryList" || cl.Params["g"] != "apidiscovery.k8s.io" {
			continue
		}
		media := schema.JSON
		if cl.SubType == "vnd.kubernetes.protobuf" {
			media = schema.Protobuf
		}
		if v := cl.Params["v"]; v == "v2" || v == "v2beta1" {
			return v, media
		}
	}
	return "", schema.JSON
}

func (s *Server) discoverAll(c *call, core bool, version string, media schema.Media) error {
	dir, docs, err := s.directory(c)
	if err != nil {
		return err
	}
	var others []*remote
	if !core {
		if others, err = s.extensionsOf(c.cluster); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(others, (*remote).outside) {
		docs = &documents{} // what others say of themselves changes without us
	}
	doc, err := docs.get(fmt.Sprint("discovery ", core, version, media), func() ([]byte, error) {
		list := dir.Aggregated(core)
		if err := s.aggregateExtensions(c, list, others); err != nil {
			return nil, err
		}
		if version == "v2beta1" {
			old, err := schema.AggregatedV2beta1(list)
			if err != nil {
				return nil, err
			}
			return s.Law.EncodeAny(old, media, coreV1)
		}
		return s.Law.EncodeAny(list, media, coreV1)
	})
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("ETag", doc.etag)
	h.Add("Vary", "Accept")
	h.Set("Cache-Control", "public")
	if c.r.Header.Get("If-None-Match") == doc.etag {
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	typ := mediaJSON
	if media == schema.Protobuf {
		typ = mediaProtobuf
	}
	h.Set("Content-Type", typ+";g=apidiscovery.k8s.io;v="+version+";as=APIGroupDiscoveryList")
	s.sendBytes(c, doc.body)
	return nil
}

// sendBytes sends a finished body whose headers are set.
func (s *Server) sendBytes(c *call, body []byte) {
	c.w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	c.w.WriteHeader(http.StatusOK)
	if c.r.Method == http.MethodHead {
		return
	}
	if _, err := c.w.Write(body); err != nil {
		s.Log.Debug("a client went away during an answer", "path", c.r.URL.Path, "err", err)
	}
}

// openAPI answers below /openapi.
func (s *Server) openAPI(c *call, path string) error {
	c.w.Header()["Cache-Control"] = noCache // but for what its address names, see below
	switch {
	case path == "/openapi/v2":
		return s.openAPIV2(c)
	case path == "/openapi/v3":
		custom, docs, err := s.customs(c)
		if err != nil {
			return err
		}
		index, err := docs.get("openapi v3", func() ([]byte, error) { return s.Law.OpenAPIV3Index(custom) })
		if err != nil {
			return err
		}
		body, err := s.indexExtensions(c, index.body)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		h := c.w.Header()
		h.Set("Content-Type", mediaJSON)
		h.Set("ETag", `"`+strings.ToUpper(hex.EncodeToString(sum[:]))+`"`)
		http.ServeContent(c.w, c.r, path, time.Time{}, bytes.NewReader(body))
		return nil
	}
	name, ok := strings.CutPrefix(path, "/openapi/v3/")
	if !ok {
		return errNoPath
	}
	custom, docs, err := s.customs(c)
	if err != nil {
		return err
	}
	doc, ok := s.Law.OpenAPIV3(custom, name)
	if !ok {
		return s.delegateOpenAPI(c, path)
	}
	h := c.w.Header()
	if asked := c.q.get("hash"); asked == doc.Hash {
		// The address names the content: it can be kept for good.
		h.Set("Cache-Control", "public, immutable")
		h.Set("Expires", s.Clock().AddDate(1, 0, 0).UTC().Format(http.TimeFormat))
	} else if asked != "" {
		http.Redirect(c.w, c.r, path+"?hash="+doc.Hash, http.StatusMovedPermanently)
		return nil
	}
	h.Add("Vary", "Accept")
	switch wanted(c.r, "com.github.proto-openapi.spec.v3.v1.0+protobuf", "com.github.proto-openapi.spec.v3@v1.0+protobuf") {
	case schema.JSON:
		h.Set("Content-Type", mediaJSON)
		return s.sendZipped(c, doc)
	case schema.Protobuf:
		pb, err := docs.get("openapi v3 protobuf "+doc.Hash, func() ([]byte, error) { return s.Law.OpenAPIV3Protobuf(doc) })
		if err != nil {
			return err
		}
		h.Set("Content-Type", "application/com.github.proto-openapi.spec.v3.v1.0+protobuf")
		h.Set("ETag", `"`+doc.Hash+`"`)
		http.ServeContent(c.w, c.r, path, time.Time{}, bytes.NewReader(pb.body))
		return nil
	}
	c.w.WriteHeader(http.StatusNotAcceptable)
	return nil
}

func (s *Server) openAPIV2(c *call) error {
	c.w.Header().Add("Vary", "Accept")
	media := wanted(c.r, "com.github.proto-openapi.spec.v2@v1.0+protobuf", "com.github.proto-openapi.spec.v2.v1.0+protobuf")
	typ := mediaJSON
	switch media {
	case schema.Protobuf:
		typ = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
	case noMedia:
		c.w.WriteHeader(http.StatusNotAcceptable)
		return nil
	}
	custom, _, err := s.customs(c)
	if err != nil {
		return err
	}
	doc, err := s.swaggerDocument(c, custom, media == schema.Protobuf)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", typ)
	return s.sendZipped(c, doc)
}

// noMedia is the choice of a client that takes nothing of what there is.
const noMedia schema.Media = 0xff

// wanted chooses between an OpenAPI document in JSON and in protobuf, of which there are several names.
func wanted(r *http.Request, protobuf ...string) schema.Media {
	accept := cmp.Or(r.Header.Get("Accept"), "*/*")
	for _, cl := range goautoneg.ParseAccept(accept) {
		switch {
		case cl.Type != "application" && cl.Type != "*":
		case cl.SubType == "json" || cl.SubType == "*":
			return schema.JSON
		case slices.Contains(protobuf, cl.SubType):
			return schema.Protobuf
		}
	}
	return noMedia
}

// sendZipped sends a document that is kept compressed.
func (s *Server) sendZipped(c *call, doc schema.Document) error {
	h := c.w.Header()
	h.Set("ETag", `"`+doc.Hash+`"`)
	h.Add("Vary", "Accept-Encoding")
	h.Set("Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))
	if c.r.Header.Get("If-None-Match") == `"`+doc.Hash+`"` {
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	gz, err := doc.Gzip()
	if err != nil {
		return err
	}
	if acceptsGzip(c.r) && c.r.Header.Get("Range") == "" { // ranges are those of the document
		h.Set("Content-Encoding", "gzip")
		if !conditional(c.r.Header) { // else the answer may be another
			h.Set("Content-Length", strconv.Itoa(len(gz)))
		}
	} else if gz, err = s.Law.Gunzip(gz); err != nil {
		return err
	}
	// Without a time: only the hash says whether a document is still the same.
	http.ServeContent(c.w, c.r, c.path, time.Time{}, bytes.NewReader(gz))
	return nil
}

// conditional reports whether a request is for a document only if something holds.
func conditional(h http.Header) bool {
	return h.Get("If-Match") != "" || h.Get("If-None-Match") != "" || h.Get("If-Modified-Since") != "" || h.Get("If-Unmodified-Since") != ""
}

// version answers /version.
func (s *Server) version(c *call) error {
	if err := c.produces(mediaJSON); err != nil {
		return err
	}
	body, err := json.Marshal(s.Version)
	if err != nil {
		return err
	}
	return s.jsonAnswer(c, body)
}

// index answers /, the list of paths.
func (s *Server) index(c *call) error {
	dir, _, err := s.directory(c)
	if err != nil {
		return err
	}
	paths := []string{"/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/apis/", "/debug/pprof", "/metrics", "/metrics/slis",
		"/openapi/v2", "/openapi/v3", "/openapi/v3/", "/openid/v1/jwks", "/version"}
	for _, gv := range dir.GroupVersions() {
		if gv.Group != "" {
			paths = append(paths, "/apis/"+gv.Group, "/apis/"+gv.String())
		}
	}
	for _, health := range []string{"healthz", "livez", "readyz"} {
		paths = append(paths, "/"+health)
		for _, ch := range s.checks(health) {
			paths = append(paths, "/"+health+"/"+ch.Name)
		}
	}
	slices.Sort(paths)
	body, err := json.Marshal(metav1.RootPaths{Paths: slices.Compact(paths)})
	if err != nil {
		return err
	}
	return s.jsonAnswer(c, body)
}
