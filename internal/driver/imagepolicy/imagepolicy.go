// Package imagepolicy asks the server of the admission plugin ImagePolicyWebhook which images may run, and remembers for a
// while what it answered.
package imagepolicy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	imagepolicyv1alpha1 "k8s.io/api/imagepolicy/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/admit/config"
)

// remembered bounds the answers that are kept: upstream's number.
const remembered = 1024

// Server is one to ask. It is safe for concurrent use.
type Server struct {
	conf    config.ImagePolicy
	hook    *webhook.GenericWebhook
	answers *cache.LRUExpireCache
}

var _ admit.ImageReviewer = (*Server)(nil)

// Open reads the kubeconfig; the server need not be there yet.
func Open(conf config.ImagePolicy) (*Server, error) {
	client, err := webhook.LoadKubeconfig(conf.KubeConfigFile, nil)
	if err != nil {
		return nil, fmt.Errorf("ImagePolicyWebhook: kubeConfigFile %q: %w", conf.KubeConfigFile, err)
	}
	scheme := runtime.NewScheme()
	if err := imagepolicyv1alpha1.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("ImagePolicyWebhook: %w", err)
	}
	hook, err := webhook.NewGenericWebhook(scheme, serializer.NewCodecFactory(scheme), client,
		[]kschema.GroupVersion{imagepolicyv1alpha1.SchemeGroupVersion}, webhook.DefaultRetryBackoffWithInitialDelay(conf.RetryBackoff))
	if err != nil {
		return nil, fmt.Errorf("ImagePolicyWebhook: kubeConfigFile %q: %w", conf.KubeConfigFile, err)
	}
	return &Server{conf: conf, hook: hook, answers: cache.NewLRUExpireCache(remembered)}, nil
}

// DefaultAllow implements admit.ImageReviewer.
func (s *Server) DefaultAllow() bool { return s.conf.DefaultAllow }

// Review implements admit.ImageReviewer.
func (s *Server) Review(ctx context.Context, spec imagepolicyv1alpha1.ImageReviewSpec) (imagepolicyv1alpha1.ImageReviewStatus, error) {
	key, err := json.Marshal(spec)
	if err != nil {
		return imagepolicyv1alpha1.ImageReviewStatus{}, fmt.Errorf("asking for images: %w", err)
	}
	if known, ok := s.answers.Get(string(key)); ok {
		return known.(imagepolicyv1alpha1.ImageReviewStatus), nil
	}
	review := &imagepolicyv1alpha1.ImageReview{Spec: spec}
	result := s.hook.WithExponentialBackoff(ctx, func() rest.Result { return s.hook.RestClient.Post().Body(review).Do(ctx) })
	if err := result.Error(); err != nil {
		return review.Status, err
	}
	var code int
	if result.StatusCode(&code); code < http.StatusOK || code >= http.StatusMultipleChoices {
		return review.Status, fmt.Errorf("Error contacting webhook: %d", code)
	}
	if err := result.Into(review); err != nil {
		return review.Status, err
	}
	if ttl := s.ttl(review.Status.Allowed); ttl > 0 {
		s.answers.Add(string(key), review.Status, ttl)
	}
	return review.Status, nil
}

func (s *Server) ttl(allowed bool) time.Duration {
	if allowed {
		return s.conf.AllowTTL
	}
	return s.conf.DenyTTL
}
