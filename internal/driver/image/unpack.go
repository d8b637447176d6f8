package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/moby/go-archive"
	"golang.org/x/sys/unix"
)

// layerInfo is layer.json: what is known of an unpacked layer.
type layerInfo struct {
	Size    int64    `json:"size"`              // bytes of its uncompressed tar
	Implied []string `json:"implied,omitempty"` // directories without an entry of their own, see impliedScan
}

// hasLayer reports whether a layer is unpacked, and what is known of it.
func (s *Store) hasLayer(diffID v1.Hash) (layerInfo, bool, error) {
	var info layerInfo
	data, err := os.ReadFile(filepath.Join(s.layerDir(diffID), "layer.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return info, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &info)
	}
	if err != nil {
		return info, false, fmt.Errorf("read layer %s: %w", diffID, err)
	}
	return info, true, nil
}

// unpackLayer makes a layer present from its blob. It streams: the blob is decompressed, its content's digest is
// compared with the diff ID, and only then does the directory become visible under its final name.
func (j *job) unpackLayer(ctx context.Context, diffID v1.Hash, blob io.Reader) error {
	if diffID.Algorithm != "sha256" {
		return because(BadImage, fmt.Errorf("layer %s: digest algorithm %s is not supported", diffID, diffID.Algorithm))
	}
	tmp := filepath.Join(j.dir, diffID.Hex)
	root := filepath.Join(tmp, "fs")
	if err := os.RemoveAll(tmp); err != nil { // of an earlier try of the same job
		return err
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	if err := os.Chmod(root, 0o755); err != nil { // whatever our umask: this is the container's "/"
		return err
	}
	info, got, err := unpackStream(ctx, root, blob)
	if err != nil {
		return fmt.Errorf("unpack layer %s: %w", diffID, err)
	}
	if got != diffID {
		return because(BadDigest, fmt.Errorf("layer has diff ID %s, but its image says %s", got, diffID))
	}
	data, err := json.Marshal(info)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, "layer.json"), data, 0o600); err != nil {
		return err
	}
	return j.publishLayer(tmp, diffID)
}

// publishLayer makes a finished layer visible under its name.
func (j *job) publishLayer(tmp string, id v1.Hash) error {
	err := os.Rename(tmp, j.s.layerDir(id))
	if errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST) {
		return nil // another process was faster with the same content
	}
	return err
}

// unpackStream writes the tar in blob (plain, gzip or zstd) below root in the form that overlayfs wants, and returns
// what is to be known of it and the digest of the uncompressed stream.
func unpackStream(ctx context.Context, root string, blob io.Reader) (info layerInfo, diffID v1.Hash, err error) {
	in := &sourceReader{ctx: ctx, r: blob}
	plain, err := decompress(in)
	if err != nil {
		return info, diffID, in.blame(err)
	}
	defer plain.Close()
	hash := sha256.New()
	scan := newImpliedScan()
	defer func() { info.Implied = scan.finish() }()
	counted := &byteCounter{r: io.TeeReader(plain, io.MultiWriter(hash, scan))}
	err = archive.Unpack(counted, root, &archive.TarOptions{WhiteoutFormat: archive.OverlayWhiteoutFormat})
	if err == nil {
		_, err = io.Copy(io.Discard, counted) // the padding behind the tar's end belongs to the digest
	}
	if err == nil {
		_, err = io.Copy(io.Discard, in) // what follows the compressed stream belongs to the blob's digest
	}
	if err != nil {
		if blamed := in.blame(err); classify(blamed) != BadImage {
			return info, diffID, blamed
		}
		_, _ = io.Copy(io.Discard, in) // it may be no layer because the blob is not the one that was named: its end tells
		return info, diffID, in.blame(err)
	}
	return layerInfo{Size: counted.n}, v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(hash.Sum(nil))}, nil
}
