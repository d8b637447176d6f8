package webhook

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
)

// statusError is the error of an answer that is no success, in client-go's words: the server's own Status if it sent
// one, else what the code says together with a text body.
func statusError(resp *http.Response, body []byte) error {
	message := "unknown"
	if text(resp) {
		message = strings.TrimSpace(string(body))
	}
	retry, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	err := apierrors.NewGenericServerResponse(resp.StatusCode, resp.Request.Method, kschema.GroupResource{}, "", message, retry, true)
	var st metav1.Status
	if apierrors.IsUnexpectedServerError(err) && json.Unmarshal(body, &st) == nil && st.Kind == "Status" && st.Status == metav1.StatusFailure {
		return &apierrors.StatusError{ErrStatus: st}
	}
	return err
}

func text(resp *http.Response) bool {
	media := resp.Header.Get("Content-Type")
	return media == "" || strings.HasPrefix(media, "text/")
}
