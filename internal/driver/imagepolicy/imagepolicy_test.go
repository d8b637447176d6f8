package imagepolicy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	imagepolicyv1alpha1 "k8s.io/api/imagepolicy/v1alpha1"

	"gantry.dev/gantry/internal/admit/config"
)

// serve runs a server that answers by the first image, and counts.
func serve(t *testing.T) (*Server, *atomic.Int32) {
	var asked atomic.Int32
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		var review imagepolicyv1alpha1.ImageReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Kind != "ImageReview" {
			http.Error(w, "this is no review", http.StatusBadRequest)
			return
		}
		switch image := review.Spec.Containers[0].Image; image {
		case "broken":
			http.Error(w, "out of order", http.StatusInternalServerError)
		default:
			review.Status = imagepolicyv1alpha1.ImageReviewStatus{Allowed: image == "good", Reason: "I saw " + image}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(&review) // the client hears of it
		}
	}))
	t.Cleanup(srv.Close)
	file := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: %q, insecure-skip-tls-verify: true}}]\ncontexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a\n", srv.URL)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(config.ImagePolicy{KubeConfigFile: file, AllowTTL: time.Hour, RetryBackoff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return s, &asked
}

func spec(image string) imagepolicyv1alpha1.ImageReviewSpec {
	return imagepolicyv1alpha1.ImageReviewSpec{Namespace: "ns", Containers: []imagepolicyv1alpha1.ImageReviewContainerSpec{{Image: image}}}
}

func TestReview(t *testing.T) {
	s, asked := serve(t)
	for _, c := range []struct {
		image   string
		allowed bool
		err     string
		asked   int32 // so far; a broken server is asked again
	}{
		{"good", true, "", 1},
		{"good", true, "", 1}, // remembered
		{"bad", false, "", 2},
		{"bad", false, "", 3}, // refusals are not kept here
		{"broken", false, "out of order", 0},
	} {
		got, err := s.Review(t.Context(), spec(c.image))
		switch {
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: %v, want %q", c.image, err, c.err)
		case c.err == "" && (err != nil || got.Allowed != c.allowed || got.Reason != "I saw "+c.image):
			t.Errorf("%s: %+v, %v", c.image, got, err)
		}
		if n := asked.Load(); c.asked != 0 && n != c.asked {
			t.Errorf("%s: asked %d times, want %d", c.image, n, c.asked)
		}
	}
}

func TestOpenWithoutFile(t *testing.T) {
	if _, err := Open(config.ImagePolicy{KubeConfigFile: "/nowhere/at/all"}); err == nil || !strings.Contains(err.Error(), "/nowhere/at/all") {
		t.Errorf("got %v", err)
	}
}
