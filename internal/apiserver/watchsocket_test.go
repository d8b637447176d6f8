package apiserver

import (
	"crypto/tls"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/net/websocket"
	"k8s.io/client-go/rest"
)

// TestWatchOverWebSocket gets a message per event, as text for JSON and as bytes for protobuf.
func TestWatchOverWebSocket(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	tlsConfig, err := rest.TLSConfigFor(d.config("admin", "system:masters"))
	check(t, err)
	dial := func(query, accept string) *websocket.Conn {
		t.Helper()
		c, err := websocket.NewConfig(strings.Replace(d.url, "https", "wss", 1)+"/api/v1/namespaces/red/configmaps?watch=1"+query, d.url)
		check(t, err)
		c.TlsConfig = tlsConfig.Clone()
		c.TlsConfig.NextProtos = []string{"http/1.1"}
		c.TlsConfig.MinVersion = tls.VersionTLS12
		c.Header.Set("Accept", accept)
		ws, err := websocket.DialConfig(c)
		check(t, err)
		t.Cleanup(func() { ws.Close() })
		return ws
	}
	text, binary := dial("", "application/json"), dial("", "application/vnd.kubernetes.protobuf")
	for _, name := range []string{"one", "two"} {
		a.must("POST", "/api/v1/namespaces/red/configmaps", `{"metadata":{"name":"`+name+`"}}`, 201)
		var event struct {
			Type   string
			Object map[string]any
		}
		var line string
		check(t, websocket.Message.Receive(text, &line))
		check(t, json.Unmarshal([]byte(line), &event))
		if event.Type != "ADDED" || at(event.Object, "metadata.name") != name {
			t.Errorf("got %s, want %s added", line, name)
		}
		var raw []byte
		check(t, websocket.Message.Receive(binary, &raw))
		if len(raw) == 0 || raw[0] != 1<<3|2 || !strings.Contains(string(raw), name) {
			t.Errorf("got %q, want a WatchEvent about %s", raw, name)
		}
	}
	d.srv.Close() // as a server that stops
	var line string
	if err := websocket.Message.Receive(text, &line); err == nil {
		t.Errorf("after the end: %s", line)
	}
}
