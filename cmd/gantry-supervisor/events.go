package main

import "gantry.dev/gantry/internal/driver/container/wire"

// eventBacklog is how many ends a subscriber may be behind. Beyond it the connection is closed and the client, which
// subscribes anew, hears all of them from the start.
const eventBacklog = 4096

// events tells a client of every container that has ended or will end, until it goes away.
func (s *server) events(c *wire.Conn) {
	ch := make(chan wire.Status, eventBacklog)
	s.mu.Lock()
	s.subs[ch] = struct{}{}
	var past []*ctr
	for _, ct := range s.table {
		if ct != nil && ct.ended() != nil {
			past = append(past, ct)
		}
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.subs, ch)
		s.mu.Unlock()
	}()
	gone := watchClient(c)
	if c.Send(wire.Response{}) != nil {
		return
	}
	for _, ct := range past {
		r, err := s.readRecord(ct.id)
		if err == nil && !tell(c, ct.status(r)) { // an error: removed meanwhile, so nobody waits for it
			return
		}
	}
	for {
		select {
		case st, ok := <-ch:
			if !ok || !tell(c, st) {
				return
			}
		case <-gone:
			return
		}
	}
}

func tell(c *wire.Conn, st wire.Status) bool {
	return c.Send(wire.Response{Statuses: []wire.Status{st}}) == nil
}

// publish tells all subscribers that a container has ended.
func (s *server) publish(st wire.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ch := range s.subs {
		select {
		case ch <- st:
		default:
			delete(s.subs, ch)
			close(ch)
		}
	}
}

// watchClient returns a channel that is closed when the client has closed the connection.
func watchClient(c *wire.Conn) <-chan struct{} {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			var req wire.Request
			files, err := c.Receive(&req)
			if err != nil {
				return
			}
			wire.CloseAll(files)
		}
	}()
	return gone
}
