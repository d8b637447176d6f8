package fairshare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/plan"
)

func cpu(n int64) plan.Amounts { return plan.Amounts{corev1.ResourceCPU: n} }

func nothing(string) plan.Amounts { return nil }

func read(t *testing.T, doc string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(doc), &u.Object); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestParse(t *testing.T) {
	q, eq, err := Parse(read(t, `{metadata: {name: q, namespace: ns, labels: {quota.scheduling.koordinator.sh/parent: org.all}, annotations: {gantry.dev/share-weight: "3"}},
		spec: {min: {cpu: 1500m, memory: 1Gi}, max: {cpu: 2}}, status: {used: {cpu: 1}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if q.Name != "ns/q" || q.Parent != "org/all" || q.Weight != 3 || q.Min[corev1.ResourceCPU] != 1500 || q.Min[corev1.ResourceMemory] != 1<<30 || q.Max[corev1.ResourceCPU] != 2000 || eq.Status.Used.Cpu().Value() != 1 {
		t.Errorf("%+v %+v", q, eq)
	}
	for _, c := range []struct{ doc, want string }{
		{"{metadata: {name: q, namespace: ns}, spec: {min: {cpu: 2}, max: {cpu: 1}}}", "spec.max.cpu is less than spec.min.cpu"},
		{`{metadata: {name: q, namespace: ns, annotations: {gantry.dev/share-weight: "0"}}}`, `gantry.dev/share-weight: "0" is no number from 1 to 1000`},
		{"{metadata: {name: q, namespace: ns}, spec: {min: 7}}", "elastic quota ns/q: "},
	} {
		if _, _, err := Parse(read(t, c.doc)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.doc, err, c.want)
		}
	}
	if name := read(t, Definition).GetName(); name != Quotas.String() {
		t.Errorf("the definition is of %s", name)
	}
}

func TestQueueOf(t *testing.T) {
	tree := New([]*Quota{{Name: "a/one"}, {Name: "a/two"}, {Name: "b/up"}, {Name: "b/down", Parent: "b/up"}, {Name: "x/x", Parent: "y/y"}, {Name: "y/y", Parent: "x/x"}}, nil, nothing)
	for _, c := range []struct{ ns, choice, want string }{
		{"a", "", "a/one"}, {"a", "two", "a/two"}, {"a", "none", "a/one"}, {"b", "", "b/down"}, {"b", "up", "b/down"}, {"c", "", "c"}, {"c", "one", "c"},
	} {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: c.ns, Labels: map[string]string{Choice: c.choice}}}
		if got := tree.QueueOf(p); got != c.want {
			t.Errorf("namespace %s, choice %q: %q, want %q", c.ns, c.choice, got, c.want)
		}
	}
}

func TestBounds(t *testing.T) {
	tree := New([]*Quota{{Name: "o/all", Min: cpu(10), Max: cpu(12)}, {Name: "a/a", Parent: "o/all", Min: cpu(4), Max: cpu(20)}, {Name: "b/b", Parent: "o/all", Min: cpu(6)}}, cpu(100), nothing)
	tree.Take("a/a", cpu(8))
	for _, c := range []struct {
		queue string
		more  int64
		over  string
		sure  bool
	}{
		{"a/a", 2, "", true}, // what b does not use is their parent's to give
		{"a/a", 3, "", false},
		{"a/a", 4, "", false},
		{"a/a", 5, "elastic quota o/all is exceeded: 13m cpu of at most 12m", false},
		{"b/b", 4, "", true},
		{"b/b", 6, "elastic quota o/all is exceeded: 14m cpu of at most 12m", true},
		{"loose", 1000, "", false},
	} {
		if got := tree.Over(c.queue, cpu(c.more)); got != c.over {
			t.Errorf("%s with %d more: %q, want %q", c.queue, c.more, got, c.over)
		}
		if got := tree.Guaranteed(c.queue, cpu(c.more)); got != c.sure {
			t.Errorf("%s with %d more: guaranteed %t", c.queue, c.more, got)
		}
	}
	tree.Give("a/a", cpu(8))
	if tree.Used("o/all")[corev1.ResourceCPU] != 0 {
		t.Error("what was given back counts")
	}
}

// What is borrowed comes back from those who borrow, at the level where the branches meet, the youngest of the least important first.
func TestReclaim(t *testing.T) {
	quotas := []*Quota{{Name: "o/left", Min: cpu(6)}, {Name: "o/right", Min: cpu(6)},
		{Name: "a/a", Parent: "o/left", Min: cpu(4)}, {Name: "b/b", Parent: "o/left", Min: cpu(2)}, {Name: "c/c", Parent: "o/right", Min: cpu(6)}}
	held := []Holding{
		{ID: "a1", Queue: "a/a", Since: 1, Uses: cpu(2)}, {ID: "a2", Queue: "a/a", Since: 2, Uses: cpu(2)}, {ID: "a3", Queue: "a/a", Since: 3, Uses: cpu(2)},
		{ID: "a4", Queue: "a/a", Priority: 9, Since: 4, Uses: cpu(2)},
		{ID: "free", Queue: "loose", Since: 9, Uses: cpu(90)},
	}
	used := func(leaf string) plan.Amounts {
		sum := plan.Amounts{}
		for _, h := range held {
			if h.Queue == leaf {
				sum.Add(h.Uses, 1)
			}
		}
		return sum
	}
	tree := New(quotas, cpu(12), used)
	for _, c := range []struct {
		queue string
		more  int64
		want  string
	}{
		{"b/b", 2, "a2 a3"}, // a has borrowed four, and its important pod stays
		{"b/b", 3, ""},      // more than is guaranteed to b
		{"c/c", 6, "a3"},    // the left branch has borrowed two of the right one
		{"c/c", 7, ""},
		{"a/a", 1, ""}, // it borrows itself
		{"loose", 1, ""},
	} {
		var got []string
		for id := range tree.Reclaimable(c.queue, cpu(c.more), held) {
			got = append(got, id)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s may have back %v for %d, want %s", c.queue, got, c.more, c.want)
		}
	}
}

type item struct {
	queue string
	ask   plan.Amounts
}

// Who has a guarantee comes first, then shares of what is left are equal by weight, whatever a queue has waiting.
func TestTurns(t *testing.T) {
	lines := map[string][]item{}
	for _, q := range []string{"g/g", "h/h", "x", "y"} {
		for range 100 {
			lines[q] = append(lines[q], item{q, cpu(1)})
		}
	}
	tree := New([]*Quota{{Name: "g/g", Min: cpu(10), Weight: 1}, {Name: "h/h", Weight: 2}}, cpu(100), nothing)
	got := map[string]int{}
	order := Turns(tree, lines, func(i item) plan.Amounts { return i.ask }, nothing, 50)
	for k, i := range order {
		if got[i.queue]++; k < 10 && i.queue != "g/g" {
			t.Errorf("turn %d is that of %s, while g has not what it is guaranteed", k, i.queue)
		}
	}
	if want := map[string]int{"g/g": 10, "h/h": 20, "x": 10, "y": 10}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("50 turns: %v, want %v", got, want)
	}
}

// The example of the paper: 9 CPUs and 18 GB; A's tasks take 1 CPU and 4 GB, B's 3 CPUs and 1 GB. A gets three tasks, B two.
func TestDominantResourceFairness(t *testing.T) {
	total := plan.Amounts{corev1.ResourceCPU: 9, corev1.ResourceMemory: 18}
	a, b := plan.Amounts{corev1.ResourceCPU: 1, corev1.ResourceMemory: 4}, plan.Amounts{corev1.ResourceCPU: 3, corev1.ResourceMemory: 1}
	lines := map[string][]item{}
	for range 9 {
		lines["a"], lines["b"] = append(lines["a"], item{"a", a}), append(lines["b"], item{"b", b})
	}
	left, got := plan.Amounts{corev1.ResourceCPU: 9, corev1.ResourceMemory: 18}, map[string]int{}
	for _, i := range Turns(New(nil, total, nothing), lines, func(i item) plan.Amounts { return i.ask }, nothing, 100) {
		if left[corev1.ResourceCPU] < i.ask[corev1.ResourceCPU] || left[corev1.ResourceMemory] < i.ask[corev1.ResourceMemory] {
			break
		}
		left.Add(i.ask, -1)
		got[i.queue]++
	}
	if got["a"] != 3 || got["b"] != 2 {
		t.Errorf("a has %d tasks and b %d, want 3 and 2", got["a"], got["b"])
	}
}

// Never: an item is lost, comes twice, or overtakes one of its own line. Finally: shares under contention differ by no more than
// one item, however unequal the lines and the items.
func TestSharesConverge(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		total := plan.Amounts{corev1.ResourceCPU: 10_000, corev1.ResourceMemory: 10_000}
		lines, all := map[string][]item{}, 0
		most := 0.0
		for q := range 2 + r.IntN(5) {
			name := fmt.Sprint("q", q)
			ask := plan.Amounts{corev1.ResourceCPU: 1 + r.Int64N(200), corev1.ResourceMemory: 1 + r.Int64N(200)}
			most = max(most, largest(ask, total))
			for range 300 + r.IntN(500) {
				lines[name] = append(lines[name], item{name, ask})
				all++
			}
		}
		tree := New(nil, total, nothing)
		n := 50 + r.IntN(200)
		got := map[string]plan.Amounts{}
		count := 0
		for _, i := range Turns(tree, lines, func(i item) plan.Amounts { return i.ask }, nothing, n) {
			if got[i.queue] == nil {
				got[i.queue] = plan.Amounts{}
			}
			got[i.queue].Add(i.ask, 1)
			count++
		}
		if count != n {
			t.Fatalf("seed %d: %d turns, want %d", seed, count, n)
		}
		low, high := math.Inf(1), 0.0
		for q := range lines {
			share := largest(got[q], total)
			low, high = min(low, share), max(high, share)
		}
		if high-low > most+1e-9 {
			t.Errorf("seed %d: shares from %f to %f, one item is at most %f", seed, low, high, most)
		}
		if rest := Turns(tree, lines, func(i item) plan.Amounts { return i.ask }, nothing, 1<<30); len(rest) != all {
			t.Errorf("seed %d: %d of %d items come", seed, len(rest), all)
		}
	}
}
