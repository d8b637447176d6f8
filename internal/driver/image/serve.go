package image

import (
	"net/http"
	"os"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Handler gives the blobs that the store has kept to other nodes: the part of the distribution API that reads blobs, with
// ranges. It gives no manifests: those have to come from the registry, which says who may read them; knowing the digest of
// a layer is the proof of that. Who may ask at all is the server's business.
func (s *Store) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, ok := strings.CutPrefix(r.URL.Path, "/v2/")
		if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
		if rest == "" {
			return // the API is spoken here
		}
		_, digest, ok := strings.Cut(rest, "/blobs/")
		h, err := v1.NewHash(digest)
		if !ok || err != nil || h.Algorithm != "sha256" || !hexID.MatchString(h.Hex) {
			http.NotFound(w, r)
			return
		}
		f, err := os.Open(s.blobPath(h))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer f.Close() // a collection may remove the file meanwhile: what is open stays whole
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Docker-Content-Digest", h.String())
		http.ServeContent(w, r, "", time.Time{}, f)
	})
}

// Peer is another node that may have the layers of an image.
type Peer struct {
	// Host is "10.0.0.2:10250"; it is spoken to by TLS only.
	Host string
	// Transport proves who we are.
	Transport http.RoundTripper
}
