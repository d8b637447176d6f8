package container

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// UserIDs are the numbers of a user in an image.
type UserIDs struct {
	UID, GID       uint32
	AdditionalGIDs []uint32 // groups whose members include the user
}

// maxUserFile bounds what is read of /etc/passwd and /etc/group of an image.
const maxUserFile = 1 << 20

// LookupUser resolves a user as images name them ("web", "1000", "web:www", "1000:1000", empty for root) with the
// passwd and group files of the layers (lowest first). A number needs no entry; a name does.
func LookupUser(layers []string, user string) (UserIDs, error) {
	passwd, err := readInLayers(layers, "etc/passwd")
	if err != nil {
		return UserIDs{}, err
	}
	group, err := readInLayers(layers, "etc/group")
	if err != nil {
		return UserIDs{}, err
	}
	return resolveUser(user, passwd, group)
}

func resolveUser(user, passwd, group string) (UserIDs, error) {
	name, groupName, hasGroup := strings.Cut(user, ":")
	if name == "" {
		name = "0"
	}
	var ids UserIDs
	uid, numeric := parseID(name)
	found := false
	for f := range entries(passwd, 4) {
		id, ok := parseID(f[2])
		if !ok || f[0] != name && !(numeric && id == uid) {
			continue
		}
		found = true
		ids.UID, name = id, f[0]
		ids.GID, _ = parseID(f[3])
		break
	}
	if !found && !numeric {
		return UserIDs{}, fmt.Errorf("user %q is not in the image's /etc/passwd", name)
	}
	if !found {
		ids.UID = uid
	}
	if hasGroup {
		gid, ok := findGroup(groupName, group)
		if !ok {
			return UserIDs{}, fmt.Errorf("group %q is not in the image's /etc/group", groupName)
		}
		ids.GID = gid
	}
	for f := range entries(group, 4) {
		if gid, ok := parseID(f[2]); ok && found && gid != ids.GID && slices.Contains(strings.Split(f[3], ","), name) {
			ids.AdditionalGIDs = append(ids.AdditionalGIDs, gid)
		}
	}
	return ids, nil
}

func findGroup(name, group string) (uint32, bool) {
	for f := range entries(group, 3) {
		if f[0] == name {
			return parseID(f[2])
		}
	}
	return parseID(name)
}

// entries yields the lines of a file of colon-separated fields that have at least n.
func entries(file string, n int) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		scan := bufio.NewScanner(strings.NewReader(file))
		for scan.Scan() {
			if f := strings.Split(strings.TrimSpace(scan.Text()), ":"); len(f) >= n && !yield(f) {
				return
			}
		}
	}
}

func parseID(s string) (uint32, bool) {
	id, err := strconv.ParseUint(s, 10, 31) // beyond it the kernel and libc disagree on signs
	return uint32(id), err == nil
}

// readInLayers reads a file as the overlay would show it: from the highest layer that has it, and nothing where that layer
// has a whiteout. A link cannot lead out of its layer. A missing file is empty.
func readInLayers(layers []string, name string) (string, error) {
	for _, dir := range slices.Backward(layers) {
		text, err := readInLayer(dir, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("read /%s of the image: %w", name, err)
		}
		return text, nil
	}
	return "", nil
}

func readInLayer(dir, name string) (string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	info, err := root.Stat(name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", nil // a whiteout
	}
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxUserFile))
	return string(body), err
}
