package apiserver

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/websocket"
	"k8s.io/client-go/rest"
)

// dial opens a WebSocket to a path.
func (d *door) dial(t *testing.T, path string, edit func(*websocket.Config)) *websocket.Conn {
	t.Helper()
	tlsConfig, err := rest.TLSConfigFor(d.config("admin", "system:masters"))
	check(t, err)
	c, err := websocket.NewConfig(strings.Replace(d.url, "https", "wss", 1)+path, d.url)
	check(t, err)
	c.TlsConfig = tlsConfig.Clone()
	c.TlsConfig.NextProtos = []string{"http/1.1"}
	c.TlsConfig.MinVersion = tls.VersionTLS12
	edit(c)
	ws, err := websocket.DialConfig(c)
	check(t, err)
	t.Cleanup(func() { ws.Close() })
	return ws
}

// TestLogOverWebSocket gets an empty message and then what the node says, in bytes or in base64 by the subprotocol.
func TestLogOverWebSocket(t *testing.T) {
	d := newDoorWithNode(t)
	for _, tt := range []struct {
		protocols []string
		want      string
	}{
		{nil, "log of c tail 5\n"},
		{[]string{"binary.k8s.io"}, "log of c tail 5\n"},
		{[]string{"v9.else", "base64.binary.k8s.io"}, base64.StdEncoding.EncodeToString([]byte("log of c tail 5\n"))},
	} {
		ws := d.dial(t, webPod+"/log?tailLines=5", func(c *websocket.Config) { c.Protocol = tt.protocols })
		var first, got []byte
		check(t, websocket.Message.Receive(ws, &first))
		check(t, websocket.Message.Receive(ws, &got))
		if len(first) != 0 || string(got) != tt.want {
			t.Errorf("%v: first %q, then %q, want nothing, then %q", tt.protocols, first, got, tt.want)
		}
		if err := websocket.Message.Receive(ws, &got); !errors.Is(err, io.EOF) {
			t.Errorf("%v: after the end: %q, %v", tt.protocols, got, err)
		}
	}
}

// TestWatchOverWebSocket gets a message per event, as text for JSON and as bytes for protobuf.
func TestWatchOverWebSocket(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	dial := func(accept string) *websocket.Conn {
		return d.dial(t, "/api/v1/namespaces/red/configmaps?watch=1", func(c *websocket.Config) { c.Header.Set("Accept", accept) })
	}
	text, binary := dial("application/json"), dial("application/vnd.kubernetes.protobuf")
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
