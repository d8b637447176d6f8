package schedule

// roomScore is LeastAllocated and BalancedAllocation for one node, with upstream's arithmetic.
func (s *State) roomScore(i int, d *demand) int64 {
	allocCPU, allocMem := s.alloc[resCPU][i], s.alloc[resMemory][i]
	score := weightLeast * leastAllocated(s.seemCPU[i]+d.seemCPU, allocCPU, s.seemMem[i]+d.seemMem, allocMem)
	var cpu, mem int64
	for _, w := range d.amounts {
		switch w.resource {
		case resCPU:
			cpu = w.n
		case resMemory:
			mem = w.n
		}
	}
	if cpu == 0 && mem == 0 {
		return score // upstream does not balance pods that ask for nothing
	}
	usedCPU, usedMem := s.used[resCPU][i], s.used[resMemory][i]
	with := balance(usedCPU+cpu, allocCPU, usedMem+mem, allocMem)
	without := balance(usedCPU, allocCPU, usedMem, allocMem)
	return score + weightBalanced*(maxScore/2+(maxScore/2+with-without)/2)
}

func leastAllocated(cpu, allocCPU, mem, allocMem int64) int64 {
	var sum, weights int64
	if allocCPU > 0 {
		sum += leftOver(cpu, allocCPU)
		weights++
	}
	if allocMem > 0 {
		sum += leftOver(mem, allocMem)
		weights++
	}
	if weights == 0 {
		return 0
	}
	return sum / weights
}

func leftOver(used, alloc int64) int64 {
	if used > alloc {
		return 0
	}
	return (alloc - used) * maxScore / alloc
}

// balance is 100 where CPU and memory are used in the same proportion, and falls with half their difference.
func balance(cpu, allocCPU, mem, allocMem int64) int64 {
	if allocCPU == 0 || allocMem == 0 {
		return maxScore
	}
	a, b := min(1, float64(cpu)/float64(allocCPU)), min(1, float64(mem)/float64(allocMem))
	diff := a - b
	if diff < 0 {
		diff = -diff
	}
	return int64((1 - diff/2) * maxScore)
}
