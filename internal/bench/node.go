package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// commandEnd bounds a command of gantry: the removal of ten thousand pods may be part of one.
const commandEnd = 10 * time.Minute

// wholeNode is a cluster of our own with its node: `gantry up` on a fresh directory.
type wholeNode struct {
	binary    string
	dir, data string
}

// startNode starts one. The caller is in namespaces that may be changed.
func (c Config) startNode(ctx context.Context, flags ...string) (_ *wholeNode, err error) {
	n := &wholeNode{binary: c.Binary}
	if n.dir, err = os.MkdirTemp(c.Dir, "gantry-bench-"); err != nil {
		return nil, err
	}
	n.data = filepath.Join(n.dir, "data")
	port, err := freePort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(n.dir))
	}
	args := append([]string{"up", "--listen", fmt.Sprintf("127.0.0.1:%d", port)}, flags...)
	if err := n.gantry(ctx, args...); err != nil {
		return nil, errors.Join(err, n.stop(ctx))
	}
	return n, nil
}

// gantry runs a command on the cluster.
func (n *wholeNode) gantry(ctx context.Context, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, commandEnd)
	defer cancel()
	if out, err := exec.CommandContext(ctx, n.binary, append(args, "--data-dir", n.data)...).CombinedOutput(); err != nil {
		return fmt.Errorf("gantry %s: %w: %s", args[0], err, bytes.TrimSpace(out))
	}
	return nil
}

// buildImage makes an image of one program, which it starts.
func (n *wholeNode) buildImage(ctx context.Context, image string, program []byte) error {
	path := filepath.Join(n.dir, "program")
	if err := os.WriteFile(path, program, 0o755); err != nil {
		return err
	}
	return n.gantry(ctx, "image", "build", image, "--file", path+":/program", "--entrypoint", "/program")
}

func (n *wholeNode) kubeconfig() string { return filepath.Join(n.data, "kubeconfig") }

// down removes everything of the cluster from the kernel, also after an interrupt.
func (n *wholeNode) down(ctx context.Context) error {
	return n.gantry(context.WithoutCancel(ctx), "down", "--purge")
}

// stop is down, and removes the directory.
func (n *wholeNode) stop(ctx context.Context) error {
	return errors.Join(n.down(ctx), os.RemoveAll(n.dir))
}
