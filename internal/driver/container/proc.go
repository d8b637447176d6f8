package container

import (
	"bytes"
	"os"
	"strconv"
)

// processAlive tells whether the very process that started then (clock ticks since boot) still runs.
func processAlive(pid int, started uint64) bool {
	start, err := processStart(pid)
	return err == nil && start == started
}

// processStart is when a process started, in clock ticks since boot: with the pid it names the process for ever. One that has ended
// is os.ErrProcessDone, reaped or not.
func processStart(pid int) (uint64, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, os.ErrProcessDone
	}
	// After the command's name: the state (field 3 of proc(5)) and, 19 further on, the start time.
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
	if len(fields) < 20 || fields[0][0] == 'Z' || fields[0][0] == 'X' {
		return 0, os.ErrProcessDone
	}
	return strconv.ParseUint(string(fields[19]), 10, 64)
}
