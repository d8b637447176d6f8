// Package trust decides which images may be pulled: by whom they have to be signed. The policy has the form of
// containers-policy.json(5), which podman, CRI-O and skopeo read; signatures are cosign's (simple signing), verified with
// public keys and without a network. The package reads nothing itself: texts come in, a verdict goes out.
//
// Of the policy's transports only "docker" is about registries; the others are checked and have no meaning here. Of the
// requirements there are insecureAcceptAnything, reject, and sigstoreSigned with keys; signedBy (GPG), Fulcio, PKI and Rekor
// are refused by their names.
package trust

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// Policy says what is wanted of an image. It is immutable.
type Policy struct {
	byDefault []requirement
	docker    map[string][]requirement // by scope; "" is for all of the transport
}

// requirement is one; all of a list have to be met.
type requirement struct {
	kind     kind
	keys     []key
	identity identity
}

type kind string

const (
	acceptAnything kind = "insecureAcceptAnything"
	reject         kind = "reject"
	sigstoreSigned kind = "sigstoreSigned"
)

// Parse reads a policy; read gives the files of keys that it names.
func Parse(text []byte, read func(path string) ([]byte, error)) (*Policy, error) {
	var raw struct {
		Default    []json.RawMessage                       `json:"default"`
		Transports map[string]map[string][]json.RawMessage `json:"transports"`
	}
	if err := strict(text, &raw); err != nil {
		return nil, err
	}
	p := &Policy{docker: map[string][]requirement{}}
	var err error
	if p.byDefault, err = requirements(raw.Default, read); err != nil {
		return nil, fmt.Errorf("default: %w", err)
	}
	for transport, scopes := range raw.Transports {
		for scope, list := range scopes {
			reqs, err := requirements(list, read)
			if err != nil {
				return nil, fmt.Errorf("transports[%q][%q]: %w", transport, scope, err)
			}
			if transport == "docker" {
				p.docker[scope] = reqs
			}
		}
	}
	return p, nil
}

// strict refuses fields that there are not, and what follows the value.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end")
	}
	return nil
}

func requirements(list []json.RawMessage, read func(string) ([]byte, error)) ([]requirement, error) {
	if len(list) == 0 {
		return nil, errors.New("want at least one requirement")
	}
	var out []requirement
	for i, text := range list {
		r, err := parseRequirement(text, read)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out = append(out, r)
	}
	return out, nil
}

func parseRequirement(text []byte, read func(string) ([]byte, error)) (requirement, error) {
	var raw struct {
		Type           kind            `json:"type"`
		KeyPath        string          `json:"keyPath"`
		KeyPaths       []string        `json:"keyPaths"`
		KeyData        []byte          `json:"keyData"`
		KeyDatas       [][]byte        `json:"keyDatas"`
		SignedIdentity json.RawMessage `json:"signedIdentity"`
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return requirement{}, err
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return requirement{}, err
	}
	known := []string{"type"}
	switch raw.Type {
	case acceptAnything, reject:
	case sigstoreSigned:
		known = append(known, "keyPath", "keyPaths", "keyData", "keyDatas", "signedIdentity")
	default:
		return requirement{}, fmt.Errorf("type %q: there are insecureAcceptAnything, reject and sigstoreSigned", raw.Type)
	}
	for f := range fields {
		if !slices.Contains(known, f) {
			return requirement{}, fmt.Errorf("%s: not known of %s here", f, raw.Type)
		}
	}
	r := requirement{kind: raw.Type}
	if r.kind != sigstoreSigned {
		return r, nil
	}
	var texts [][]byte
	ways := 0
	for _, f := range known[1:5] {
		if fields[f] != nil {
			ways++
		}
	}
	if ways != 1 {
		return r, errors.New("want exactly one of keyPath, keyPaths, keyData and keyDatas")
	}
	for _, path := range append(raw.KeyPaths, raw.KeyPath) {
		if path == "" {
			continue
		}
		text, err := read(path)
		if err != nil {
			return r, err
		}
		texts = append(texts, text)
	}
	if raw.KeyData != nil {
		texts = append(texts, raw.KeyData)
	}
	for _, text := range append(texts, raw.KeyDatas...) {
		k, err := parseKeys(text)
		if err != nil {
			return r, err
		}
		r.keys = append(r.keys, k...)
	}
	if len(r.keys) == 0 {
		return r, errors.New("no key")
	}
	var err error
	r.identity, err = parseIdentity(raw.SignedIdentity)
	return r, err
}

// of are the requirements of an image: those of the longest scope that it lies in.
func (p *Policy) of(ref reference.Named) []requirement {
	scopes := []string{reference.TrimNamed(ref).Name()}
	if ref.String() != scopes[0] {
		scopes = []string{ref.String(), scopes[0]}
	}
	for name := scopes[len(scopes)-1]; ; {
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			break
		}
		name = name[:i]
		scopes = append(scopes, name)
	}
	for host := reference.Domain(ref); ; {
		_, rest, ok := strings.Cut(host, ".")
		if !ok {
			break
		}
		host = rest
		scopes = append(scopes, "*."+host)
	}
	for _, s := range append(scopes, "") {
		if reqs, ok := p.docker[s]; ok {
			return reqs
		}
	}
	return p.byDefault
}

// Verdict is what is known of an image before its signatures are.
type Verdict int

// The verdicts.
const (
	Allowed Verdict = iota
	Refused
	Depends // on signatures, see Check
)

// About is the verdict on an image.
func (p *Policy) About(ref reference.Named) Verdict {
	v := Allowed
	for _, r := range p.of(ref) {
		switch r.kind {
		case reject:
			return Refused
		case sigstoreSigned:
			v = Depends
		}
	}
	return v
}

// Check judges an image by its signatures; nil is a yes. digest is that of the manifest that the name leads to.
func (p *Policy) Check(ref reference.Named, digest string, signatures []Signature) error {
	for _, r := range p.of(ref) {
		switch r.kind {
		case reject:
			return ErrRefused
		case sigstoreSigned:
			if err := r.check(ref, digest, signatures); err != nil {
				return err
			}
		}
	}
	return nil
}

// ErrRefused is the answer to images that nobody may pull.
var ErrRefused = errors.New("the policy refuses this image whoever has signed it")

// check wants one signature that is right in all respects.
func (r requirement) check(ref reference.Named, digest string, signatures []Signature) error {
	if len(signatures) == 0 {
		return errors.New("the image has no signature")
	}
	var reasons []error
	for _, s := range signatures {
		err := s.verify(r.keys, digest)
		var claims string
		if err == nil {
			claims, err = s.identity()
		}
		if err == nil {
			err = r.identity.match(ref, claims)
		}
		if err == nil {
			return nil
		}
		reasons = append(reasons, err)
	}
	return errors.Join(reasons...)
}
