package history

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/utils/dump"
)

// HashLabel tells on a StatefulSet's revision the hash of its data.
const HashLabel = "controller.kubernetes.io/hash"

// DataHash names data; collisions, the number of names that were taken, makes another name.
func DataHash(data []byte, collisions int32) string {
	h := fnv.New32()
	h.Write(data) // a hash never fails
	h.Write([]byte(strconv.FormatInt(int64(collisions), 10)))
	return rand.SafeEncodeString(strconv.FormatUint(uint64(h.Sum32()), 10))
}

// TemplateHash names a template as DaemonSets do it: over Go's picture of it. It only chooses a name; what a revision
// holds is told by its data.
func TemplateHash(t *corev1.PodTemplateSpec, collisions *int32) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%v", dump.ForHash(*t))
	if collisions != nil {
		var b [8]byte
		binary.LittleEndian.PutUint32(b[:], uint32(*collisions))
		h.Write(b[:])
	}
	return rand.SafeEncodeString(strconv.FormatUint(uint64(h.Sum32()), 10))
}

// maxBase leaves room for a hash within the 253 characters of a name.
const maxBase = 223

// Name is the name of an owner's revision.
func Name(owner, hash string) string { return owner[:min(len(owner), maxBase)] + "-" + hash }
