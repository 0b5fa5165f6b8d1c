package journey_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
)

// J03.4 over real HTTP: a submission that begins before the close and ends after it has arrived in time, whether the line is slow in its
// header or in its body; one whose first byte comes after the close has not.
func TestASlowSubmissionCountsFromItsFirstByte(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		for _, c := range []struct {
			name  string
			split string // what has been sent when the call closes ends before this
			in    bool
		}{{"the body is slow", "\r\n\r\n", true}, {"the header is slow", "Content-Type", true}, {"the first byte is late", "POST", false}} {
			t.Run(engine+"/"+c.name, func(t *testing.T) {
				o := newOffice(t, engine)
				id := o.at("draft").ID
				check := "/work/cases/" + id + "/check/application"
				o.house.As("demo-staff").OpenOK(check).Press("承認を依頼する").WantStatus(200)
				_, prog, err := o.house.App.Cases.Get(t.Context(), cases.System, id)
				if err != nil {
					t.Fatal(err)
				}
				last, err := time.ParseInLocation(time.DateTime, prog.Call.Closes+" 23:59:59", jp.JST)
				if err != nil {
					t.Fatal(err)
				}
				o.house.At(last)
				b := o.house.As("demo-approver").OpenOK(check)
				_, address, values := b.Form("提出する")
				request := wire(o.house.Base, address, values, b.Cookies())
				at := strings.Index(request, c.split)
				if c.split == "\r\n\r\n" {
					at += 10 // in the middle of the body
				}
				line, err := net.Dial("tcp", strings.TrimPrefix(o.house.Base, "http://"))
				if err != nil {
					t.Fatal(err)
				}
				defer line.Close()
				io.WriteString(line, request[:at])
				time.Sleep(300 * time.Millisecond) // the service has read it
				o.house.At(last.Add(3 * time.Second))
				io.WriteString(line, request[at:])
				answer, err := http.ReadResponse(bufio.NewReader(line), nil)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				got, _, err := o.house.App.Cases.Get(t.Context(), cases.System, id)
				if err != nil || (got.Number != "") != c.in || (answer.StatusCode == http.StatusSeeOther) != c.in {
					t.Errorf("%d, %s %q: %v", answer.StatusCode, got.State, got.Number, err)
				}
				if c.in && !got.Submitted.Equal(last) {
					t.Errorf("it arrived at %s, want %s", got.Submitted, last)
				}
			})
		}
	}
}

// wire is a form as it goes over the line.
func wire(base, address string, values url.Values, cookies map[string]string) string {
	u, _ := url.Parse(address)
	body, kept := values.Encode(), []string{}
	for name, value := range cookies {
		kept = append(kept, name+"="+value)
	}
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nSec-Fetch-Site: same-origin\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		u.RequestURI(), strings.TrimPrefix(base, "http://"), base, strings.Join(kept, "; "), len(body), body)
}
