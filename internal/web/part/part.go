// Package part is the set of pieces pages are made of (画面の部品): accessible components in the visual language of the service.
// They show plain values; nothing here asks a store or decides. Words come from the catalogue in the language of ctx, addresses
// are written without language ("/work/cases") and get it here.
package part
