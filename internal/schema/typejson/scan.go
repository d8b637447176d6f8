package typejson

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// plainByte marks the bytes that stand for themselves in a JSON string, and that encoding/json does not escape for HTML.
var plainByte = func() (t [256]bool) {
	for c := range 0x80 {
		t[c] = c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return t
}()

// maxDepth bounds the nesting that is followed; deeper documents are the library's, which has a bound of its own.
const maxDepth = 64

// reader walks over a JSON document. Its methods are false for what is not well-formed, or not plain.
type reader struct {
	data []byte
	// all is data as a string; the strings that are read are parts of it, so that reading one costs nothing.
	all   string
	at    int
	depth int
	// patch says that the document is a patch: then null and the names of directives have a meaning of their own.
	patch bool
}

// space skips white space.
func (r *reader) space() {
	for r.at < len(r.data) {
		switch r.data[r.at] {
		case ' ', '\n', '\t', '\r':
			r.at++
		default:
			return
		}
	}
}

// peek is the next byte behind white space, zero at the end.
func (r *reader) peek() byte {
	if r.at < len(r.data) && r.data[r.at] > ' ' {
		return r.data[r.at]
	}
	r.space()
	if r.at < len(r.data) {
		return r.data[r.at]
	}
	return 0
}

// next takes one expected byte behind white space.
func (r *reader) next(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// word takes an expected literal.
func (r *reader) word(s string) bool {
	if len(r.data)-r.at < len(s) || r.all[r.at:r.at+len(s)] != s {
		return false
	}
	r.at += len(s)
	return true
}

// enter begins an object or array.
func (r *reader) enter(c byte) bool {
	r.depth++
	return r.depth < maxDepth && r.next(c)
}

// more says whether another element comes, after a comma unless it is the first; end is taken if none does.
func (r *reader) more(end byte, first bool) (more, ok bool) {
	c := r.peek()
	switch {
	case c == end:
		r.at++
		r.depth--
		return false, true
	case first:
		return true, true
	case c == ',':
		r.at++
		return true, r.peek() != end
	}
	return false, false
}

// token takes a string and returns what stands between its quotes; escaped says that it is not the text itself.
func (r *reader) token() (raw string, escaped, ok bool) {
	if !r.next('"') {
		return "", false, false
	}
	start := r.at
	for i := start; i < len(r.data); i++ {
		switch c := r.data[i]; {
		case c == '"':
			r.at = i + 1
			return r.all[start:i], escaped, true
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			return "", false, false
		}
	}
	return "", false, false
}

// text takes a string.
func (r *reader) text() (string, bool) {
	raw, escaped, ok := r.token()
	if !ok || !escaped {
		return raw, ok
	}
	return unescape(raw)
}

// wellEscaped says whether unescape would take a string, and resolves only what is rare.
func wellEscaped(raw string) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		if i++; i == len(raw) || raw[i] != '"' && raw[i] != '\\' {
			_, ok := unescape(raw)
			return ok
		}
	}
	return true
}

// unescape resolves the escapes of a string.
func unescape(raw string) (string, bool) {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		if i++; i == len(raw) {
			return "", false
		}
		switch c := raw[i]; c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			v, ok := hex4(raw, i+1)
			if !ok {
				return "", false
			}
			i += 4
			if utf16.IsSurrogate(v) {
				low := rune(-1)
				if i+2 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' {
					if low, ok = hex4(raw, i+3); !ok {
						return "", false
					}
				}
				if v = utf16.DecodeRune(v, low); v != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, v)
		default:
			return "", false
		}
	}
	return string(out), true
}

func hex4(s string, at int) (rune, bool) {
	if at+4 > len(s) {
		return 0, false
	}
	var v rune
	for _, c := range []byte(s[at : at+4]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		v = v<<4 | rune(c)
	}
	return v, true
}

// number takes a number by JSON's grammar; whole says that it has neither fraction nor exponent.
func (r *reader) number() (s string, whole, ok bool) {
	r.space()
	start, d := r.at, r.data
	i := start
	if i < len(d) && d[i] == '-' {
		i++
	}
	digits := func() bool {
		from := i
		for i < len(d) && '0' <= d[i] && d[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(d) && d[i] == '0' {
		i++
	} else if !digits() {
		return "", false, false
	}
	whole = true
	if i < len(d) && d[i] == '.' {
		i++
		if whole = false; !digits() {
			return "", false, false
		}
	}
	if i < len(d) && (d[i] == 'e' || d[i] == 'E') {
		i++
		if i < len(d) && (d[i] == '+' || d[i] == '-') {
			i++
		}
		if whole = false; !digits() {
			return "", false, false
		}
	}
	r.at = i
	return r.all[start:i], whole, true
}

// integer takes a whole number of so many bits.
func (r *reader) integer(bits int) (int64, bool) {
	s, whole, ok := r.number()
	if !ok || !whole {
		return 0, false
	}
	v, err := strconv.ParseInt(s, 10, bits)
	return v, err == nil
}

// skip walks over any value and returns its bytes.
func (r *reader) skip() ([]byte, bool) {
	r.space()
	start := r.at
	ok := r.pass()
	return r.data[start:r.at], ok
}

func (r *reader) pass() bool {
	switch r.peek() {
	case '"':
		raw, escaped, ok := r.token()
		if ok && escaped {
			ok = wellEscaped(raw)
		}
		return ok
	case '{':
		if !r.enter('{') {
			return false
		}
		for first := true; ; first = false {
			more, ok := r.more('}', first)
			if !more || !ok {
				return ok
			}
			raw, escaped, ok := r.token()
			if ok && escaped { // as in all managed fields of lists
				ok = wellEscaped(raw)
			}
			if !ok || !r.next(':') || !r.pass() {
				return false
			}
		}
	case '[':
		if !r.enter('[') {
			return false
		}
		for first := true; ; first = false {
			more, ok := r.more(']', first)
			if !more || !ok {
				return ok
			}
			if !r.pass() {
				return false
			}
		}
	case 't':
		return r.word("true")
	case 'f':
		return r.word("false")
	case 'n':
		return r.word("null")
	}
	_, _, ok := r.number()
	return ok
}
