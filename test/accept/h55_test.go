package accept

import (
	"testing"

	"gantry.dev/gantry/internal/testimage"
)

// H55: an image of a private registry that was pulled for one pod is not there for pods that could not pull it.
func TestH55(t *testing.T) {
	w, r := newWorld(t), testimage.NewRegistry(t)
	r.Require(testimage.Credentials{Username: "ann", Password: "secret"})
	ref := r.Push(t, "private:1", who(t, "for those who may"))
	secret := func(name, password string) {
		w.k("create", "secret", "docker-registry", name, "--docker-server="+r.Host, "--docker-username=ann", "--docker-password="+password)
	}
	secret("mine", "secret")
	secret("same", "secret")
	secret("wrong", "guessed")
	const present = "imagePullPolicy: IfNotPresent"
	w.apply(pod("first", ref, tellWho, present, "imagePullSecrets: [{name: mine}]"))
	w.prints("first", "for those who may")
	w.apply(pod("stranger", ref, tellWho, present, "") + pod("guesser", ref, tellWho, present, "imagePullSecrets: [{name: wrong}]") +
		pod("never", ref, tellWho, "imagePullPolicy: Never", ""))
	w.waits("stranger", "ErrImagePull", "Unauthorized")
	w.waits("guesser", "ErrImagePull", "Unauthorized")
	w.waits("never", "ErrImageNeverPull", "is not present with pull policy of Never")
	r.SetHook(testimage.Status(500)) // who holds the same credentials needs no registry
	w.apply(pod("again", ref, tellWho, present, "imagePullSecrets: [{name: mine}]") + pod("same", ref, tellWho, "imagePullPolicy: Never", "imagePullSecrets: [{name: same}]"))
	w.prints("again", "for those who may")
	w.prints("same", "for those who may")
}
