package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func digestOf(data []byte) v1.Hash {
	sum := sha256.Sum256(data)
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
}

// keepBlob copies a layer's bytes into the store under their digest, which it verifies.
func (j *job) keepBlob(ctx context.Context, l layerSource) error {
	r, err := l.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	tmp := filepath.Join(j.dir, "blob-"+l.blob.Hex)
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, hash), &sourceReader{ctx: ctx, r: r})
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("copy layer %s: %w", l.blob, err)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != l.blob.Hex {
		return because(BadDigest, fmt.Errorf("layer has digest sha256:%s, but its image says %s", got, l.blob))
	}
	return os.Rename(tmp, j.s.blobPath(l.blob))
}
