// Package part is the set of pieces pages are made of (画面の部品): accessible components in the visual language of the service.
// They show plain values; nothing here asks a store or decides. Words come from the catalogue in the language of ctx, addresses
// are written without language ("/work/cases") and get it here.
//
// Words and frames: Heading, Section, SectionHead, Panel, Status, Reason, ReasonOf, Words, Anchor, Left, Sample, Mask, Lines,
// Gap, Empty, Acts, Button, Button2, Go, Errors.
//
// Lists: Facts, Header (figures under a record's h1), Calc (steps of a sum), Judgements (rules and outcomes), Files, Journal,
// Timeline, Tabs, Pager, Todos, Table (any list: a Grid of Groups of Rows of Cells), Changes and Diff.
//
// Drawings: YearRuler and Legend, TwoYears, Span, Pair, Clocks, Money. Window makes the bar of a call; Short, MonthDay and
// WeekdayOf write days beside them.
//
// Questions: Question draws a Control of any form.Kind; Inputs sorts what a browser sent by field; Pressed and Press.Apply do
// what the row buttons ask; Items makes the error summary. Shown and Value read an answer back, Answers is the summary list of
// 入力内容の確認, Autosave the line of a form that saves itself, Clash the choice between two versions.
//
// A page of questions is put together like this:
//
//	in := part.Inputs(section.Fields, r.PostForm)          // what was typed, by field
//	if press, ok := part.Pressed(r.PostForm); ok { … }     // a row or file button, not the form's own
//	value, answered, problems := f.Parse(in[f.Key])        // package form
//	part.Question(part.Control{Field: f, Input: f.Input(value), Problems: problems, Needed: …})
//	part.Errors(part.Items(problems, r.Lang, section.Fields...))
//
// Tables are shown from f.Input(value), not from what was sent: parsing drops blank rows and counts problems in the rows that
// are kept. The id of a control is ID(path): f-cost-lines-2-amount for "cost.lines[2].amount", its name cost.lines.2.amount.
package part
