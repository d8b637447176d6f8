package firewall

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/nftables"
)

// ForeignDrops names the base chains of other programs that drop by default what they do not know, at a hook that the
// packets of pods pass. Our accepting does not help against them; `gantry doctor` tells the user.
func ForeignDrops() (found []string, err error) {
	conn, err := dial()
	if err != nil {
		return nil, fmt.Errorf("look for foreign packet rules: %w", err)
	}
	defer func() { err = errors.Join(err, conn.CloseLasting()) }()
	chains, err := conn.ListChains()
	if err != nil {
		return nil, fmt.Errorf("look for foreign packet rules: %w", err)
	}
	hooks := map[nftables.ChainHook]string{
		*nftables.ChainHookInput: "input", *nftables.ChainHookForward: "forward", *nftables.ChainHookOutput: "output",
	}
	for _, c := range chains {
		if c.Hooknum == nil || c.Policy == nil || *c.Policy != nftables.ChainPolicyDrop || strings.HasPrefix(c.Table.Name, tableName("")) {
			continue
		}
		// Only where pods are: IPv4, alone or with IPv6, on devices that are not named.
		family := map[nftables.TableFamily]string{nftables.TableFamilyIPv4: "ip", nftables.TableFamilyINet: "inet"}[c.Table.Family]
		if hook := hooks[*c.Hooknum]; hook != "" && family != "" {
			found = append(found, fmt.Sprintf("table %s %s, chain %s: policy drop at hook %s", family, c.Table.Name, c.Name, hook))
		}
	}
	slices.Sort(found)
	return found, nil
}
