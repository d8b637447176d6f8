package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestProofsAreThere holds the pages that say what proves a promise against the tests that there are: `package.TestName`, by the
// name of the directory, and `accept.Gn` for TestGn.
func TestProofsAreThere(t *testing.T) {
	root := filepath.Join("..", "..")
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, top := range []string{"internal", "test", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range declared.FindAllSubmatch(text, -1) {
				there[filepath.Base(filepath.Dir(path))+"."+string(m[1])] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "scheduling-proof.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(\\w+)\\.(Test\\w+|[A-Z]\\d+)`").FindAllStringSubmatch(string(page), -1)
	if len(named) == 0 {
		t.Fatal("the page names no tests")
	}
	for _, m := range named {
		name := m[2]
		if !strings.HasPrefix(name, "Test") {
			name = "Test" + name
		}
		if m[2] != "TestName" && !there[m[1]+"."+name] {
			t.Errorf("docs/scheduling-proof.md names %s.%s, which does not exist", m[1], m[2])
		}
	}
}
