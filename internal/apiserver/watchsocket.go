package apiserver

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/websocket"

	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
)

// wantsSocket says whether a watch is asked for over a WebSocket, as browsers do.
func wantsSocket(r *http.Request) bool {
	if !r.ProtoAtLeast(1, 1) || r.ProtoMajor != 1 || !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return false
	}
	for part := range strings.SplitSeq(r.Header.Get("Connection"), ",") {
		if strings.EqualFold(strings.TrimSpace(part), "upgrade") {
			return true
		}
	}
	return false
}

// overSocket runs a watch over a WebSocket: one message per event, text for JSON, binary for protobuf. failed is the
// watch's only event if it could not begin.
func (w *watchWriter) overSocket(cursor *registry.Watch, life time.Duration, failed error) error {
	var err error
	// Who may watch has been decided before: the origin adds nothing, so that unlike upstream none is required.
	websocket.Server{Handler: func(ws *websocket.Conn) {
		defer ws.Close()
		w.socket = ws
		if failed != nil {
			err = w.end(failed)
			return
		}
		ctx, cancel := context.WithCancel(w.ctx)
		defer cancel()
		w.ctx = ctx
		gone := make(chan struct{})
		go func() { // a client has nothing to say: its end is all that comes
			defer close(gone)
			_, _ = io.Copy(io.Discard, ws)
			cancel()
		}()
		err = w.run(cursor, life)
		ws.Close() // ends the reader
		<-gone
	}}.ServeHTTP(w.c.w, w.c.r)
	return err
}

// frameLen is the length that stands before a protobuf event in a stream; a message has its own.
const frameLen = 4

// message sends one event as a message.
func (w *watchWriter) message(event []byte) error {
	if w.form.Media == schema.Protobuf {
		return websocket.Message.Send(w.socket, event[frameLen:])
	}
	return websocket.Message.Send(w.socket, string(event))
}
