package page

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// What is sent before a deadline and is on its way when it passes has arrived in time: a request counts from its first byte (J03.4 of the
// specification), not from the moment when its header or its files are complete. The server's read limits bound how long it may take.

// arriving is a connection that notes when the first byte of the request under way was read.
type arriving struct {
	*net.TCPConn
	clock func() time.Time
	first atomic.Int64 // Unix nanoseconds; 0 between requests
}

func (c *arriving) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	if n > 0 && c.first.Load() == 0 {
		c.first.Store(c.clock().UnixNano())
	}
	return n, err
}

// arrivals hands out connections that note their requests' arrival.
type arrivals struct {
	net.Listener
	clock func() time.Time
}

func (l arrivals) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &arriving{TCPConn: tcp, clock: l.clock}, nil
	}
	return c, err
}

// Listener is what Server serves on, so that requests count from their first byte. Without it they count from the end of their header.
func (s *Site) Listener(l net.Listener) net.Listener { return arrivals{l, s.c.Now} }

type arrivalKey struct{}

// onConnection lets the requests of a connection find it.
func onConnection(ctx context.Context, c net.Conn) context.Context {
	if a, ok := c.(*arriving); ok {
		return context.WithValue(ctx, arrivalKey{}, a)
	}
	return ctx
}

// betweenRequests makes the next byte of a connection the first of another request.
func betweenRequests(c net.Conn, state http.ConnState) {
	if a, ok := c.(*arriving); ok && state == http.StateIdle {
		a.first.Store(0)
	}
}

// arrived is when the first byte of a request was read; now, where that was not noted.
func (s *Site) arrived(r *http.Request) time.Time {
	if a, ok := r.Context().Value(arrivalKey{}).(*arriving); ok {
		if first := a.first.Load(); first != 0 {
			return time.Unix(0, first)
		}
	}
	return s.c.Now()
}
