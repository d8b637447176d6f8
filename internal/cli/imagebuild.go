package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gantry.dev/gantry/internal/driver/image"
)

// recipe is what an image is made of.
type recipe struct {
	files, dirs, programs []string
	conf                  image.Config
	entrypoint            string
}

func imageBuildCommand(e *env) *cobra.Command {
	var r recipe
	c := &cobra.Command{Use: "build NAME [--dir SRC:DST] [--go PACKAGE] [--file SRC:DST] ...", Short: "Make an image of directories, Go programs and files", Args: usage(cobra.ExactArgs(1)),
		Long: `Make an image of one layer, without a daemon: of directories and files of this machine, and of Go programs, which are
compiled without cgo, so that they need nothing else, and are the entrypoint unless another is named. All belongs to root and has the same
date: the same input gives the same image. For images on top of others use any builder, and import its result.`,
		Example: "  gantry image build web:1 --go ./cmd/web\n  gantry image build site:1 --go ./cmd/web --dir ./public:/srv/www --cmd --root=/srv/www\n  gantry image build tool:1 --file ./bin/tool:/tool --entrypoint /tool",
		RunE: func(c *cobra.Command, args []string) error {
			tmp, err := os.MkdirTemp("", "gantry-build-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(tmp)
			list, err := r.collect(c.Context(), tmp)
			if err != nil {
				return err
			}
			if r.entrypoint != "" {
				r.conf.Entrypoint = []string{r.entrypoint}
			}
			img, err := image.FromFiles(r.conf, list...)
			if err != nil {
				return err
			}
			return e.images(func(s *image.Store) error {
				i, err := s.Add(c.Context(), args[0], img)
				if err == nil {
					e.printf("built %s (%s)\n", args[0], i.ID)
				}
				return err
			})
		}}
	c.Flags().StringArrayVar(&r.files, "file", nil, "a file SRC of this machine, as DST in the image (repeatable)")
	c.Flags().StringArrayVar(&r.dirs, "dir", nil, "what is in a directory SRC of this machine, below DST in the image (repeatable)")
	c.Flags().StringArrayVar(&r.programs, "go", nil, "a Go program, PACKAGE or PACKAGE:DST with the package as `go build` names it (repeatable; default DST: / and its name)")
	c.Flags().StringArrayVar(&r.conf.Env, "env", nil, "NAME=VALUE (repeatable)")
	c.Flags().StringArrayVar(&r.conf.Cmd, "cmd", nil, "default arguments (repeatable)")
	c.Flags().StringVar(&r.entrypoint, "entrypoint", "", "program to run (default: the first of --go)")
	c.Flags().StringVar(&r.conf.User, "user", "", "user[:group] to run as")
	c.Flags().StringVar(&r.conf.WorkingDir, "workdir", "", "working directory")
	return c
}

// collect finds the entries of the image; compiled programs lie in tmp.
func (r *recipe) collect(ctx context.Context, tmp string) (list []image.File, err error) {
	for _, d := range r.dirs {
		src, dst, err := fromTo("--dir", d)
		if err != nil {
			return nil, err
		}
		st, err := os.Stat(src)
		if err != nil {
			return nil, fmt.Errorf("--dir: %w", err)
		}
		if !st.IsDir() {
			return nil, usageError{fmt.Errorf("--dir %s: it is a file; for files there is --file", src)}
		}
		more, err := image.FilesOf(src, dst)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	for i, p := range r.programs {
		one, err := goProgram(ctx, p, filepath.Join(tmp, fmt.Sprint(i)))
		if err != nil {
			return nil, err
		}
		if r.entrypoint == "" {
			r.entrypoint = one.Path
		}
		list = append(list, one)
	}
	for _, f := range r.files {
		src, dst, err := fromTo("--file", f)
		if err != nil {
			return nil, err
		}
		st, err := os.Stat(src)
		if err != nil {
			return nil, fmt.Errorf("--file: %w", err)
		}
		if !st.Mode().IsRegular() {
			return nil, usageError{fmt.Errorf("--file %s: not a file; for directories there is --dir", src)}
		}
		list = append(list, image.File{Path: dst, Mode: st.Mode().Perm(), Source: src})
	}
	return lastOfEach(list), nil
}

// lastOfEach keeps of several entries with the same path the last: files named by hand win over those of a directory.
func lastOfEach(list []image.File) (out []image.File) {
	at := map[string]int{}
	for _, f := range list {
		p := path.Clean(f.Path)
		if i, ok := at[p]; ok {
			out[i] = f
			continue
		}
		at[p] = len(out)
		out = append(out, f)
	}
	return out
}

func fromTo(flag, s string) (src, dst string, err error) {
	src, dst, ok := strings.Cut(s, ":")
	if !ok || src == "" || !path.IsAbs(dst) {
		return "", "", usageError{fmt.Errorf("%s %q: want SRC:DST with an absolute DST", flag, s)}
	}
	return src, dst, nil
}

// goProgram compiles a program to a file that needs no libraries.
func goProgram(ctx context.Context, what, out string) (image.File, error) {
	pkg, dst, named := strings.Cut(what, ":")
	if named && !path.IsAbs(dst) {
		return image.File{}, usageError{fmt.Errorf("--go %q: want PACKAGE or PACKAGE:DST with an absolute DST", what)}
	}
	if !named {
		full, err := filepath.Abs(pkg)
		if err != nil {
			return image.File{}, err
		}
		dst = "/" + strings.TrimSuffix(filepath.Base(full), ".go")
	}
	dir, target := "", pkg // a directory may belong to another module than ours
	if st, err := os.Stat(pkg); err == nil && st.IsDir() {
		dir, target = pkg, "."
	}
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, target)
	c.Dir, c.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	if said, err := c.CombinedOutput(); errors.Is(err, exec.ErrNotFound) {
		return image.File{}, fmt.Errorf("--go needs the go command on this machine: %w", err)
	} else if err != nil {
		return image.File{}, fmt.Errorf("compile %s: %w\n%s", pkg, err, said)
	}
	return image.File{Path: dst, Mode: 0o755, Source: out}, nil
}
