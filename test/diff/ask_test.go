package diff

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// request is one of a story's.
type request struct {
	method, path, body string
	header             http.Header
	// capture names variables and where in the answer their values are: "rv" → "metadata.resourceVersion".
	capture map[string]string
	// until, if set, has the request repeated until the answer has this status, or this value in a field ("data.a=b"): for what
	// a server takes up in the background.
	until string
	// line is where the story has it.
	line int
}

// settled asks until the answer is the one that the request waits for.
func (s *server) settled(ctx context.Context, r request) (response, error) {
	late, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		a, err := s.ask(ctx, r)
		if err != nil {
			return a, err
		}
		path, value, byField := strings.Cut(r.until, "=")
		if r.until == "" || byField && field(a.body, path) == value || strconv.Itoa(a.status) == r.until {
			return a, nil
		}
		select {
		case <-tick.C:
		case <-late.Done():
			return a, fmt.Errorf("%s never answered %s: %d %s", s.name, r.until, a.status, a.body)
		}
	}
}

// response is what a server answered.
type response struct {
	status int
	header http.Header
	body   string
}

// answerLimit bounds what is read of an answer.
const answerLimit = 64 << 20

// ask sends a request with the server's variables in place.
func (s *server) ask(ctx context.Context, r request) (response, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(s.fill(r.body))
	}
	req, err := http.NewRequestWithContext(ctx, r.method, s.url+s.fill(r.path), body)
	if err != nil {
		return response{}, err
	}
	req.Header.Set("User-Agent", "diff/1")
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range r.header {
		req.Header[name] = nil
		for _, v := range values {
			req.Header.Add(name, s.fill(v))
		}
	}
	res, err := s.client.Do(req)
	if err != nil {
		return response{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	return response{res.StatusCode, res.Header, string(b)}, err
}

// repeated is text many times over: ${repeat 5 text}$.
var repeated = regexp.MustCompile(`\$\{repeat (\d+) (.*?)\}\$`)

// hexed are bytes that a story cannot hold: ${hex d9d9f7}.
var hexed = regexp.MustCompile(`\$\{hex ([0-9a-f]*)\}`)

// fill puts variables in: ${name}.
func (s *server) fill(text string) string {
	text = repeated.ReplaceAllStringFunc(text, func(m string) string {
		parts := repeated.FindStringSubmatch(m)
		n, err := strconv.Atoi(parts[1])
		if err != nil {
			return m
		}
		return strings.Repeat(parts[2], n)
	})
	text = hexed.ReplaceAllStringFunc(text, func(m string) string {
		b, err := hex.DecodeString(hexed.FindStringSubmatch(m)[1])
		if err != nil {
			return m
		}
		return string(b)
	})
	for name, value := range s.vars {
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return text
}
