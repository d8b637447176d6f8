package webhook

import (
	"context"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/api"
)

// Each caller shows a server the user that its kubeconfig has for it; others show nothing.
func TestCredentials(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q", r.Header.Get("Authorization"))
	}))
	t.Cleanup(s.Close)
	host := strings.TrimPrefix(s.URL, "https://")
	file := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\nusers: [{name: %q, user: {token: secret}}, {name: '*.svc', user: {token: other}}]\n", host)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	creds, err := OpenCredentials(map[string]string{"MutatingAdmissionWebhook": file})
	if err != nil {
		t.Fatal(err)
	}
	c := New(func(api.Cluster, string, string, int32) ([]string, error) { return []string{host}, nil }, creds)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	for _, tc := range []struct {
		caller, want string
	}{
		{"MutatingAdmissionWebhook", `"Bearer secret"`},
		{"ValidatingAdmissionWebhook", `""`},
		{"", `""`},
	} {
		got, err := c.Post(context.Background(), api.Host, api.Webhook{URL: s.URL, CABundle: ca, Caller: tc.caller}, []byte("{}"))
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: got %s, %v, want %s", tc.caller, got, err, tc.want)
		}
	}
	if _, err := OpenCredentials(map[string]string{"ValidatingAdmissionWebhook": "/nowhere/at/all"}); err == nil || !strings.Contains(err.Error(), "/nowhere/at/all") {
		t.Errorf("a file that is not there: %v", err)
	}
}
