package viewtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/reconcile"
)

// Goldens runs the stories of a directory, one file each: what is given, what happens then, and what controllers make of it.
//
//	-- given --          objects as YAML documents
//	-- then --           more of them (an object that is there is changed), or lines:
//	delete RESOURCE NAME [foreground|orphan]
//	gone RESOURCE NAME   it is taken away, whatever holds it
//	after DURATION       the clock goes on; what a plan wanted to look at by then is planned
//	-- want --           per part: the fields that controllers changed, and the events
//
// With update, what comes out is written into the files; it is to be read before it is believed.
func Goldens(t *testing.T, dir string, update bool, ctls ...reconcile.Controller) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens in %s: %v", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			given, want, _ := strings.Cut(string(text), "-- want --\n")
			st := &story{World: New(t), ctls: ctls}
			got := st.tell(given)
			if update {
				if err := os.WriteFile(file, []byte(given+"-- want --\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// quoted is the name of a field in JSON.
var quoted = regexp.MustCompile(`"([A-Za-z0-9_]+)":`)

// story is one golden being told.
type story struct {
	*World
	ctls []reconcile.Controller
}

func (st *story) tell(given string) string {
	var out strings.Builder
	for _, part := range strings.Split(given, "-- then --\n") {
		part = strings.TrimPrefix(part, "-- given --\n")
		st.play(part)
		before := st.fields()
		told, again := st.Settle(st.ctls...)
		if out.Len() > 0 {
			out.WriteString("\n")
		}
		for _, line := range st.changes(before) {
			out.WriteString(line + "\n")
		}
		for _, line := range told {
			out.WriteString("event " + line + "\n")
		}
		if !again.IsZero() {
			fmt.Fprintf(&out, "again after %s\n", again.Sub(st.Now))
		}
		if len(told) == 0 && again.IsZero() && maps.Equal(before, st.fields()) {
			out.WriteString("nothing\n")
		}
	}
	return out.String()
}

// play makes one part of the story happen.
func (st *story) play(part string) {
	st.T.Helper()
	var doc strings.Builder
	flush := func() {
		if strings.TrimSpace(doc.String()) != "" {
			st.change(doc.String())
		}
		doc.Reset()
	}
	for line := range strings.Lines(part) {
		words := strings.Fields(line)
		switch {
		case len(words) >= 3 && words[0] == "delete":
			flush()
			st.delete(words[1], words[2], append(words, "")[3])
		case len(words) == 3 && words[0] == "gone":
			flush()
			st.Remove(st.find(words[1], words[2]))
		case len(words) == 2 && words[0] == "after":
			flush()
			d, err := time.ParseDuration(words[1])
			if err != nil {
				st.T.Fatalf("%q: %v", line, err)
			}
			st.pass(d)
		case strings.TrimSpace(line) == "---":
			flush()
		default:
			doc.WriteString(line)
		}
	}
	flush()
}

// pass lets time go by. All keys are planned again by a restart of the controllers, which is allowed at any time.
func (st *story) pass(d time.Duration) {
	st.Now = st.Now.Add(d)
	st.restart()
}

// change puts an object, as the next revision of the one of that name if there is one: what the document does not name
// (status, spec, single fields of metadata) stays as it was.
func (st *story) change(doc string) {
	st.T.Helper()
	obj := st.Typed(doc)
	key := st.Key(obj)
	old := st.Snapshot().Object(key)
	if old == nil {
		st.Put(obj)
		return
	}
	was, err := runtime.DefaultUnstructuredConverter.ToUnstructured(old)
	if err != nil {
		st.T.Fatalf("changing %s: %v", key, err)
	}
	is := map[string]any{}
	if err := yaml.Unmarshal([]byte(doc), &is); err != nil {
		st.T.Fatalf("changing %s: %v", key, err)
	}
	meta, _ := was["metadata"].(map[string]any)
	generation := old.(metav1.Object).GetGeneration()
	maps.Copy(meta, is["metadata"].(map[string]any))
	is["metadata"] = meta
	if spec, ok := is["spec"]; ok && !reflect.DeepEqual(spec, was["spec"]) {
		meta["generation"] = generation + 1
	}
	maps.Copy(was, is)
	b, err := yaml.Marshal(was)
	if err != nil {
		st.T.Fatalf("changing %s: %v", key, err)
	}
	fresh := st.Law.Kind(key.Resource).NewTyped()
	if err := yaml.UnmarshalStrict(b, fresh); err != nil {
		st.T.Fatalf("changing %s: %v", key, err)
	}
	st.Put(fresh)
}

// find is the key of the first object of a resource and name.
func (st *story) find(resource, name string) api.Key {
	st.T.Helper()
	for _, k := range slices.SortedFunc(maps.Keys(st.records), api.Key.Compare) {
		if k.Name == name && k.Resource.Name == resource {
			return k
		}
	}
	st.T.Fatalf("there is no %s %s", resource, name)
	return api.Key{}
}

func (st *story) delete(resource, name, policy string) {
	st.T.Helper()
	w := client.Write{Verb: client.Delete, Key: st.find(resource, name)}
	switch policy {
	case "foreground":
		p := metav1.DeletePropagationForeground
		w.Delete.PropagationPolicy = &p
	case "orphan":
		p := metav1.DeletePropagationOrphan
		w.Delete.PropagationPolicy = &p
	}
	if err := st.Apply(w)[0]; err != nil {
		st.T.Fatalf("deleting %s: %v", w.Key, err)
	}
}

// fields are all fields of all objects, by "resource namespace/name path".
func (st *story) fields() map[string]string {
	out := map[string]string{}
	s := st.Snapshot()
	for key := range st.records {
		raw, err := runtime.DefaultUnstructuredConverter.ToUnstructured(s.Object(key))
		if err != nil {
			st.T.Fatalf("showing %s: %v", key, err)
		}
		who := key.Resource.Name + " " + key.Name
		out[who] = ""
		if m, ok := raw["metadata"].(map[string]any); ok {
			for _, noise := range []string{"uid", "resourceVersion", "creationTimestamp", "generation", "name", "namespace"} {
				delete(m, noise)
			}
		}
		flatten(out, who+" ", raw)
	}
	return out
}

func flatten(out map[string]string, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		sep := "."
		if strings.HasSuffix(at, " ") {
			sep = ""
		}
		for k, x := range v {
			flatten(out, at+sep+k, x)
		}
		if len(v) == 0 && sep != "" {
			out[at] = "{}"
		}
	case []any:
		for i, x := range v {
			out[fmt.Sprintf("%s[%d]", at, i)] = brief(x)
		}
	case nil:
	default:
		out[at] = brief(v)
	}
}

// brief is an element of a list in one line, JSON without the quotes around names.
func brief(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return quoted.ReplaceAllString(string(b), "$1:")
}

// changes lists what is different from before, by object.
func (st *story) changes(before map[string]string) (out []string) {
	after := st.fields()
	paths := map[string]bool{}
	for _, m := range []map[string]string{before, after} {
		for p := range m {
			paths[p] = true
		}
	}
	last := ""
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		was, had := before[p]
		is, has := after[p]
		if had == has && was == is {
			continue
		}
		words := strings.SplitN(p, " ", 3)
		who := words[0] + " " + words[1]
		_, objHad := before[who]
		_, objHas := after[who]
		if who != last {
			verb := "change"
			switch {
			case !objHad:
				verb = "create"
			case !objHas:
				verb = "gone"
			}
			out, last = append(out, verb+" "+who), who
		}
		if !objHas || len(words) < 3 {
			continue
		}
		if !has {
			out = append(out, "  "+words[2]+" is gone")
		} else {
			out = append(out, "  "+words[2]+": "+is)
		}
	}
	return out
}
