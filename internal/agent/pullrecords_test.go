package agent

import (
	"os"
	"path/filepath"
	"testing"

	kubelet "k8s.io/kubelet/config/v1beta1"

	"gantry.dev/gantry/internal/plan/settings"
)

// Who may use an image that is present: by policy, by what a pull has shown, and after a restart.
func TestPullRecords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pulls")
	reopen := func(v settings.ImageVerification) *pullRecords {
		t.Helper()
		r, err := openPullRecords(dir, v, func(image string) bool { return image != "removed" })
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ann, same, bob := pullHolder{"a", "ann", "1", "h"}, pullHolder{"b", "other", "2", "h"}, pullHolder{"a", "bob", "3", "x"}
	renewed := pullHolder{"a", "ann", "1", "new"}
	r := reopen(settings.ImageVerification{})
	if !r.open("r/private:1", "r/private", "i1") {
		t.Error("an image that was there before is closed")
	}
	must(r.intend("r/private:1"))
	if r.open("r/private:1", "r/private", "i1") {
		t.Error("an image that is being pulled with credentials is open")
	}
	must(r.pulled("r/private:1", "r/private", "i1", []pullHolder{ann}))
	must(r.pulled("r/public:1", "r/public", "i2", nil))
	must(r.intend("r/unseen:1"))
	must(r.pulled("r/removed:1", "r/removed", "removed", []pullHolder{ann}))
	must(os.WriteFile(filepath.Join(dir, "half.json.new"), []byte("{"), 0o600))
	for range 2 {
		for _, c := range []struct {
			ref, repository, image string
			want                   bool
		}{
			{"r/private:1", "r/private", "i1", false}, {"r/private:2", "r/private", "i1", false}, {"imported/private:1", "imported/private", "i1", true},
			{"r/public:1", "r/public", "i2", true}, {"r/unseen:1", "r/unseen", "i3", false}, {"local:1", "local", "i4", true},
		} {
			if got := r.open(c.ref, c.repository, c.image); got != c.want {
				t.Errorf("%s of %s: open %t", c.ref, c.image, got)
			}
		}
		for h, want := range map[pullHolder]bool{ann: true, same: true, renewed: true, bob: false} {
			if got := r.allows("r/private", "i1", []pullHolder{h}); got != want {
				t.Errorf("%v: allowed %t", h, got)
			}
		}
		r = reopen(settings.ImageVerification{})
	}
	must(r.pulled("r/private:1", "r/private", "i1", nil)) // the registry gives it to everybody now
	if !r.open("r/private:1", "r/private", "i1") || !r.allows("r/private", "i1", nil) {
		t.Error("what everybody can pull is closed")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 3 {
		t.Errorf("files %v, %v", left, err)
	}
	for policy, want := range map[kubelet.ImagePullCredentialsVerificationPolicy][2]bool{
		kubelet.NeverVerify: {true, true}, kubelet.NeverVerifyPreloadedImages: {true, false}, kubelet.AlwaysVerify: {false, false}, kubelet.NeverVerifyAllowlistedImages: {false, true},
	} {
		r := reopen(settings.ImageVerification{Policy: policy, Allowed: []string{"r/*"}})
		if got := [2]bool{r.open("local:1", "local", "i4"), r.open("r/unseen:1", "r/unseen", "i3")}; got != want {
			t.Errorf("%s: %v", policy, got)
		}
	}
}

// Files that a disk has spoiled keep no node from starting: what they were about stays closed until it is pulled again.
func TestSpoiledPullRecords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pulls")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{recordName("r/record", "i1"): "", recordName("r/intent:1"): "{}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		r, err := openPullRecords(dir, settings.ImageVerification{}, func(string) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		if r.open("r/record:1", "r/record", "i1") || r.open("r/intent:1", "r/intent", "i2") || r.allows("r/record", "i1", nil) || !r.open("local:1", "local", "i3") {
			t.Error("what the spoiled files were about is open, or all is closed")
		}
	}
	r, err := openPullRecords(dir, settings.ImageVerification{}, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for ref, of := range map[string][2]string{"r/record:1": {"r/record", "i1"}, "r/intent:1": {"r/intent", "i2"}} {
		if err := r.pulled(ref, of[0], of[1], nil); err != nil || !r.open(ref, of[0], of[1]) {
			t.Errorf("%s is closed after everybody could pull it: %v", ref, err)
		}
	}
}
