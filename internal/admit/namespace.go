package admit

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// namespaceDelete refuses to delete the namespaces that a cluster cannot do without.
func namespaceDelete(_ context.Context, w *Write) error {
	if Immortal(w.GetName()) {
		return apierrors.NewForbidden(w.GetResource().GroupResource(), w.GetName(), fmt.Errorf("this namespace may not be deleted"))
	}
	return nil
}
