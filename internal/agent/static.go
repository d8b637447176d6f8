package agent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

const (
	// staticPeriod is how often the manifests are read even if nothing tells of a change, kubelet's fileCheckFrequency.
	staticPeriod = 20 * time.Second
	// staticRetry is the pause before the API is asked again for a mirror pod that it refused.
	staticRetry = 5 * time.Second
	// maxManifest bounds one manifest, kubelet's maxConfigLength.
	maxManifest = 10 << 20
)

// Annotations of static pods and their mirrors, kubelet's.
const (
	annotationHash   = "kubernetes.io/config.hash"
	annotationSource = "kubernetes.io/config.source"
	annotationSeen   = "kubernetes.io/config.seen"
)

// statics runs the pods whose manifests lie in a directory of the node. The API gets a mirror of each, which shows what they do; it
// cannot change or end them. A manifest's UID is a hash of it, so that a changed one is another pod, which starts when the
// one before it has ended.
type statics struct {
	a    *Agent
	path string
	wake chan struct{}
	// removed is a manifest that was taken away a moment ago, and may be there again by now: its pod ends, and begins anew, as with kubelet.
	removed string

	mu sync.Mutex
	// mirrors are the mirror pods of this node as the API has them.
	mirrors map[types.NamespacedName]mirrorPod
	// told is what was said about a manifest last, so that it is said once.
	told map[string]string
}

type mirrorPod struct {
	pod *corev1.Pod
	rev api.Revision
}

func newStatics(a *Agent) *statics {
	return &statics{a: a, path: a.cfg.Settings.StaticPods, wake: make(chan struct{}, 1), mirrors: map[types.NamespacedName]mirrorPod{}, told: map[string]string{}}
}

func nameOf(p *corev1.Pod) types.NamespacedName {
	return types.NamespacedName{Namespace: p.Namespace, Name: p.Name}
}

// isMirror says whether a pod of the API only shows one that runs without it.
func isMirror(p *corev1.Pod) bool { return p.Annotations[corev1.MirrorPodAnnotationKey] != "" }

// touch has everything looked at.
func (s *statics) touch() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// changed takes in a change of a mirror pod in the API.
func (s *statics) changed(was, is *corev1.Pod, rev api.Revision) {
	s.mu.Lock()
	if is == nil {
		if s.mirrors[nameOf(was)].pod.UID == was.UID {
			delete(s.mirrors, nameOf(was))
		}
	} else {
		s.mirrors[nameOf(is)] = mirrorPod{is, rev}
	}
	s.mu.Unlock()
	s.touch()
}

// run follows the manifests and the mirror pods until ctx ends.
func (s *statics) run(ctx context.Context) {
	var changes chan fsnotify.Event
	var lost chan error
	if s.path != "" {
		if w, err := fsnotify.NewWatcher(); err == nil {
			defer w.Close()
			if err := w.Add(s.path); err == nil {
				changes, lost = w.Events, w.Errors
			}
		}
	}
	tick := time.NewTicker(staticPeriod)
	defer tick.Stop()
	retry := time.NewTimer(staticRetry)
	defer retry.Stop()
	for {
		if again := s.reconcile(ctx); again {
			retry.Reset(staticRetry)
		}
		if s.removed != "" { // what is there now is looked at next
			s.removed = ""
			s.touch()
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		case <-retry.C:
		case e := <-changes:
			if e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename) {
				s.removed = e.Name
			}
		case <-lost: // nobody else takes it, and the watcher waits for that; what was missed is read now
		}
	}
}

// reconcile starts and ends pods as the manifests say, and brings the mirrors to them. It answers whether the API refused
// something.
func (s *statics) reconcile(ctx context.Context) (again bool) {
	wanted, whole := s.read()
	running := map[types.NamespacedName]*podState{}
	for _, ps := range s.pods() {
		p := ps.current()
		running[nameOf(p)] = ps
		if w := wanted[nameOf(p)]; w == nil && whole || w != nil && w.UID != p.UID {
			ps.change(func() { ps.gone = true })
			s.a.queue.Add(ps.uid)
		}
	}
	for name, p := range wanted {
		if running[name] == nil {
			running[name] = s.begin(p)
		}
	}
	s.mu.Lock()
	mirrors := make(map[types.NamespacedName]mirrorPod, len(s.mirrors))
	for name, m := range s.mirrors {
		mirrors[name] = m
	}
	s.mu.Unlock()
	for name, ps := range running {
		m := mirrors[name]
		delete(mirrors, name)
		if err := s.mirror(ctx, ps, m); err != nil && ctx.Err() == nil {
			again = true
			s.say(name.String(), err.Error(), "the API does not take the mirror of a static pod")
		}
	}
	for _, m := range mirrors {
		if err := s.remove(ctx, m.pod); err != nil && ctx.Err() == nil {
			again = true
		}
	}
	return again
}

// pods are the static pods that there are, ending ones too.
func (s *statics) pods() (out []*podState) {
	s.a.mu.Lock()
	defer s.a.mu.Unlock()
	for _, ps := range s.a.pods {
		if ps.static {
			out = append(out, ps)
		}
	}
	return out
}

// begin takes a pod in. What its mirror says is remembered: the agent may have been restarted.
func (s *statics) begin(p *corev1.Pod) *podState {
	a := s.a
	s.mu.Lock()
	m := s.mirrors[nameOf(p)]
	s.mu.Unlock()
	if m.pod != nil && m.pod.Annotations[corev1.MirrorPodAnnotationKey] == string(p.UID) {
		p.Status = *m.pod.Status.DeepCopy()
	}
	ps := newPodState(a.life, p, 0, a.cfg.Clock())
	ps.static = true
	ps.refused = a.refuse(a.life, p, true)
	a.mu.Lock()
	a.pods[p.UID] = ps
	a.mu.Unlock()
	a.queue.Add(p.UID)
	return ps
}

// mirror brings the mirror of one pod to it: what belongs to an earlier manifest, or was told to go, is removed, and made anew.
func (s *statics) mirror(ctx context.Context, ps *podState, m mirrorPod) error {
	p := ps.current()
	ours := m.pod != nil && m.pod.DeletionTimestamp == nil && m.pod.Annotations[corev1.MirrorPodAnnotationKey] == string(p.UID)
	ps.mu.Lock()
	gone := ps.gone
	news := ps.mirror == nil && ours
	switch {
	case !ours:
		ps.mirror = nil
	case m.rev >= ps.rev:
		ps.mirror, ps.rev = m.pod, m.rev
	}
	ps.mu.Unlock()
	switch {
	case ours:
		if news {
			s.a.queue.Add(ps.uid) // its status can be told now
		}
		return nil
	case m.pod != nil:
		return s.remove(ctx, m.pod)
	case gone:
		return nil
	}
	return s.create(ctx, p)
}

func (s *statics) create(ctx context.Context, p *corev1.Pod) error {
	node := s.a.node.get()
	if node == nil {
		return errors.New("the node is not registered yet")
	}
	m := p.DeepCopy()
	m.UID, m.Status = "", corev1.PodStatus{}
	m.Annotations[corev1.MirrorPodAnnotationKey] = string(p.UID)
	yes := true
	m.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: node.Name, UID: node.UID, Controller: &yes}}
	key := api.Key{Resource: podResource, Cluster: s.a.cfg.Cluster, Namespace: m.Namespace, Name: m.Name}
	res := s.a.cfg.Client.Apply(ctx, []client.Write{{Verb: client.Create, Key: key, Object: m, Why: "mirror of a static pod"}})[0]
	if res.Err != nil && !apierrors.IsAlreadyExists(res.Err) {
		return fmt.Errorf("creating it: %w", res.Err)
	}
	return nil
}

func (s *statics) remove(ctx context.Context, m *corev1.Pod) error {
	now := int64(0)
	key := api.Key{Resource: podResource, Cluster: s.a.cfg.Cluster, Namespace: m.Namespace, Name: m.Name}
	res := s.a.cfg.Client.Apply(ctx, []client.Write{{Verb: client.Delete, Key: key, Why: "mirror of a static pod that is not there",
		Delete: metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: &m.UID}}}})[0]
	if res.Err != nil && !apierrors.IsNotFound(res.Err) && !apierrors.IsConflict(res.Err) {
		return fmt.Errorf("deleting the old one: %w", res.Err)
	}
	return nil
}

// read reads all manifests. One that is wrong is told of, and the others are not. whole is false if something could not be read: what is
// missing then has not been taken away, and its pod runs on.
func (s *statics) read() (out map[types.NamespacedName]*corev1.Pod, whole bool) {
	out = map[types.NamespacedName]*corev1.Pod{}
	files, err := s.files()
	whole = err == nil
	for _, path := range files {
		if path == s.removed {
			continue
		}
		p, err := s.readFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		text := ""
		if err == nil && out[nameOf(p)] != nil {
			err = fmt.Errorf("pod %s is in another manifest already", nameOf(p))
		}
		if err != nil {
			text = err.Error()
			whole = whole && !unreadable(err)
		} else {
			out[nameOf(p)] = p
		}
		s.say(path, text, "a manifest of a static pod is not used")
	}
	return out, whole
}

// unreadable says of an error that it is the file system's, or that of a process which is out of descriptors, and not the manifest's.
func unreadable(err error) bool {
	_, ok := errors.AsType[*fs.PathError](err)
	return ok
}

// say logs what is wrong with something, when that changes.
func (s *statics) say(about, text, what string) {
	if s.told[about] == text {
		return
	}
	if text == "" {
		delete(s.told, about)
		return
	}
	s.told[about] = text
	s.a.log.Warn(what, "of", about, "err", text)
}

// files are the manifests: the file itself, or all files of the directory but those with a dot before their name. What is not there has
// none; an error is that of one that cannot be read.
func (s *statics) files() (out []string, err error) {
	if s.path == "" {
		return nil, nil
	}
	info, err := os.Stat(s.path)
	if err == nil && !info.IsDir() {
		return []string{s.path}, nil
	}
	var entries []os.DirEntry
	if err == nil {
		entries, err = os.ReadDir(s.path)
	}
	text := ""
	if err != nil {
		text = err.Error()
	}
	s.say(s.path, text, "the manifests of static pods cannot be read")
	for _, e := range entries {
		// Also by a symbolic link, as configuration management leaves them.
		path := filepath.Join(s.path, e.Name())
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, path)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return out, err
}

func (s *statics) readFile(path string) (*corev1.Pod, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxManifest {
		return nil, fmt.Errorf("it is longer than %d bytes", maxManifest)
	}
	node := s.a.cfg.NodeName
	sum := sha256.New()
	fmt.Fprintf(sum, "host:%s\nfile:%s\n%s", node, path, text)
	uid := hex.EncodeToString(sum.Sum(nil)[:16])
	p, err := s.a.cfg.ReadPod(text, func(p *corev1.Pod) {
		p.UID = types.UID(uid)
		p.Name += "-" + strings.ToLower(node)
		if p.Namespace == "" {
			p.Namespace = metav1.NamespaceDefault
		}
		p.Spec.NodeName = node
		if p.Annotations == nil {
			p.Annotations = map[string]string{}
		}
		p.Annotations[annotationHash], p.Annotations[annotationSource] = uid, "file"
		p.Annotations[annotationSeen] = s.a.cfg.Clock().Format(time.RFC3339Nano)
		p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute})
	})
	if err != nil {
		return nil, err
	}
	p.Generation = 0 // it is the API's to count: a status of a static pod tells of none
	return p, nil
}
