package diff

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// request is one of a story's.
type request struct {
	method, path, body string
	header             http.Header
	// capture names variables and where in the answer their values are: "rv" → "metadata.resourceVersion".
	capture map[string]string
	// line is where the story has it.
	line int
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

// fill puts variables in: ${name}.
func (s *server) fill(text string) string {
	for name, value := range s.vars {
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return text
}
