package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/distribution/reference"
)

// identity says which name a signature has to carry for an image.
type identity struct {
	Type             string `json:"type"`
	DockerReference  string `json:"dockerReference"`
	DockerRepository string `json:"dockerRepository"`
	Prefix           string `json:"prefix"`
	SignedPrefix     string `json:"signedPrefix"`
}

// parseIdentity reads signedIdentity; without one it is matchRepoDigestOrExact, as in podman.
func parseIdentity(text json.RawMessage) (identity, error) {
	i := identity{Type: "matchRepoDigestOrExact"}
	if text == nil {
		return i, nil
	}
	if err := strict(text, &i); err != nil {
		return i, fmt.Errorf("signedIdentity: %w", err)
	}
	wants := identity{Type: i.Type}
	switch i.Type {
	case "matchExact", "matchRepoDigestOrExact", "matchRepository":
	case "exactReference":
		wants.DockerReference = i.DockerReference
	case "exactRepository":
		wants.DockerRepository = i.DockerRepository
	case "remapIdentity":
		wants.Prefix, wants.SignedPrefix = i.Prefix, i.SignedPrefix
		if i.Prefix == "" || i.SignedPrefix == "" {
			return i, errors.New("signedIdentity: remapIdentity needs prefix and signedPrefix")
		}
	default:
		return i, fmt.Errorf("signedIdentity: type %q is not known", i.Type)
	}
	if i != wants {
		return i, fmt.Errorf("signedIdentity: a field that %s does not have", i.Type)
	}
	for _, name := range []string{i.DockerReference, i.DockerRepository} {
		if _, err := reference.ParseNormalizedNamed(name); name != "" && err != nil {
			return i, fmt.Errorf("signedIdentity: %q: %w", name, err)
		}
	}
	if i.Type == "exactReference" && i.DockerReference == "" || i.Type == "exactRepository" && i.DockerRepository == "" {
		return i, fmt.Errorf("signedIdentity: %s needs a name", i.Type)
	}
	return i, nil
}

// match compares what a signature claims with the name of the image.
func (i identity) match(ref reference.Named, claim string) error {
	claimed, err := reference.ParseNormalizedNamed(claim)
	if err != nil {
		return fmt.Errorf("the signature is for %q, which is no name: %w", claim, err)
	}
	wanted, exact := ref.String(), true
	_, digested := ref.(reference.Digested)
	switch i.Type {
	case "matchExact":
		if digested {
			return errors.New("the policy wants signatures of exact names (matchExact), which a digest does not have")
		}
	case "matchRepoDigestOrExact":
		exact = !digested
	case "matchRepository":
		exact = false
	case "exactReference":
		wanted = i.DockerReference
	case "exactRepository":
		wanted, exact = i.DockerRepository, false
	case "remapIdentity":
		exact = !digested
		if rest, ok := strings.CutPrefix(wanted, i.Prefix); ok && (rest == "" || strings.ContainsAny(rest[:1], "/:@")) {
			wanted = i.SignedPrefix + rest
		}
	}
	named, err := reference.ParseNormalizedNamed(wanted)
	if err != nil {
		return err
	}
	if exact && claimed.String() == named.String() || !exact && claimed.Name() == named.Name() {
		return nil
	}
	if exact && claimed.Name() == named.Name() {
		return fmt.Errorf("the signature is for %s, the policy wants %s (cosign signs names without tags: see signedIdentity matchRepository)", claimed, named)
	}
	return fmt.Errorf("the signature is for %s, the image is %s", claimed, named)
}
