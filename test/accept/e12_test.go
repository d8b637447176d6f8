package accept

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
)

// E12: real programs work with Gantry as with any cluster.
func TestE12(t *testing.T) {
	t.Run("informers", informersFollow)
	t.Run("an operator", operatorWorks)
	t.Run("helm", helmInstalls)
}

// informersFollow lets client-go's three sorts of informers follow objects through changes and restarts of the server;
// their stores must be equal to a list at the end, and no event may be missing or come twice.
func informersFollow(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16512")
	start := func() *process { return in.start(t, "server", "--listen", in.listen) }
	server := start()
	w := &world{t, in, "default"}
	cfg := w.config()
	client := kubernetes.NewForConfigOrDie(cfg)
	configMaps := kschema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	only := func(o *metav1.ListOptions) { o.LabelSelector = "set=e12" }
	typed := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTweakListOptions(only)).Core().V1().ConfigMaps().Informer()
	untyped := dynamicinformer.NewFilteredDynamicSharedInformerFactory(dynamic.NewForConfigOrDie(cfg), 0, "", only).ForResource(configMaps).Informer()
	partial := metadatainformer.NewFilteredSharedInformerFactory(metadata.NewForConfigOrDie(cfg), 0, "", only).ForResource(configMaps).Informer()
	all := map[string]cache.SharedIndexInformer{"typed": typed, "dynamic": untyped, "metadata": partial}
	seen := map[string]*ledger{}
	var running sync.WaitGroup
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop); running.Wait() })
	for name, i := range all {
		seen[name] = &ledger{state: map[string]string{}}
		if _, err := i.AddEventHandler(seen[name]); err != nil {
			t.Fatal(err)
		}
		running.Go(func() { i.Run(stop) })
	}
	const objects = 20
	ctx := t.Context()
	make := func(i int) {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("e12-%02d", i), Labels: map[string]string{"set": "e12"}}}
		if _, err := client.CoreV1().ConfigMaps("default").Create(ctx, cm, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	change := func(i int, patch string) {
		w.call("PATCH", fmt.Sprintf("configmaps/e12-%02d", i), patch, "Content-Type: application/merge-patch+json").is(w, 200)
	}
	for i := range objects {
		make(i)
	}
	for round := range 3 {
		for i := range objects {
			switch i % 4 {
			case 0:
				change(i, fmt.Sprintf(`{"data":{"round":"%d"}}`, round))
			case 1: // it leaves what the informers select, and comes back
				change(i, `{"metadata":{"labels":{"set":null}}}`)
				change(i, `{"metadata":{"labels":{"set":"e12"}}}`)
			case 2:
				if err := client.CoreV1().ConfigMaps("default").Delete(ctx, fmt.Sprintf("e12-%02d", i), metav1.DeleteOptions{}); err != nil {
					t.Fatal(err)
				}
				make(i)
			}
		}
		if round == 1 { // what happens while informers look for the server, they learn afterwards
			server.kill(t)
			server = start()
		}
	}
	list, err := client.CoreV1().ConfigMaps("default").List(ctx, metav1.ListOptions{LabelSelector: "set=e12"})
	if err != nil || len(list.Items) != objects {
		t.Fatalf("a list has %d objects: %v", len(list.Items), err)
	}
	for name, l := range seen {
		w.eventually("the "+name+" informer", func() error { return l.equals(list.Items) })
	}
}

// ledger notes what an informer tells.
type ledger struct {
	mu    sync.Mutex
	state map[string]string // resourceVersion by name
	wrong []string
}

func (l *ledger) note(obj any, verb string) {
	if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = gone.Obj
	}
	m := obj.(metav1.Object)
	l.mu.Lock()
	defer l.mu.Unlock()
	old, there := l.state[m.GetName()]
	if there == (verb == "add") {
		l.wrong = append(l.wrong, fmt.Sprintf("%s of %s, which was there: %v (at %s)", verb, m.GetName(), there, old))
	}
	if verb == "delete" {
		delete(l.state, m.GetName())
		return
	}
	l.state[m.GetName()] = m.GetResourceVersion()
}

// OnAdd, OnUpdate and OnDelete are cache.ResourceEventHandler's.
func (l *ledger) OnAdd(obj any, _ bool) { l.note(obj, "add") }
func (l *ledger) OnUpdate(_, obj any)   { l.note(obj, "update") }
func (l *ledger) OnDelete(obj any)      { l.note(obj, "delete") }
func (l *ledger) equals(want []corev1.ConfigMap) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.wrong) > 0 {
		return errors.New(strings.Join(l.wrong, "; "))
	}
	if len(l.state) != len(want) {
		return fmt.Errorf("it has %d objects, want %d", len(l.state), len(want))
	}
	for i := range want {
		if got := l.state[want[i].Name]; got != want[i].ResourceVersion {
			return fmt.Errorf("%s is at %q, want %s", want[i].Name, got, want[i].ResourceVersion)
		}
	}
	return nil
}
