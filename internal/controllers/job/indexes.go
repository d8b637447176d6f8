package job

import (
	"slices"
	"strconv"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// span is a run of completion indexes, both ends included.
type span struct{ first, last int }

// indexes is a set of completion indexes as ordered spans that neither touch nor overlap. Its text is the form of
// status.completedIndexes: "1,3-5,7".
type indexes []span

// parseIndexes reads the text form, up to and without limit. What cannot be read is passed over: the text is in a status
// that anybody with the right may have written.
func parseIndexes(text string, limit int) indexes {
	var out indexes
	for part := range strings.SplitSeq(text, ",") {
		from, to, ranged := strings.Cut(part, "-")
		first, err := strconv.Atoi(from)
		if err != nil || first < 0 {
			continue
		}
		last := first
		if ranged {
			if last, err = strconv.Atoi(to); err != nil {
				continue
			}
		}
		if last = min(last, limit-1); first <= last {
			out = append(out, span{first, last})
		}
	}
	return normal(out)
}

// setOf is the set of single indexes.
func setOf(list ...int) indexes {
	out := make(indexes, 0, len(list))
	for _, i := range list {
		out = append(out, span{i, i})
	}
	return normal(out)
}

// normal orders spans and joins those that touch or overlap.
func normal(in indexes) indexes {
	slices.SortFunc(in, func(a, b span) int { return a.first - b.first })
	var out indexes
	for _, s := range in {
		if n := len(out); n > 0 && s.first <= out[n-1].last+1 {
			out[n-1].last = max(out[n-1].last, s.last)
			continue
		}
		out = append(out, s)
	}
	return out
}

func (x indexes) union(y indexes) indexes { return normal(slices.Concat(x, y)) }

func (x indexes) has(i int) bool {
	_, ok := slices.BinarySearchFunc(x, i, func(s span, i int) int {
		switch {
		case s.last < i:
			return -1
		case s.first > i:
			return 1
		default:
			return 0
		}
	})
	return ok
}

func (x indexes) count() (n int) {
	for _, s := range x {
		n += s.last - s.first + 1
	}
	return n
}

// common counts what is in both.
func (x indexes) common(y indexes) (n int) {
	for i, j := 0, 0; i < len(x) && j < len(y); {
		n += max(0, min(x[i].last, y[j].last)-max(x[i].first, y[j].first)+1)
		if x[i].last < y[j].last {
			i++
		} else {
			j++
		}
	}
	return n
}

// missing returns the n lowest indexes below limit that are not in the set.
func (x indexes) missing(n, limit int) (out []int) {
	next := 0
	for _, s := range append(slices.Clone(x), span{limit, limit}) {
		for ; next < s.first && next < limit && len(out) < n; next++ {
			out = append(out, next)
		}
		next = max(next, s.last+1)
	}
	return out
}

// String writes two neighbours as "1,2" and more as "1-3", as upstream does.
func (x indexes) String() string {
	var b strings.Builder
	for i, s := range x {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(s.first))
		switch s.last - s.first {
		case 0:
			continue
		case 1:
			b.WriteByte(',')
		default:
			b.WriteByte('-')
		}
		b.WriteString(strconv.Itoa(s.last))
	}
	return b.String()
}

// noIndex is the completion index of pods that have none.
const noIndex = -1

// indexOf is the completion index of a pod, or noIndex.
func indexOf(p *corev1.Pod) int {
	i, err := strconv.Atoi(p.Annotations[batchv1.JobCompletionIndexAnnotation])
	if err != nil || i < 0 {
		return noIndex
	}
	return i
}

// indexesOf is the set of the completion indexes of pods.
func indexesOf(pods []*corev1.Pod) indexes {
	var list []int
	for _, p := range pods {
		if i := indexOf(p); i != noIndex {
			list = append(list, i)
		}
	}
	return setOf(list...)
}
