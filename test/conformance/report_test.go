package conformance

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// spec is one outcome in ginkgo's JUnit report.
type spec struct {
	Name    string   `xml:"name,attr"`
	Status  string   `xml:"status,attr"`
	Failure *problem `xml:"failure"`
	Error   *problem `xml:"error"`
}

type problem struct {
	Message string `xml:"message,attr"`
}

// message is the first line of why a spec failed.
func (s *spec) message() string {
	for _, p := range []*problem{s.Failure, s.Error} {
		if p != nil {
			line, _, _ := strings.Cut(p.Message, "\n")
			return line
		}
	}
	return "no reason is in the report"
}

// readReport lists the specs of a report; the suite's own steps before and after them are left out if they went well.
func readReport(path string) ([]spec, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var report struct {
		Suites []struct {
			Cases []spec `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b, &report); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	var out []spec
	for _, s := range report.Suites {
		for _, c := range s.Cases {
			name, it := strings.CutPrefix(c.Name, "[It] ")
			if !it && c.Status == "passed" {
				continue
			}
			c.Name = name
			out = append(out, c)
		}
	}
	return out, nil
}

// readKnown reads which specs fail for a reason that is not Gantry's: "reason:" lines, each followed by names of specs.
func readKnown(path string) (map[string]string, error) {
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	known, reason := map[string]string{}, ""
	for n, line := range strings.Split(string(b), "\n") {
		switch text, is := strings.CutPrefix(line, "# "); {
		case strings.TrimSpace(line) == "":
		case is:
			reason = text
		case reason == "":
			return nil, fmt.Errorf("%s:%d: no reason stands above %q", path, n+1, line)
		default:
			known[line] = reason
		}
	}
	return known, nil
}
