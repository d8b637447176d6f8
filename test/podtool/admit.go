package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func admit(_ context.Context, addr string) error {
	s := &http.Server{Addr: addr, ReadHeaderTimeout: timeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
			http.Error(w, "this is no review", http.StatusBadRequest)
			return
		}
		review.Response = &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: !strings.Contains(review.Request.Name, "forbidden")}
		if !review.Response.Allowed {
			review.Response.Result = &metav1.Status{Message: "the pod says no to " + review.Request.Name}
		}
		review.Request = nil
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(&review) // the caller hears of it
	})}
	return s.ListenAndServeTLS("/tls/tls.crt", "/tls/tls.key")
}
