package schedule

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// DefaultPreemption: which pods of lower priority have to go so that a pod gets a place, with upstream's choice of victims
// and of the node. Upstream looks at a sample of the nodes, we look at all.

// Budgets lists the disruption budgets of the cluster, as they are now.
type Budgets func() []*policyv1.PodDisruptionBudget

// SetBudgets tells where disruption budgets are found; without, there are none.
func (s *State) SetBudgets(b Budgets) { s.budgets = b }

// price is what preemption on a node would cost, in the order in which upstream compares it.
type price struct {
	violations, highest int64
	sum                 int64
	pods                int64
	// started is when the oldest of the most important victims began, negated: better a pod that has just started.
	started int64
}

func (a price) compare(b price) int {
	return cmp.Or(cmp.Compare(a.violations, b.violations), cmp.Compare(a.highest, b.highest), cmp.Compare(a.sum, b.sum),
		cmp.Compare(a.pods, b.pods), cmp.Compare(a.started, b.started))
}

// preemptionSays introduces why preemption did not help. Upstream's dynamic resources come first, and have nothing to say.
const preemptionSays = " no new claims to deallocate, preemption: "

// inVain is what preemption adds to a refusal that holds for all nodes whatever is on them.
func (s *State) inVain(p *Pod) string {
	if profile := cmp.Or(p.Profile, defaultProfile); profile.NoPreemption || s.count == 0 {
		return ""
	}
	if p.Spec.PreemptionPolicy != nil && *p.Spec.PreemptionPolicy == corev1.PreemptNever {
		return preemptionSays + never
	}
	return fmt.Sprintf("%s0/%d nodes are available: %d %s.", preemptionSays, s.count, s.count, notHelpful)
}

const (
	never      = "not eligible due to preemptionPolicy=Never."
	notHelpful = "Preemption is not helpful for scheduling"
)

const noVictims = "No preemption victims found for incoming pod"

// outcome is what came of looking for pods that could leave for another: a node and who has to leave it, or why there is
// none. stay says that the pod goes on waiting for the node that it waits for.
type outcome struct {
	node    string
	victims []*corev1.Pod
	why     string
	stay    bool
}

// preempt looks for a node where pods of lower priority could make room.
func (s *State) preempt(p *Pod, c *class) outcome {
	if why := s.mayNotPreempt(p, c); why != "" {
		return outcome{why: why, stay: true}
	}
	least := c.leastSums(nil)
	if why := s.vain(p, c, least); why != "" {
		return outcome{why: why}
	}
	budgets := s.limits()
	offers := s.tollsOf(p, c, least, budgets)
	if p.Asked != nil && p.Asked.Victims != nil {
		if node, victims := s.askedOffer(p, offers); node != "" {
			return outcome{node: node, victims: victims}
		}
		offers = slices.Clone(offers)
		for i := range offers { // those that are not among them are not to be had
			if offers[i].open {
				offers[i] = offer{words: []string{noVictims}}
			}
		}
	}
	best := -1
	for i := range offers {
		if offers[i].open && (best < 0 || offers[i].price.compare(offers[best].price) < 0) {
			best = i
		}
	}
	if best >= 0 {
		on, _ := s.victims(p, c, best, least, budgets)
		return outcome{node: s.nodes[best].name, victims: on.pods()}
	}
	reasons := map[string]int{}
	for i := range offers {
		for _, w := range offers[i].words {
			reasons[w]++
		}
	}
	return outcome{why: fmt.Sprintf("0/%d nodes are available: %s.", s.count, histogram(reasons))}
}

// vain says why no pod could leave for this one, where that can be told without asking whose departure would help; else it is "".
func (s *State) vain(p *Pod, c *class, least []int64) string {
	if p.MayTake != nil || p.Asked != nil || !c.alone() || c.tolls.offers != nil {
		return ""
	}
	if _, giant := s.beyond(c); c.open() == 0 || len(c.demand.ports) == 0 && (giant || c.friendless && !s.shortAnywhere(c)) {
		return fmt.Sprintf("0/%d nodes are available: %d %s.", s.count, s.count, notHelpful)
	}
	prio := schedcorev1.PodPriority(p.Pod)
	var unhelpful, nobody int
	for i := range s.nodes {
		switch {
		case c.verdict[i] == gone:
		case !s.movable(c, i, least):
			unhelpful++
		case s.nodes[i].lowest() >= prio:
			nobody++
		default:
			return ""
		}
	}
	reasons := map[string]int{}
	for what, n := range map[string]int{notHelpful: unhelpful, noVictims: nobody} {
		if n > 0 {
			reasons[what] = n
		}
	}
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, histogram(reasons))
}

// lowest is the lowest priority of the pods of a node, more than any has if there are none.
func (n *node) lowest() int32 {
	if !n.ranked {
		n.ranked, n.least = true, math.MaxInt32
		for _, pl := range n.pods {
			if !pl.nominee {
				n.least = min(n.least, schedcorev1.PodPriority(pl.pod))
			}
		}
	}
	return n.least
}

// histogram spells out how many nodes have each reason, as upstream sorts them.
func histogram(reasons map[string]int) string {
	lines := make([]string, 0, len(reasons))
	for r, n := range reasons {
		lines = append(lines, fmt.Sprintf("%d %s", n, r))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// mayNotPreempt says why a pod must not have others moved, "" if it may.
func (s *State) mayNotPreempt(p *Pod, c *class) string {
	if p.Spec.PreemptionPolicy != nil && *p.Spec.PreemptionPolicy == corev1.PreemptNever {
		return never
	}
	i, ok := s.byName[p.Status.NominatedNodeName]
	if !ok || s.nodes[i].obj == nil || !s.movable(c, i, c.leastSums(nil)) {
		return ""
	}
	for _, pl := range s.nodes[i].pods {
		if leaving(pl.pod) && (p.MayTake != nil || p.outranks(pl.pod)) {
			return "not eligible due to a terminating pod on the nominated node."
		}
	}
	return ""
}

// leaving reports whether a pod is on its way out because of preemption.
func leaving(p *corev1.Pod) bool {
	return p.DeletionTimestamp != nil && slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue && c.Reason == corev1.PodReasonPreemptionByScheduler
	})
}

// movable reports whether the first filter that refuses a node might be content if pods left.
func (s *State) movable(c *class, i int, least []int64) bool {
	if c.verdict[i] != fine {
		return false // what the node is, no pod's departure changes; the pod could not go there in any case
	}
	if r := s.lacks(c, i, nil); r != enough {
		return r == tooFull
	}
	for f := filterPorts; f < filters; f++ {
		if o := s.ask(f, c, i, least); o != nil {
			return !o.Final
		}
	}
	return false
}

// outranks reports whether a placed pod may be asked to leave for this one.
func (p *Pod) outranks(victim *corev1.Pod) bool {
	if p.MayTake != nil {
		return p.MayTake(victim)
	}
	return schedcorev1.PodPriority(victim) < schedcorev1.PodPriority(p.Pod)
}

// toll are the pods that would have to leave a node, the most important first.
type toll struct {
	victims    []*placed
	violations int64
}

func (t *toll) pods() []*corev1.Pod {
	out := make([]*corev1.Pod, len(t.victims))
	for k, pl := range t.victims {
		out[k] = pl.pod
	}
	return out
}

// victims finds the fewest important pods of a node that have to go: all of lower priority leave in thought, and come back
// one by one, first those whose budgets would be violated, the most important first, while the pod still fits. Else it
// says why the node is of no use.
func (s *State) victims(p *Pod, c *class, i int, least []int64, budgets []limit) (*toll, []string) {
	if p.MayTake == nil && s.nodes[i].lowest() >= schedcorev1.PodPriority(p.Pod) {
		return nil, []string{noVictims}
	}
	var lower []*placed
	for _, pl := range s.nodes[i].pods {
		if !pl.nominee && p.outranks(pl.pod) {
			lower = append(lower, pl)
		}
	}
	if len(lower) == 0 {
		return nil, []string{noVictims}
	}
	slices.SortFunc(lower, byImportance)
	pr := s.probe(c, i)
	for _, pl := range lower {
		pr.remove(pl)
	}
	if o := pr.objection(least); o != nil {
		return nil, o.Reasons
	}
	t := &toll{}
	spare := func(group []*placed) {
		for _, pl := range group {
			pr.restore(pl)
			if pr.objection(least) != nil {
				pr.remove(pl)
				t.victims = append(t.victims, pl)
			}
		}
	}
	violating, others := overdrawn(lower, budgets)
	spare(violating)
	t.violations = int64(len(t.victims))
	spare(others)
	slices.SortFunc(t.victims, byImportance)
	return t, nil
}

// byImportance puts the pods first that go last: of higher priority, then those that run for longer.
func byImportance(a, b *placed) int {
	return cmp.Or(cmp.Compare(schedcorev1.PodPriority(b.pod), schedcorev1.PodPriority(a.pod)),
		cmp.Compare(startOf(a.pod), startOf(b.pod)), strings.Compare(string(a.pod.UID), string(b.pod.UID)))
}

// startOf is when a pod began, in nanoseconds; one that has not yet is the youngest.
func startOf(p *corev1.Pod) int64 {
	if p.Status.StartTime == nil {
		return time.Unix(1<<33, 0).UnixNano()
	}
	return p.Status.StartTime.UnixNano()
}

func priceOf(t *toll) price {
	first := t.victims[0].pod
	pr := price{violations: t.violations, highest: int64(schedcorev1.PodPriority(first)), pods: int64(len(t.victims)), started: -startOf(first)}
	for _, pl := range t.victims {
		pr.sum += int64(schedcorev1.PodPriority(pl.pod)) + 1<<31 // so that a few negative priorities are not worse than one
	}
	return pr
}

// limit is a disruption budget.
type limit struct {
	budget   *policyv1.PodDisruptionBudget
	selector labels.Selector
}

func (s *State) limits() (out []limit) {
	if s.budgets == nil {
		return nil
	}
	for _, b := range s.budgets() {
		sel, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
		if err != nil || sel.Empty() {
			continue // upstream has it match nothing
		}
		out = append(out, limit{b, sel})
	}
	return out
}

// overdrawn divides pods into those whose eviction one after the other would violate a budget, and the others.
func overdrawn(pods []*placed, budgets []limit) (violating, others []*placed) {
	left := make([]int32, len(budgets))
	for k, b := range budgets {
		left[k] = b.budget.Status.DisruptionsAllowed
	}
	for _, pl := range pods {
		violated := false
		for k, b := range budgets {
			if len(pl.pod.Labels) == 0 || b.budget.Namespace != pl.pod.Namespace || !b.selector.Matches(labels.Set(pl.pod.Labels)) {
				continue
			}
			if _, counted := b.budget.Status.DisruptedPods[pl.pod.Name]; counted {
				continue
			}
			left[k]--
			violated = violated || left[k] < 0
		}
		if violated {
			violating = append(violating, pl)
		} else {
			others = append(others, pl)
		}
	}
	return violating, others
}
