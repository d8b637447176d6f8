// Package archtest guards the plan of the house: it reads floors.txt and fails on an import that goes up, on neighbours
// that know each other, on a package that is not in the plan, and on impure code on a pure floor.
package archtest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "gantry.dev/gantry/"

type room struct {
	floor int
	pure  bool
}

type pkg struct {
	Name       string
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	Imports    []string
}

func readPlan(t *testing.T) map[string]room {
	f, err := os.Open("floors.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plan := map[string]room{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line, _, _ := strings.Cut(sc.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		n, err := strconv.Atoi(fields[0])
		if err != nil {
			t.Fatalf("floors.txt: %q: %v", sc.Text(), err)
		}
		plan[fields[len(fields)-1]] = room{n, slices.Contains(fields, "pure")}
	}
	return plan
}

func list(t *testing.T) []pkg {
	cmd := exec.Command("go", "list", "-e", "-json=Name,ImportPath,Dir,GoFiles,CgoFiles,Imports", "./...")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(out); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return pkgs
}

// roomOf is the first path element below internal/, or "" for what lies outside.
func roomOf(path string) (name, rest string) {
	rest, ok := strings.CutPrefix(path, module+"internal/")
	if !ok {
		return "", ""
	}
	name, _, _ = strings.Cut(rest, "/")
	return name, rest
}

// find is the row of the longest prefix of path that the plan has.
func find(plan map[string]room, path string) (room, bool) {
	for {
		if r, ok := plan[path]; ok {
			return r, true
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return room{}, false
		}
		path = path[:i]
	}
}

func related(a, b string) bool {
	return strings.HasPrefix(a+"/", b+"/") || strings.HasPrefix(b+"/", a+"/")
}

func TestFloors(t *testing.T) {
	plan := readPlan(t)
	for _, p := range list(t) {
		from, fromPath := roomOf(p.ImportPath)
		if from == "" || p.Name == "main" { // generators and commands stand outside
			continue
		}
		here, ok := find(plan, fromPath)
		if !ok {
			t.Errorf("%s is not in floors.txt: a new idea gets a room and a floor", p.ImportPath)
			continue
		}
		if strings.Count(fromPath, "/") > 2 {
			t.Errorf("%s is too deep: at most two levels below a room", p.ImportPath)
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, "k8s.io/kubernetes/") && from != "schema" {
				t.Errorf("%s imports %s: only schema may", p.ImportPath, imp)
			}
			to, toPath := roomOf(imp)
			if to == "" {
				continue
			}
			there, _ := find(plan, toPath)
			switch {
			case there.floor > here.floor:
				t.Errorf("%s (floor %d) imports %s (floor %d): that goes up", p.ImportPath, here.floor, imp, there.floor)
			case there.floor == here.floor && !related(fromPath, toPath):
				t.Errorf("%s imports its neighbour %s on floor %d", p.ImportPath, imp, here.floor)
			}
		}
		if here.pure {
			checkPure(t, p)
		}
	}
}

// impure are imports that pure rooms may not have. net/http is let through for its status codes.
var impure = []string{"os", "os/exec", "net", "syscall", "golang.org/x/sys/unix", "math/rand", "math/rand/v2", "log/slog"}

func checkPure(t *testing.T, p pkg) {
	fset := token.NewFileSet()
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, imp := range f.Imports {
			if path, _ := strconv.Unquote(imp.Path.Value); slices.Contains(impure, path) {
				t.Errorf("%s: a pure room imports %s", fset.Position(imp.Pos()), path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if what := impureNode(n); what != "" {
				t.Errorf("%s: a pure room has %s", fset.Position(n.Pos()), what)
			}
			return true
		})
	}
}

func impureNode(n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "a go statement"
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "NewTimer", "NewTicker", "AfterFunc", "Tick"}, n.Sel.Name) {
			return fmt.Sprintf("time.%s: time comes in as an argument", n.Sel.Name)
		}
	}
	return ""
}
