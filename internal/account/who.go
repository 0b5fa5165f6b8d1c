// Package account knows the people who use the service, the hats they wear (a role in a body; one person may wear several), how they
// prove who they are, and who let them in (利用者). Every sign-in, failure, change of hat, invitation and hand-over is written to an
// append-only journal. Who is the acting person every other package asks for; what a person may see follows from the active hat.
package account

import (
	"slices"
	"strings"

	"kakehashi/internal/lang"
)

// Role is one of R01…R24 of domain.md §3.1.
type Role string

const (
	RoleStaff     Role = "R03" // 自治体担当者: drafts for a body
	RoleApprover  Role = "R04" // 自治体決裁者: submits in the body's name
	RoleBranch    Role = "R05" // 支部担当者
	RoleOfficer   Role = "R06" // 本部担当者, programme officer of one section
	RoleChief     Role = "R07" // 本部決裁者, section chief
	RoleFinance   Role = "R08" // 経理担当
	RoleCommittee Role = "R09" // 審査委員
	RoleOverseas  Role = "R10" // 海外事務所職員
	RoleDirector  Role = "R11" // 海外事務所長
	RoleAdviser   Role = "R12" // アドバイザー・専門家
	RoleAssoc     Role = "R13" // 地域国際化協会職員
	RoleNGO       Role = "R14"
	RoleEditor    Role = "R22" // 編集者
	RoleAdmin     Role = "R23" // システム管理者: no case contents without a logged reason
	RoleAuditor   Role = "R24" // 監査: read-only everything
)

// Who is the acting person with the hat they wear: every store method that reads or changes takes one.
// The zero Who is a public visitor.
type Who struct {
	Person string   // person id, "" for a visitor; "system" for jobs
	Name   string   // as shown in the journal
	Hat    Hat      // the active hat
	Lang   lang.Tag // language of the screen
	From   string   // where from (address), for the journal
	// Density is how close the person wants pages set: "standard" or "compact".
	Density string
	// Home is the code of the local government a seconded officer or committee member comes from; interest is derived from it.
	Home string
	// Sample marks a person of the demonstration: what they make is flagged and goes with it.
	Sample bool
	// Desk is the hat of an officer who enters for a body what it sent on paper (代行入力); Hat is then the body's. Zero for everybody else.
	Desk Hat
}

// Hat is one membership: a role in a body. Body is "lg:172022" (a body of the register, also associations and NGOs: "lg:" +
// its register code), "branch:17" (prefecture number) or "branch:141003" (designated city code), "hq:keishin" (a section of
// HQ by its mail id), "office:PAR", "panel", "system". OnBehalfOf is the person who delegated, if any.
type Hat struct {
	ID         string
	Role       Role
	Body       string
	OnBehalfOf string
	// Programmes limits the hat to these programme codes, separated by blanks; "" is all of them.
	Programmes string
}

// Covers reports whether the hat reaches the programme with this code.
func (h Hat) Covers(code string) bool {
	return h.Programmes == "" || slices.Contains(strings.Fields(h.Programmes), code)
}

// Is reports whether the hat has one of these roles.
func (w Who) Is(roles ...Role) bool {
	for _, r := range roles {
		if w.Hat.Role == r {
			return true
		}
	}
	return false
}

// Enters reports whether an officer acts for a body whose paper they enter.
func (w Who) Enters() bool { return w.Desk.Role != "" }

// BodyID is the part of Body after the colon: the register code, branch code or section id.
func (w Who) BodyID() string {
	_, id, _ := strings.Cut(w.Hat.Body, ":")
	return id
}

// SignedIn reports whether somebody signed in.
func (w Who) SignedIn() bool { return w.Person != "" }
