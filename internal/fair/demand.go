package fair

import (
	"math"
	"time"
)

const (
	// demandPeriod is the time over which demand is summed up, upstream's period of adjustment.
	demandPeriod = 10 * time.Second
	// demandDecay is what a period leaves of the smoothed demand: its half life is five minutes.
	demandDecay = 0.977
)

// demand measures how many seats a level could use. Limits do not follow from it here: what others do not use is lent at
// the moment when somebody asks. It is for whoever looks at the metrics.
type demand struct {
	since   time.Time // of the period at hand
	sum, sq float64   // integrals of seats and of their square over the period, by seconds
	high    int

	// last is the last period that is over.
	last demandFigures
}

// demandFigures sum a period up.
type demandFigures struct {
	High                       int
	Average, Deviation, Smooth float64
}

// pass notes that the demand has been x for the time d until now.
func (d *demand) pass(now time.Time, took time.Duration, x int) {
	s := took.Seconds()
	d.sum += float64(x) * s
	d.sq += float64(x) * float64(x) * s
	d.high = max(d.high, x)
	whole := now.Sub(d.since)
	if whole < demandPeriod {
		return
	}
	avg := d.sum / whole.Seconds()
	dev := math.Sqrt(max(d.sq/whole.Seconds()-avg*avg, 0))
	left := math.Pow(demandDecay, float64(whole/demandPeriod))
	d.last = demandFigures{High: d.high, Average: avg, Deviation: dev, Smooth: max(avg+dev, left*d.last.Smooth+(1-left)*(avg+dev))}
	d.since, d.sum, d.sq, d.high = now, 0, 0, x
}
