package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// LoadAverage is how many threads wanted to run, or waited for a disk, on average over the last minute.
func LoadAverage() (float64, error) {
	const path = "/proc/loadavg"
	raw, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(raw), " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return load, nil
}
