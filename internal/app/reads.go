package app

import (
	"cmp"
	"strings"

	"kakehashi/internal/proof"
	"kakehashi/internal/web/page"
)

// readings says of every address that shows what a case, its letter or its file says of people, what is read there. An address that names
// a case and is not here fails a test.
var readings = map[string]string{
	"/desk/cases/{id}": "case", "/desk/cases/{id}/application": "application", "/desk/cases/{id}/screening": "screening", "/desk/cases/{id}/letters": "letter",
	"/desk/cases/{id}/letters/{letter}/erratum": "letter", "/desk/cases/{id}/intake": "move", "/desk/cases/{id}/talk": "talk", "/desk/cases/{id}/fix": "application", "/work/cases/{id}/talk": "talk", "/desk/cases/{id}/payments": "payments", "/desk/cases/{id}/history": "history", "/desk/cases/{id}/do/{move}": "move", "/desk/cases/{id}/hold": "hold", "/desk/cases/{id}/disclosure": "application", "/desk/cases/{id}/disclosure/{copy}": "archive",
	"/cases/{id}/archive.zip": "archive", "/letters/{id}": "letter", "/files/{id}": "file",
	"/work/cases/{id}": "case", "/work/cases/{id}/history": "history", "/work/cases/{id}/reads": "history", "/work/cases/{id}/partners": "case", "/work/cases/{id}/form/{form}": "form", "/work/cases/{id}/form/{form}/{section}": "form",
	"/work/cases/{id}/check/{form}": "form", "/work/cases/{id}/receipt": "letter", "/work/cases/{id}/sheet/{field}": "form", "/work/cases/{id}/paper/{form}": "form",
	"/desk/cases.csv": "list", "/desk/cases.xlsx": "list", "/desk/lists/cp932": "list", "/desk/screening/{programme}/meeting": "list",
	"/desk/money/payments": "money", "/desk/money/payments.csv": "money", "/desk/money/transfers/{id}": "money", "/desk/money/transfers/{id}/file.txt": "money",
	"/desk/money/transfers/{id}/results.csv": "money",
}

// Reading tells what is read of people at a registered address ("/desk/cases/{id}"); "" for nothing.
func Reading(pattern string) string { return readings[pattern] }

// mostItem bounds the address of a list in the log of reading, in bytes.
const mostItem = 300

// seen takes down who was shown what.
func (a *App) seen(r *page.Request) {
	pattern := strings.TrimPrefix(r.Pattern, "GET ")
	what, ok := readings[pattern]
	if !ok {
		return
	}
	x := reading(r, what)
	switch id := r.PathValue("id"); {
	case pattern == "/letters/{id}":
		x.Item = strings.TrimSuffix(id, ".pdf")
	case pattern == "/files/{id}":
		x.Item = id
	case strings.Contains(pattern, "/cases/{id}"):
		x.Case, x.Item = id, cmp.Or(r.PathValue("move"), r.PathValue("letter"), r.PathValue("form"), r.PathValue("field"))
	default:
		x.Item = r.URL.RequestURI()
		x.Item = x.Item[:min(len(x.Item), mostItem)]
	}
	a.Reads.Note(x)
}

func reading(r *page.Request, what string) proof.Read {
	return proof.Read{At: r.Now, Person: r.Who.Person, Name: r.Who.Name, Role: r.Who.Hat.Role, Body: r.Who.Hat.Body, Behalf: r.Who.Hat.OnBehalfOf, Origin: r.Who.From, What: what}
}

// refused takes down who asked in vain for a case, a letter or a file, or was not let do something with it (detail 14 of casework.md §6).
// Addresses of what does not exist leave no line.
func (a *App) refused(r *page.Request) {
	x := reading(r, proof.Refused)
	if strings.Contains(r.Pattern, "/cases/{id}") {
		x.Case = r.PathValue("id")
	} else if !strings.Contains(r.Pattern, "/letters/{id}") && !strings.Contains(r.Pattern, "/files/{id}") {
		return
	}
	x.Item = r.Method + " " + r.URL.Path
	x.Item = x.Item[:min(len(x.Item), mostItem)]
	a.Reads.Note(x)
}
