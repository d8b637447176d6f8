package registry

import (
	"errors"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// tally is a group's transaction in the making.
type tally struct {
	place
	accounts []account
	txn      store.Txn
	bytes    int
	written  map[api.Key]bool
	relied   map[api.Key]api.Revision
}

// fits says whether a transaction can be part of the group: it must not write what another writes or relies on, nor
// rely on what another writes.
func (t *tally) fits(x *store.Txn) bool {
	bytes := 0
	for i := range x.Ops {
		key := x.Ops[i].Key
		bytes += len(x.Ops[i].Body)
		if t.written[key] {
			return false
		}
		if _, relied := t.relied[key]; relied {
			return false
		}
		if key.Resource == resourceQuotas && len(t.txn.Ops) > 0 { // a write of a quota goes alone: see charge
			return false
		}
	}
	for _, g := range x.Guards {
		if rev, there := t.relied[g.Key]; t.written[g.Key] || there && rev != g.Rev {
			return false
		}
	}
	return len(t.txn.Ops) == 0 || t.bytes+bytes <= groupBytes && !t.writesQuota()
}

func (t *tally) writesQuota() bool {
	for key := range t.written {
		if key.Resource == resourceQuotas {
			return true
		}
	}
	return false
}

// charge takes what a write needs from the quotas, or gives back what it frees. A quota that is itself being written is
// left out: it is going, or will be counted anew.
func (t *tally) charge(p *pending) error {
	var open []int
	var quotas []corev1.ResourceQuota
	for i := range t.accounts {
		if !writes(&p.txn, t.accounts[i].rec.Key) {
			open, quotas = append(open, i), append(quotas, *t.accounts[i].quota)
		}
	}
	used, err := p.change.Charge(quotas)
	if err != nil {
		return asWorded(err)
	}
	for j, i := range open {
		a := &t.accounts[i]
		if admit.SameUsage(a.quota.Status.Used, used[j]) {
			continue
		}
		if !a.dirty {
			a.quota, a.dirty = a.quota.DeepCopy(), true
		}
		a.quota.Status.Used = used[j]
	}
	return nil
}

// asWorded keeps upstream's words, which are not always a refusal in form: then upstream's server answers with them and no reason.
func asWorded(err error) error {
	var status *apierrors.StatusError
	if errors.As(err, &status) {
		return status
	}
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusInternalServerError, Message: err.Error()}}
}

func writes(t *store.Txn, key api.Key) bool {
	for i := range t.Ops {
		if t.Ops[i].Key == key {
			return true
		}
	}
	return false
}

func (t *tally) add(x *store.Txn) {
	if t.written == nil {
		t.written, t.relied = map[api.Key]bool{}, map[api.Key]api.Revision{}
	}
	for i := range x.Ops {
		t.written[x.Ops[i].Key] = true
		t.bytes += len(x.Ops[i].Body)
	}
	for _, g := range x.Guards {
		if _, there := t.relied[g.Key]; !there {
			t.txn.Guards = append(t.txn.Guards, g)
		}
		if !writes(x, g.Key) {
			t.relied[g.Key] = g.Rev
		}
	}
	t.txn.Ops = append(t.txn.Ops, x.Ops...)
}

// close adds the quotas that have changed.
func (t *tally) close(law *schema.Schema) error {
	for i := range t.accounts {
		a := &t.accounts[i]
		if !a.dirty || t.written[a.rec.Key] {
			continue
		}
		a.quota.ResourceVersion = ""
		body, memo, err := law.EncodeTyped(law.Kind(resourceQuotas), a.quota)
		if err != nil {
			return apierrors.NewInternalError(err)
		}
		t.txn.Guards = append(t.txn.Guards, store.Guard{Key: a.rec.Key, Rev: a.rec.Rev})
		t.txn.Ops = append(t.txn.Ops, store.Op{Key: a.rec.Key, Body: body, Memo: memo})
	}
	return nil
}
