package schedulerdiff

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// UPSTREAM.md names every unit test of upstream's scheduler, so that a new release's are looked at.
func TestUpstreamTestsAreListed(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to find the pinned module with")
	}
	out, err := exec.Command("go", "list", "-mod=mod", "-m", "-f", "{{.Dir}}", "k8s.io/kubernetes").Output()
	must(t, err)
	root := filepath.Join(strings.TrimSpace(string(out)), "pkg", "scheduler")
	page, err := os.ReadFile("UPSTREAM.md")
	must(t, err)
	sections := map[string]string{} // by package
	for _, part := range strings.Split(string(page), "\n## ")[1:] {
		name, text, _ := strings.Cut(part, "\n")
		sections[strings.TrimPrefix(strings.TrimPrefix(name, "pkg/scheduler"), "/")] = text
	}
	test := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	n := 0
	for _, dir := range []string{"", "backend/queue", "framework/preemption", "framework/plugins/*"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
		must(t, err)
		for _, file := range files {
			pkg, err := filepath.Rel(root, filepath.Dir(file))
			must(t, err)
			source, err := os.ReadFile(file)
			must(t, err)
			for _, m := range test.FindAllStringSubmatch(string(source), -1) {
				if m[1] == "TestMain" {
					continue
				}
				n++
				if !regexp.MustCompile(`\b` + m[1] + `\b`).MatchString(sections[strings.TrimPrefix(pkg, ".")]) {
					t.Errorf("%s: %s is not listed", pkg, m[1])
				}
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d tests were found in %s", n, root)
	}
}
