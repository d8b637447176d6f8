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
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// dockerManifest is the file that makes an archive one of docker save.
const dockerManifest = "manifest.json"

// readDockerSave finds the images of a docker-save archive. Such an archive has no registry manifest: pushing makes one.
func readDockerSave(files fs.FS) ([]named, error) {
	data, err := readFile(files, dockerManifest)
	if err != nil {
		return nil, err
	}
	var list []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, because(BadImage, fmt.Errorf("%s: %w", dockerManifest, err))
	}
	var out []named
	for _, e := range list {
		var n named
		for _, tag := range e.RepoTags {
			name, err := parseName(tag)
			if err != nil {
				return nil, err
			}
			n.names = append(n.names, name.key())
		}
		if n.config, err = readFile(files, e.Config); err != nil {
			return nil, err
		}
		var config v1.ConfigFile
		if err := json.Unmarshal(n.config, &config); err != nil {
			return nil, because(BadImage, fmt.Errorf("image config: %w", err))
		}
		if len(config.RootFS.DiffIDs) != len(e.Layers) {
			return nil, because(BadImage, fmt.Errorf("%d layers in %s, %d in the config",
				len(e.Layers), dockerManifest, len(config.RootFS.DiffIDs)))
		}
		for i, name := range e.Layers {
			l, err := savedLayer(files, name, config.RootFS.DiffIDs[i])
			if err != nil {
				return nil, err
			}
			n.layers = append(n.layers, l)
		}
		out = append(out, n)
	}
	return out, nil
}

// savedLayer finds the digest of a layer file: uncompressed, as docker writes it, the digest is the diff ID.
func savedLayer(files fs.FS, name string, diffID v1.Hash) (layerSource, error) {
	l := layerSource{diffID: diffID, blob: diffID, keep: true, open: fileOpener(files, name)}
	f, err := l.open(context.Background())
	if err != nil {
		return l, err
	}
	defer f.Close()
	var magic [4]byte
	if _, err := io.ReadFull(f, magic[:]); err != nil {
		return l, because(BadImage, fmt.Errorf("layer %s: %w", name, err))
	}
	if compressionOf(magic[:]) == uncompressed {
		return l, nil
	}
	h := sha256.New()
	h.Write(magic[:])
	if _, err := io.Copy(h, f); err != nil {
		return l, fmt.Errorf("layer %s: %w", name, err)
	}
	l.blob = v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(h.Sum(nil))}
	return l, nil
}

// fileOpener opens a file of an archive. A name from a manifest that is missing or leads out of the archive is the
// archive's fault.
func fileOpener(files fs.FS, name string) opener {
	return func(context.Context) (io.ReadCloser, error) {
		f, err := files.Open(strings.TrimPrefix(path.Clean("/"+name), "/"))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, because(BadImage, fmt.Errorf("%s is missing in the archive", name))
		}
		return f, err
	}
}

// readFile reads a small file of an archive.
func readFile(files fs.FS, name string) ([]byte, error) {
	f, err := fileOpener(files, name)(context.Background())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, metadataLimit+1))
	if err == nil && len(data) > metadataLimit {
		err = because(BadImage, fmt.Errorf("%s is longer than %d bytes", name, metadataLimit))
	}
	return data, err
}
