package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// script is a load that consists of more than pods that come: of claims and volumes, or of pods that wait for what comes later. It runs
// on a server whose nodes and namespaces there are, and measures.
type script func(ctx context.Context, r *serverRun) error

// each does something n times, at once as far as the client goes.
func (r *serverRun) each(ctx context.Context, n int, do func(ctx context.Context, w, i int) error) error {
	if n == 0 {
		return nil
	}
	_, err := load{count: n, limit: placeLimit}.run(ctx, do)
	return err
}

// create makes n objects.
func create[T metav1.Object](ctx context.Context, r *serverRun, path string, n int, form func(i int) T) error {
	return r.each(ctx, n, func(ctx context.Context, w, i int) error { return r.post(ctx, w, path, form(i), true) })
}

// addNodes makes n nodes.
func (r *serverRun) addNodes(ctx context.Context, n int, form func(i int) *corev1.Node) error {
	return r.each(ctx, n, func(ctx context.Context, w, i int) error { return r.node(ctx, w, form(i)) })
}

// addPods creates pods and does not wait for them.
func (r *serverRun) addPods(ctx context.Context, pods []*corev1.Pod) error {
	return r.each(ctx, len(pods), func(ctx context.Context, w, i int) error { return r.pod(ctx, w, pods[i]) })
}

// settle creates pods and waits until they have nodes.
func (r *serverRun) settle(ctx context.Context, pods []*corev1.Pod) error {
	if err := r.addPods(ctx, pods); err != nil {
		return err
	}
	return r.bound.awaitAll(ctx, pods)
}

// time measures pods from their creation until they have nodes, and what do does meanwhile.
func (r *serverRun) time(ctx context.Context, pods []*corev1.Pod, do func() error) error {
	m := r.begin(pods)
	for i := range m.sent {
		m.sent[i] = m.start
	}
	if err := do(); err != nil {
		return err
	}
	if err := r.bound.awaitAll(ctx, pods); err != nil {
		return err
	}
	return r.finish(m)
}

// patch changes one of the objects at a path.
func (r *serverRun) patch(ctx context.Context, w int, path, body string) error {
	_, err := r.c.do(ctx, w, http.MethodPatch, path, mediaStrategic, body)
	return err
}

func podPath(p *corev1.Pod) string { return podsPath(p.Namespace) + "/" + p.Name }

// patchPods changes pods, or what is behind sub of them.
func (r *serverRun) patchPods(ctx context.Context, pods []*corev1.Pod, sub string, body func(i int) string) error {
	return r.each(ctx, len(pods), func(ctx context.Context, w, i int) error { return r.patch(ctx, w, podPath(pods[i])+sub, body(i)) })
}

// removePods deletes pods, at once.
func (r *serverRun) removePods(ctx context.Context, pods []*corev1.Pod) error {
	return r.each(ctx, len(pods), func(ctx context.Context, w, i int) error {
		_, err := r.c.do(ctx, w, http.MethodDelete, podPath(pods[i])+"?gracePeriodSeconds=0", mediaJSON, "")
		return err
	})
}

// status writes the status of an object as if its controller had.
func (r *serverRun) status(ctx context.Context, w int, path string, status any) error {
	b, err := json.Marshal(map[string]any{"status": status})
	if err != nil {
		return fmt.Errorf("status of %s: %w", path, err)
	}
	_, err = r.c.do(ctx, w, http.MethodPatch, path+"/status", mediaMerge, string(b))
	return err
}

// mediaMerge is that of a patch that replaces lists.
const mediaMerge = "application/merge-patch+json"
