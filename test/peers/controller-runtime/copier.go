package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
)

// copier keeps the Secrets.
type copier struct {
	client.Client
	events events.EventRecorder
}

// Reconcile is reconcile.Reconciler's.
func (c *copier) Reconcile(ctx context.Context, rq ctrl.Request) (ctrl.Result, error) {
	var source corev1.ConfigMap
	if err := c.Get(ctx, rq.NamespacedName, &source); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if source.DeletionTimestamp != nil {
		return ctrl.Result{}, c.finish(ctx, &source)
	}
	if source.Labels["copy"] != wanted {
		return ctrl.Result{}, nil
	}
	if controllerutil.AddFinalizer(&source, finalizer) {
		if err := c.Update(ctx, &source); err != nil {
			return ctrl.Result{}, fmt.Errorf("adding the finalizer to %s: %w", rq, err)
		}
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: source.Namespace, Name: source.Name}}
	did, err := controllerutil.CreateOrPatch(ctx, c.Client, secret, func() error {
		secret.StringData = source.Data
		metav1.SetMetaDataAnnotation(&secret.ObjectMeta, done, source.Name)
		return controllerutil.SetControllerReference(&source, secret, c.Scheme())
	})
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("copying %s: %w", rq, err)
	}
	if did != controllerutil.OperationResultNone {
		c.events.Eventf(&source, secret, corev1.EventTypeNormal, "Copied", "Copy", "the secret was %s", did)
	}
	var copies corev1.SecretList
	if err := c.List(ctx, &copies, client.InNamespace(source.Namespace), client.MatchingFields{"source": source.Name}); err != nil {
		return ctrl.Result{}, err
	}
	patch := client.MergeFrom(source.DeepCopy())
	metav1.SetMetaDataAnnotation(&source.ObjectMeta, done, fmt.Sprintf("%d", len(copies.Items)))
	return ctrl.Result{}, c.Patch(ctx, &source, patch)
}

// finish lets a ConfigMap go.
func (c *copier) finish(ctx context.Context, source *corev1.ConfigMap) error {
	if !controllerutil.RemoveFinalizer(source, finalizer) {
		return nil
	}
	c.events.Eventf(source, nil, corev1.EventTypeNormal, "Released", "Release", "the finalizer was removed")
	return c.Update(ctx, source)
}
