package search

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// questions are asked in two processes and on both engines.
var questions = []string{"国際交流", "申込 予算", "ヴェトナム", "都", "", "姉妹都市 -観光", "ベトナン", "waste"}

func answers(ctx context.Context, x *Index) ([]Result, error) {
	var list []Result
	for _, text := range questions {
		r, err := x.Find(ctx, Query{Text: text, Counts: []string{"country", "year"}, Parts: true})
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// TestMain answers the questions when run as the other process.
func TestMain(m *testing.M) {
	address := os.Getenv("KAKEHASHI_SEARCH_CHILD")
	if address == "" {
		os.Exit(m.Run())
	}
	ctx := context.Background()
	d, err := db.Open(ctx, address)
	if err == nil {
		defer d.Close()
		var list []Result
		if list, err = answers(ctx, New(d)); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(list)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestTwoProcessesAndBothEnginesGiveTheSameAnswers(t *testing.T) {
	ctx := context.Background()
	var first []Result
	for _, engine := range dbtest.Engines() {
		address := dbtest.Address(t, engine)
		d, err := db.Open(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		x := New(d)
		docs := sampleDocs(300)
		for i := range 3 { // in three lots, asked in between, with changes and removals
			if err := x.Put(ctx, docs[i*100:i*100+100]...); err != nil {
				t.Fatal(err)
			}
			if _, err := answers(ctx, x); err != nil {
				t.Fatal(err)
			}
		}
		docs[5].Title = "水道の姉妹都市"
		if err := x.Put(ctx, docs[5]); err != nil {
			t.Fatal(err)
		}
		if err := x.Drop(ctx, "d00007", "d00123", "unknown"); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Follow(ctx); err != nil {
			t.Fatal(err)
		}
		here, err := answers(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "KAKEHASHI_SEARCH_CHILD="+address)
		child.Stderr = os.Stderr
		out, err := child.Output()
		if err != nil {
			t.Fatal(err)
		}
		var there []Result
		if err := json.Unmarshal(out, &there); err != nil {
			t.Fatal(err)
		}
		for i := range here {
			b, _ := json.Marshal(here[i])
			var again Result
			if err := json.Unmarshal(b, &again); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(again, there[i]) {
				t.Errorf("%s %q: here %d %v, in the other process %d %v", engine, questions[i], again.Total, keysOf(again), there[i].Total, keysOf(there[i]))
			}
		}
		if first == nil {
			first = there
		} else if !reflect.DeepEqual(first, there) {
			t.Errorf("the engines differ")
		}
	}
}

func TestUnchangedDocumentsCostNoChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		x := New(d)
		docs := sampleDocs(20)
		for range 2 {
			if err := x.Put(ctx, docs...); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := x.Follow(ctx); err != nil || n != 1 {
			t.Errorf("change %d, %v", n, err)
		}
		if docs, parts, bytes := x.Size(); docs != 20 || parts != 1 || bytes == 0 {
			t.Error(docs, parts, bytes)
		}
		if keys, err := x.Keys(ctx, "page"); err != nil || len(keys) != 10 {
			t.Error(keys, err)
		}
	})
}
