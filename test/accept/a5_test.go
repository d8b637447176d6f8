package accept

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A5: the README tells a newcomer what this is, the two commands, what they print, how it is built and where to read on;
// what it points to exists, and the floors that it draws are those of the plan.
func TestA5(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme := string(b)
	if err := want(readme, "# make up", "# make test", "make down", "starting … ready", "web-", "Hello from", "11 STREET", " 0 GROUND"); err != nil {
		t.Error(err)
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(readme, -1) {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("a link leads nowhere: %v", err)
		}
	}
	plan, err := os.ReadFile(filepath.Join(root, "internal/archtest/floors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(plan)) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "11" || strings.Contains(f[len(f)-1], "/") || strings.HasPrefix(f[len(f)-1], "test") || f[len(f)-1] == "nettest" || f[len(f)-1] == "archtest" {
			continue // streets and test support are not in the picture
		}
		if !strings.Contains(readme, f[len(f)-1]) {
			t.Errorf("the picture of the floors lacks %s", f[len(f)-1])
		}
	}
}
