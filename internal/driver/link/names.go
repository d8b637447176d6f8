package link

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"hash/fnv"
	"net"
	"strings"
)

const (
	// linkPrefix begins the name of every link of every instance.
	linkPrefix = "gt"
	// instanceChars and podChars fill the 15 characters of a link name: 25 bits tell instances of one machine apart,
	// 40 bits the pods of a node (ten thousand pods collide with a chance of 5e-5, and a collision is refused).
	instanceChars, podChars = 5, 8
	// nodeSuffix and peerSuffix are shorter than podChars, so they are no pod's.
	nodeSuffix, peerSuffix = "node", "peer"

	// aliasWord begins the alias of every finished link: "gantry <instance> pod <uid>" or
	// "gantry <instance> node <settings>".
	aliasWord = "gantry"

	// routeProtocol marks routes as ours; it is free in iproute2's rt_protos.
	routeProtocol = 103
)

// hostMAC is the host's end of every pod link. The links are point to point, so one address serves all.
func hostMAC() net.HardwareAddr { return net.HardwareAddr{0x02, 0x67, 0x74, 0x00, 0x00, 0x01} }

// gateway is the pods' next hop, 169.254.1.1 or fe80::1. It exists nowhere but in their neighbour tables.
func gateway(v6 bool) []byte {
	if v6 {
		return []byte{0: 0xfe, 1: 0x80, 15: 1}
	}
	return []byte{169, 254, 1, 1}
}

// instancePrefix begins the names of all links of an instance.
func instancePrefix(instance string) string {
	return linkPrefix + hashText("instance "+instance, instanceChars)
}

// podLink names the host's end of a pod's link.
func podLink(instance, podUID string) string {
	return instancePrefix(instance) + hashText("pod "+podUID, podChars)
}

func nodeLink(instance string) string { return instancePrefix(instance) + nodeSuffix }
func peerLink(instance string) string { return instancePrefix(instance) + peerSuffix }

func podAlias(instance, podUID string) string {
	return fmt.Sprintf("%s %s pod %s", aliasWord, instance, podUID)
}

// podMAC is the fixed address of a pod's eth0, locally administered.
func podMAC(podUID string) net.HardwareAddr {
	sum := sha256.Sum256([]byte("mac " + podUID))
	return net.HardwareAddr{0x0a, sum[0], sum[1], sum[2], sum[3], sum[4]}
}

// routeMetric marks routes that hang on no link (unreachable ones) with their instance.
func routeMetric(instance string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(instance)) // a hash never fails
	return int(h.Sum32() | 1<<31)
}

// hashText is n characters of [a-z2-7] that stand for s.
func hashText(s string, n int) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:n]
}
