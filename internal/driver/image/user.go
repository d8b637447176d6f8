package image

import (
	"errors"
	"io"
	"io/fs"

	"github.com/moby/sys/user"
)

// accountLimit bounds how much of an account file is read: far above any real one, far below what would hurt.
const accountLimit = 4 << 20

// User is a process identity, resolved against an image's own account files.
type User struct {
	UID, GID  uint32
	ExtraGIDs []uint32 // supplementary groups of the account, without GID
	Home      string   // "/" if the image has no such account
}

// ResolveUser turns a user as an image or a pod names it ("", "name", "uid", "name:group", "uid:gid") into ids, by the
// etc/passwd and etc/group of the image's layers (Image.Layers). A number needs no account; a name does. Symlinks in
// the image are followed inside of the image only.
func ResolveUser(spec string, layers []string) (User, error) {
	passwd, err := openAccounts(layers, "/etc/passwd")
	if err != nil {
		return User{}, failed("resolve user", spec, err)
	}
	defer passwd.Close()
	group, err := openAccounts(layers, "/etc/group")
	if err != nil {
		return User{}, failed("resolve user", spec, err)
	}
	defer group.Close()
	u, err := user.GetExecUser(spec, &user.ExecUser{Home: "/"}, limited(passwd), limited(group))
	if err != nil {
		return User{}, failed("resolve user", spec, because(BadImage, err))
	}
	out := User{UID: uint32(u.Uid), GID: uint32(u.Gid), Home: u.Home} // GetExecUser lets 0..2^31-1 pass
	if out.Home == "" {
		out.Home = "/"
	}
	seen := map[int]bool{u.Gid: true}
	for _, g := range u.Sgids {
		if !seen[g] {
			seen[g] = true
			out.ExtraGIDs = append(out.ExtraGIDs, uint32(g))
		}
	}
	return out, nil
}

func limited(r io.Reader) io.Reader { return io.LimitReader(r, accountLimit) }

// openAccounts opens an account file; an image without one has no accounts.
func openAccounts(layers []string, name string) (io.ReadCloser, error) {
	f, err := openInLayers(layers, name)
	if errors.Is(err, fs.ErrNotExist) {
		return io.NopCloser(eof{}), nil
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// eof is an empty file.
type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }
