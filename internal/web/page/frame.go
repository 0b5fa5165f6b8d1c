package page

import (
	"context"
	"fmt"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// frame is a View with what the shell draws around it.
type frame struct {
	View
	Now    time.Time
	Lang   lang.Tag
	Other  string // the same page in the other language
	Say    []string
	Demo   bool
	Signed bool
	Dense  bool // desks, and workspaces of people who want them close
	Badge  Badge
}

// title is the window's title: 「エラー：経費内訳 – 富士市 – かけはし」.
func (f frame) title() string {
	t := f.Title
	if f.Sub != "" {
		t += " – " + f.Sub
	}
	t += " – " + lang.T(f.Lang, "page.brand")
	if len(f.Errors) > 0 {
		t = lang.T(f.Lang, "page.error.prefix") + t
	}
	return t
}

// today is where the vermilion line stands on the year scale, in percent, and whether the fiscal year has a 29 February.
func (f frame) today() (x string, leap bool) {
	fy := jp.FY(f.Now)
	start := jp.Start(fmt.Sprintf("%04d-04-01", fy))
	end := jp.Start(fmt.Sprintf("%04d-04-01", fy+1))
	share := float64(f.Now.Sub(start)) / float64(end.Sub(start))
	return fmt.Sprintf("%.2f%%", share*100), end.Sub(start) > 365*24*time.Hour
}

// menu is what the phone's menu is called.
func (f frame) menu(ctx context.Context) string {
	if f.Nav.Menu != "" {
		return f.Nav.Menu
	}
	if now := f.Nav.current(); now != "" {
		return T(ctx, "page.menu.at", "at", now)
	}
	return T(ctx, "page.menu")
}

// clock is the desk's clock in Japan and, for an overseas office, over there.
func (f frame) clock(ctx context.Context) (day, japan, there string) {
	t := f.Now.In(jp.JST)
	day = lang.Day(f.Lang, jp.Date(t))
	japan = T(ctx, "page.clock", "city", T(ctx, "page.tokyo"), "time", t.Format("15:04"))
	if f.Badge.Zone != nil {
		there = T(ctx, "page.clock", "city", f.Badge.City, "time", f.Now.In(f.Badge.Zone).Format("15:04"))
	}
	return day, japan, there
}

// area is one of the portal.
type area struct{ path, key string }

// areas are the portal's: the addresses answer what most visitors come for. The foot holds the rest.
var areas = []area{
	{"/programmes", "page.area.programmes"},
	{"/calendar", "page.area.calendar"},
	{"/library", "page.area.library"},
	{"/ties", "page.area.ties"},
	{"/resident", "page.area.resident"},
	{"/offices", "page.area.offices"},
}

// portal is the areas as a Nav, so that the current one is marked the same way everywhere.
func (f frame) portal(ctx context.Context) []NavItem {
	n := Nav{Groups: []NavGroup{{}}}
	for _, a := range areas {
		n.Groups[0].Items = append(n.Groups[0].Items, NavItem{Label: T(ctx, a.key), URL: a.path})
	}
	return n.at(Path(ctx)).Groups[0].Items
}

// grouped reports whether the frame has a side navigation.
func (f frame) grouped() bool {
	return (f.Shell == Work || f.Shell == Desk) && len(f.Nav.Groups) > 0
}
