package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
)

// Signature is one as cosign makes it: Bytes sign Payload, which names an image.
type Signature struct{ Payload, Bytes []byte }

// Where cosign keeps the signatures of sha256:HEX: in the layers of a manifest with the tag sha256-HEX.sig, or of manifests
// of this artifact type that refer to it; the signature itself is in an annotation of the layer.
const (
	ArtifactType = "application/vnd.dev.cosign.artifact.sig.v1+json"
	LayerType    = "application/vnd.dev.cosign.simplesigning.v1+json"
	Annotation   = "dev.cosignproject.cosign/signature"
)

// payload is the part of a simple signing payload that counts.
type payload struct {
	Critical struct {
		Type  string `json:"type"`
		Image struct {
			Digest string `json:"docker-manifest-digest"`
		} `json:"image"`
		Identity struct {
			Reference string `json:"docker-reference"`
		} `json:"identity"`
	} `json:"critical"`
}

// payloadType is cosign's critical.type.
const payloadType = "cosign container image signature"

// verify wants the payload to be signed by one of the keys and to name the digest.
func (s Signature) verify(keys []key, digest string) error {
	ok := false
	for _, k := range keys {
		ok = ok || k.verify(s.Payload, s.Bytes)
	}
	if !ok {
		return errors.New("it is signed with none of the policy's keys")
	}
	var p payload
	if err := json.Unmarshal(s.Payload, &p); err != nil {
		return fmt.Errorf("the signed text: %w", err)
	}
	if p.Critical.Type != payloadType {
		return fmt.Errorf("the signed text is of type %q, not %q", p.Critical.Type, payloadType)
	}
	if p.Critical.Image.Digest != digest {
		return fmt.Errorf("the signature is for %s, the image is %s", p.Critical.Image.Digest, digest)
	}
	return nil
}

func (s Signature) identity() (string, error) {
	var p payload
	err := json.Unmarshal(s.Payload, &p)
	return p.Critical.Identity.Reference, err
}

// key is a public key.
type key struct{ public crypto.PublicKey }

// parseKeys reads PEM files of public keys.
func parseKeys(text []byte) (out []key, err error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "PUBLIC KEY" {
			return nil, fmt.Errorf("a key file holds a %s, want a PUBLIC KEY", block.Type)
		}
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("a public key: %w", err)
		}
		switch public.(type) {
		case *ecdsa.PublicKey, ed25519.PublicKey, *rsa.PublicKey:
			out = append(out, key{public})
		default:
			return nil, fmt.Errorf("a public key of type %T is not supported", public)
		}
	}
	if out == nil {
		return nil, errors.New("a key file holds no public key in PEM form")
	}
	return out, nil
}

// verify follows cosign: SHA-256 for ECDSA and RSA (PKCS #1 v1.5), the text itself for Ed25519.
func (k key) verify(text, signature []byte) bool {
	sum := sha256.Sum256(text)
	switch public := k.public.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(public, sum[:], signature)
	case ed25519.PublicKey:
		return ed25519.Verify(public, text, signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}
