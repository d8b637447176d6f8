package apiserver

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"

	"golang.org/x/net/websocket"
)

// The subprotocols of a log over a WebSocket: messages of bytes, and of text that holds them in base64.
const (
	binaryLog = "binary.k8s.io"
	base64Log = "base64.binary.k8s.io"
)

// logOverSocket passes on a log over a WebSocket, a message for each piece as it comes, after an empty one that says that
// it begins. leave ends the node's stream, and is called when the client has gone.
func (s *Server) logOverSocket(c *call, from io.Reader, leave func()) {
	websocket.Server{Handshake: logProtocol, Handler: func(ws *websocket.Conn) {
		gone := make(chan struct{})
		go func() { // a client has nothing to say: its end is all that comes
			defer close(gone)
			_, _ = io.Copy(io.Discard, ws)
			leave()
		}()
		if err := sendLog(ws, from, slices.Contains(ws.Config().Protocol, base64Log)); err != nil {
			s.Log.Debug("a log over a WebSocket ended", "path", c.path, "err", err)
		}
		ws.Close() // ends the reader
		<-gone
	}}.ServeHTTP(c.w, c.r)
}

// logProtocol chooses the first subprotocol that is known. A client may name none, and then has bytes.
func logProtocol(config *websocket.Config, _ *http.Request) error {
	if len(config.Protocol) == 0 {
		return nil
	}
	for _, p := range config.Protocol {
		if p == binaryLog || p == base64Log {
			config.Protocol = []string{p}
			return nil
		}
	}
	return websocket.ErrBadWebSocketProtocol
}

func sendLog(ws *websocket.Conn, from io.Reader, text bool) error {
	buf := make([]byte, 32<<10)
	for n := 0; ; {
		var err error
		if text {
			err = websocket.Message.Send(ws, base64.StdEncoding.EncodeToString(buf[:n]))
		} else {
			err = websocket.Message.Send(ws, buf[:n])
		}
		if err != nil {
			return err
		}
		switch n, err = from.Read(buf); {
		case n > 0: // an error is met again
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
