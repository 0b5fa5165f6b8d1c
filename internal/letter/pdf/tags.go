package pdf

import (
	"fmt"
	"strings"
)

// Element is a node of the structure that screen readers follow: H1, P, L, LI, Lbl, LBody, Table, TR, TH, TD, Sect …
type Element struct {
	kind   string
	attr   string
	kids   []*Element
	pieces []piece
}

type piece struct {
	page   *Page
	number int
}

// Root is the document itself.
func (f *File) Root() *Element { return f.root }

// Add adds a child at the end.
func (e *Element) Add(kind string) *Element {
	kid := &Element{kind: kind}
	e.kids = append(e.kids, kid)
	return kid
}

// Heads says that a TH heads its "Column" or "Row".
func (e *Element) Heads(scope string) *Element {
	e.attr = "/A <</O /Table /Scope /" + scope + ">>"
	return e
}

// Spans says that a TD stands over n columns.
func (e *Element) Spans(n int) *Element {
	if n > 1 {
		e.attr = fmt.Sprintf("/A <</O /Table /ColSpan %d>>", n)
	}
	return e
}

// writeTree writes the structure and, per page, which element owns which piece.
func (f *File) writeTree(tree ref, pages []ref) {
	owner := map[*Element]ref{}
	number := map[*Page]ref{}
	for i, p := range f.pages {
		number[p] = pages[i]
	}
	top := f.writeElement(f.root, tree, owner, number)
	var parents strings.Builder
	for i, p := range f.pages {
		fmt.Fprintf(&parents, "%d [", i)
		for _, e := range p.owners {
			fmt.Fprintf(&parents, "%v ", owner[e])
		}
		parents.WriteString("] ")
	}
	nums := f.object("<</Nums [" + parents.String() + "]>>")
	f.write(tree, fmt.Sprintf("<</Type /StructTreeRoot /K %v /ParentTree %v /ParentTreeNextKey %d>>", top, nums, len(f.pages)))
}

func (f *File) writeElement(e *Element, parent ref, owner map[*Element]ref, pages map[*Page]ref) ref {
	at := f.reserve()
	owner[e] = at
	var kids strings.Builder
	for _, p := range e.pieces {
		fmt.Fprintf(&kids, "<</Type /MCR /Pg %v /MCID %d>> ", pages[p.page], p.number)
	}
	for _, k := range e.kids {
		fmt.Fprintf(&kids, "%v ", f.writeElement(k, at, owner, pages))
	}
	f.write(at, fmt.Sprintf("<</Type /StructElem /S /%s /P %v %s /K [%s]>>", e.kind, parent, e.attr, kids.String()))
	return at
}
